/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM of tpm_bed.h as Debian's TPM library reaches it. Apart from the bed,
 * as that library's names and ours are the specification's, both.
 */
#ifndef OPENVBS_TESTS_UNIT_TPM_TCTI_H
#define OPENVBS_TESTS_UNIT_TPM_TCTI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As tpm_bed_ferry(). */
typedef void (*tpm_tcti_ferry_t)(void *tpm, const uint8_t *asked,
				 uint32_t bytes, uint8_t *response,
				 uint32_t *response_bytes);

/* A TSS2_TCTI_CONTEXT, the same at each call. */
struct TSS2_TCTI_OPAQUE_CONTEXT_BLOB *tpm_tcti(tpm_tcti_ferry_t ferry,
					       void *tpm);

/* Stores a certificate where a TPM's maker would have; or takes it away. */
bool tpm_tcti_certify(struct TSS2_TCTI_OPAQUE_CONTEXT_BLOB *tcti,
		      const uint8_t *bytes, size_t len_bytes);
bool tpm_tcti_uncertify(struct TSS2_TCTI_OPAQUE_CONTEXT_BLOB *tcti);

#endif
