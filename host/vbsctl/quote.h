/* SPDX-License-Identifier: MIT */
/* The TPM's part of `vbsctl attest`, by Debian's TPM library. */
#ifndef OPENVBS_HOST_VBSCTL_QUOTE_H
#define OPENVBS_HOST_VBSCTL_QUOTE_H

#include <stdint.h>

#include "host/libvbs/attest_quote.h"
#include "host/libvbs/evidence.h"

#define QUOTE_CERTIFICATE_BYTES 4096u

/* What an evidence file wants of a TPM, and where it lies. */
struct quote {
	uint8_t quote[1024];
	uint8_t signature[256];
	uint8_t ak[256];
	uint8_t certificate[QUOTE_CERTIFICATE_BYTES];
	size_t quote_bytes;
	size_t signature_bytes;
	size_t ak_bytes;
	size_t certificate_bytes; /* 0: the TPM has none */
};

/* The library's TSS2_TCTI_CONTEXT: the way to a TPM. */
struct TSS2_TCTI_OPAQUE_CONTEXT_BLOB;

/*
 * Has the TPM behind `tcti` make its attestation key and sign ATTEST_PCRS
 * and `extra`; nothing stays in it. NULL, or what went wrong.
 */
const char *quote_make(struct TSS2_TCTI_OPAQUE_CONTEXT_BLOB *tcti,
		       const uint8_t extra[ATTEST_DIGEST_BYTES],
		       struct quote *quote);

/* The same by /dev/tpmrm0. */
const char *quote_make_here(const uint8_t extra[ATTEST_DIGEST_BYTES],
			    struct quote *quote);

/* Refers to the parts. */
void quote_evidence(const struct quote *quote, struct evidence *evidence);

#endif
