/* SPDX-License-Identifier: MIT */
/* Words for numbers that people read in logs. */
#ifndef OPENVBS_LIB_STATUS_H
#define OPENVBS_LIB_STATUS_H

#include <stdbool.h>

#include "abi/root.h"
#include "abi/status.h"

/* What a result means; "unknown result" for a number that is none. */
const char *status_words(enum status status);

/* What has become of the root secret; "unknown" for a number that is none. */
const char *root_words(enum root_verdict verdict);

/* Whether a root secret of this verdict outlives the boot. */
static inline bool root_is_anchored(enum root_verdict verdict)
{
	return verdict == ROOT_VERDICT_UNSEALED || verdict == ROOT_VERDICT_MADE;
}

#endif
