/* SPDX-License-Identifier: MIT */
/* Answers the requests of the local API, from VTL1 and the pump. */
#ifndef OPENVBS_HOST_VBSD_ANSWER_H
#define OPENVBS_HOST_VBSD_ANSWER_H

#include <jansson.h>

#include "host/libvbs/facts.h"
#include "host/vbsd/api.h"
#include "host/vbsd/keys.h"
#include "host/vbsd/pump.h"

struct answer_source {
	int device;
	struct facts facts; /* as they were when vbsd started */
	const struct pump *pump;
	struct keys *keys;
};

/* A reply with its `ok`; NULL only for want of memory. */
json_t *answer(const struct answer_source *source,
	       const struct api_request *request);

#endif
