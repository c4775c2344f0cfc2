/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The digest that a policy session has after the same commands (Part 1, 19.7):
 * computed here, so that no TPM has to be believed about it.
 */
#ifndef OPENVBS_SVC_TPM_POLICY_H
#define OPENVBS_SVC_TPM_POLICY_H

#include <stdint.h>

#include "svc/tpm/command.h"

struct tpm_policy {
	uint8_t digest[TPM_HASH_BYTES]; /* zeros: a policy of nothing */
};

/* Part 3, 23.7: PCRs (bit n for PCR n) whose values have this digest. */
void tpm_policy_pcr(struct tpm_policy *policy, uint32_t pcrs,
		    const uint8_t digest[TPM_HASH_BYTES]);

/*
 * Part 3, 23.9: an index by its Name, with TPMA_NV_WRITTEN as it will be when
 * it is asked.
 */
void tpm_policy_nv(struct tpm_policy *policy, const struct tpm_entity *index,
		   const struct tpm_nv_compare *compare);

/* Part 3, 23.11: for this command alone. */
void tpm_policy_code(struct tpm_policy *policy, uint32_t code);

/* Part 1, 17.5: over the values of the selected PCRs, lowest first. */
void tpm_policy_pcr_digest(uint8_t (*values)[TPM_HASH_BYTES], uint32_t count,
			   uint8_t digest[TPM_HASH_BYTES]);

#endif
