/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Called by whoever seals, and by his tests. Pure functions. */
#include "svc/tpm/policy.h"

#include "svc/tpm/crypto.h"

#define STEP_BYTES 160u

/* digest' = H(digest || command || what the command adds) */
struct step {
	struct tpm_put put;
	uint8_t bytes[STEP_BYTES];
};

static struct tpm_put *step_begin(struct step *step,
				  const struct tpm_policy *policy,
				  uint32_t code)
{
	step->put = (struct tpm_put){.bytes = step->bytes, .room = STEP_BYTES};
	tpm_put_bytes(&step->put, policy->digest, sizeof(policy->digest));
	tpm_put32(&step->put, code);
	return &step->put;
}

static void step_end(const struct step *step, struct tpm_policy *policy)
{
	tpm_hash(step->bytes, step->put.used, policy->digest);
}

void tpm_policy_pcr(struct tpm_policy *policy, uint32_t pcrs,
		    const uint8_t digest[TPM_HASH_BYTES])
{
	struct step step;
	struct tpm_put *put = step_begin(&step, policy, TPM_CC_POLICY_PCR);

	tpm_pcrs_put(put, pcrs);
	tpm_put_bytes(put, digest, TPM_HASH_BYTES);
	step_end(&step, policy);
}

void tpm_policy_nv(struct tpm_policy *policy, const struct tpm_entity *index,
		   const struct tpm_nv_compare *compare)
{
	uint8_t bytes[TPM_HASH_BYTES], digest[TPM_HASH_BYTES];
	struct tpm_put put = {.bytes = bytes, .room = sizeof(bytes)};
	struct step step;

	tpm_put64(&put, compare->operand);
	tpm_put16(&put, 0); /* offset */
	tpm_put16(&put, compare->operation);
	tpm_hash(bytes, put.used, digest);
	step_begin(&step, policy, TPM_CC_POLICY_NV);
	tpm_put_bytes(&step.put, digest, sizeof(digest));
	tpm_put_bytes(&step.put, index->name, index->name_bytes);
	step_end(&step, policy);
}

void tpm_policy_code(struct tpm_policy *policy, uint32_t code)
{
	struct step step;

	tpm_put32(step_begin(&step, policy, TPM_CC_POLICY_COMMAND_CODE), code);
	step_end(&step, policy);
}

void tpm_policy_pcr_digest(uint8_t (*values)[TPM_HASH_BYTES], uint32_t count,
			   uint8_t digest[TPM_HASH_BYTES])
{
	tpm_hash(values[0], (size_t)count * TPM_HASH_BYTES, digest);
}
