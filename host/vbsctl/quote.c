/* SPDX-License-Identifier: MIT */
/*
 * Attestation key and quote. The key is a primary one of the endorsement
 * hierarchy: made anew each time, the same each time, and never stored.
 */
#define _GNU_SOURCE
#include "host/vbsctl/quote.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tss2/tss2_esys.h>
#include <tss2/tss2_mu.h>
#include <tss2/tss2_tcti_device.h>

#define DEVICE	    "/dev/tpmrm0" /* the kernel's resource manager */
#define TEMPLATE    (2 + ATTEST_AK_FRONT_BYTES + 4)
#define PIECE_BYTES 512u

/* TCG EK Credential Profile, 2.2.1.4: certificates of P-256 and RSA 2048. */
static const TPM2_HANDLE certificate_index[] = {0x01c0000a, 0x01c00002};

static const char *refused(const char *what, TSS2_RC rc)
{
	static char words[128];

	(void)snprintf(words, sizeof(words), "the TPM %s (response 0x%x)", what,
		       rc);
	return words;
}

/* The key's template as a TPM2B_PUBLIC, with no point yet. */
static TSS2_RC template_read(TPM2B_PUBLIC *public)
{
	uint8_t bytes[TEMPLATE] = {0, TEMPLATE - 2};
	size_t offset = 0;

	memcpy(bytes + 2, attest_ak_front, sizeof(attest_ak_front));
	return Tss2_MU_TPM2B_PUBLIC_Unmarshal(bytes, sizeof(bytes), &offset,
					      public);
}

static TSS2_RC make_key(ESYS_CONTEXT *esys, ESYS_TR *key, struct quote *quote)
{
	const TPM2B_SENSITIVE_CREATE sensitive = {0};
	const TPML_PCR_SELECTION pcrs = {0};
	const TPM2B_DATA outside = {0};
	TPM2B_PUBLIC template = {0}, *made = NULL;
	TSS2_RC rc = template_read(&template);

	if (rc == TSS2_RC_SUCCESS) {
		rc = Esys_CreatePrimary(
			esys, ESYS_TR_RH_ENDORSEMENT, ESYS_TR_PASSWORD,
			ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, &template,
			&outside, &pcrs, key, &made, NULL, NULL, NULL);
	}
	if (rc == TSS2_RC_SUCCESS) {
		rc = Tss2_MU_TPM2B_PUBLIC_Marshal(
			made, quote->ak, sizeof(quote->ak), &quote->ak_bytes);
	}
	Esys_Free(made);
	return rc;
}

static TSS2_RC sign(ESYS_CONTEXT *esys, ESYS_TR key, const TPM2B_DATA *extra,
		    struct quote *quote)
{
	const TPMT_SIG_SCHEME scheme = {.scheme = TPM2_ALG_NULL};
	const TPML_PCR_SELECTION pcrs = {
		.count = 1,
		.pcrSelections = {{
			.hash = TPM2_ALG_SHA256,
			.sizeofSelect = 3,
			.pcrSelect = {ATTEST_PCRS & 0xff,
				      ATTEST_PCRS >> 8 & 0xff,
				      ATTEST_PCRS >> 16},
		}},
	};
	TPMT_SIGNATURE *signature = NULL;
	TPM2B_ATTEST *made = NULL;
	TSS2_RC rc = Esys_Quote(esys, key, ESYS_TR_PASSWORD, ESYS_TR_NONE,
				ESYS_TR_NONE, extra, &scheme, &pcrs, &made,
				&signature);

	if (rc == TSS2_RC_SUCCESS && made->size > sizeof(quote->quote)) {
		rc = TSS2_BASE_RC_INSUFFICIENT_BUFFER;
	}
	if (rc == TSS2_RC_SUCCESS) {
		memcpy(quote->quote, made->attestationData, made->size);
		quote->quote_bytes = made->size;
		rc = Tss2_MU_TPMT_SIGNATURE_Marshal(signature, quote->signature,
						    sizeof(quote->signature),
						    &quote->signature_bytes);
	}
	Esys_Free(made);
	Esys_Free(signature);
	return rc;
}

/* How many bytes an index has that fit here; 0: none. */
static uint16_t index_bytes(ESYS_CONTEXT *esys, ESYS_TR index)
{
	TPM2B_NV_PUBLIC *public = NULL;
	uint16_t bytes = 0;

	if (Esys_NV_ReadPublic(esys, index, ESYS_TR_NONE, ESYS_TR_NONE,
			       ESYS_TR_NONE, &public,
			       NULL) == TSS2_RC_SUCCESS &&
	    public->nvPublic.dataSize <= QUOTE_CERTIFICATE_BYTES) {
		bytes = public->nvPublic.dataSize;
	}
	Esys_Free(public);
	return bytes;
}

