/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root secret from the TPM: made by the first launch, unsealed by each one
 * that firmware has measured alike. Called by root.c, and by tests with
 * another ferry.
 */
#ifndef OPENVBS_SVC_ROOT_LAUNCH_H
#define OPENVBS_SVC_ROOT_LAUNCH_H

#include "abi/root.h"
#include "abi/service.h"
#include "svc/root/ferry.h"

/*
 * With blob_bytes 0 a secret is made, and reply->blob is what brings it back.
 * Otherwise the blob is unsealed. The verdict says how it went; `secret` is
 * zero unless that is UNSEALED or MADE. Nothing stays loaded in the TPM.
 */
void root_launch(ferry_t ferry, const struct root_blob *blob,
		 uint32_t blob_bytes, uint8_t secret[SERVICE_ROOT_BYTES],
		 struct root_launch *reply);

#endif