static bool read_index(ESYS_CONTEXT *esys, ESYS_TR index, struct quote *quote)
{
	uint16_t bytes = index_bytes(esys, index), at = 0;

	while (at < bytes) {
		uint16_t left = (uint16_t)(bytes - at);
		TPM2B_MAX_NV_BUFFER *piece = NULL;
		TSS2_RC rc = Esys_NV_Read(
			esys, index, index, ESYS_TR_PASSWORD, ESYS_TR_NONE,
			ESYS_TR_NONE, left < PIECE_BYTES ? left : PIECE_BYTES,
			at, &piece);

		if (rc != TSS2_RC_SUCCESS || piece->size == 0 ||
		    piece->size > left) {
			Esys_Free(piece);
			return false;
		}
		memcpy(quote->certificate + at, piece->buffer, piece->size);
		at = (uint16_t)(at + piece->size);
		Esys_Free(piece);
	}
	quote->certificate_bytes = bytes;
	return bytes != 0;
}

/* Many TPMs have none; that is no failure. */
static void read_certificate(ESYS_CONTEXT *esys, struct quote *quote)
{
	const size_t count =
		sizeof(certificate_index) / sizeof(certificate_index[0]);
	bool found = false;

	for (size_t i = 0; i < count && !found; i++) {
		ESYS_TR index = ESYS_TR_NONE;

		if (Esys_TR_FromTPMPublic(esys, certificate_index[i],
					  ESYS_TR_NONE, ESYS_TR_NONE,
					  ESYS_TR_NONE,
					  &index) == TSS2_RC_SUCCESS) {
			found = read_index(esys, index, quote);
			(void)Esys_TR_Close(esys, &index);
		}
	}
}

const char *quote_make(TSS2_TCTI_CONTEXT *tcti,
		       const uint8_t extra[ATTEST_DIGEST_BYTES],
		       struct quote *quote)
{
	TPM2B_DATA data = {.size = ATTEST_DIGEST_BYTES};
	ESYS_TR key = ESYS_TR_NONE;
	const char *words = NULL;
	ESYS_CONTEXT *esys;
	TSS2_RC rc;

	*quote = (struct quote){0};
	memcpy(data.buffer, extra, ATTEST_DIGEST_BYTES);
	rc = Esys_Initialize(&esys, tcti, NULL);
	if (rc != TSS2_RC_SUCCESS) {
		return refused("does not answer", rc);
	}
	rc = make_key(esys, &key, quote);
	if (rc != TSS2_RC_SUCCESS) {
		words = refused("makes no attestation key; has its endorsement "
				"hierarchy a password?",
				rc);
		goto finalize;
	}
	rc = sign(esys, key, &data, quote);
	if (rc != TSS2_RC_SUCCESS) {
		words = refused("does not sign its PCRs", rc);
	}
	(void)Esys_FlushContext(esys, key);
	read_certificate(esys, quote);
finalize:
	Esys_Finalize(&esys);
	return words;
}

const char *quote_make_here(const uint8_t extra[ATTEST_DIGEST_BYTES],
			    struct quote *quote)
{
	TSS2_TCTI_CONTEXT *tcti;
	const char *words;
	size_t bytes = 0;
	TSS2_RC rc = Tss2_Tcti_Device_Init(NULL, &bytes, DEVICE);

	tcti = rc == TSS2_RC_SUCCESS ? calloc(1, bytes) : NULL;
	if (tcti == NULL) {
		return strerror(ENOMEM);
	}
	(void)setenv("TSS2_LOG", "all+NONE", 0); /* we say ourselves */
	rc = Tss2_Tcti_Device_Init(tcti, &bytes, DEVICE);
	if (rc != TSS2_RC_SUCCESS) {
		free(tcti);
		return "no TPM at " DEVICE ", or not for you: ask as root";
	}
	words = quote_make(tcti, extra, quote);
	Tss2_Tcti_Finalize(tcti);
	free(tcti);
	return words;
}

void quote_evidence(const struct quote *quote, struct evidence *evidence)
{
	struct bytes_view *item = evidence->item;

	item[EVIDENCE_QUOTE] =
		(struct bytes_view){quote->quote, quote->quote_bytes};
	item[EVIDENCE_SIGNATURE] =
		(struct bytes_view){quote->signature, quote->signature_bytes};
	item[EVIDENCE_AK] = (struct bytes_view){quote->ak, quote->ak_bytes};
	item[EVIDENCE_EK_CERTIFICATE] = (struct bytes_view){
		quote->certificate, quote->certificate_bytes};
}
