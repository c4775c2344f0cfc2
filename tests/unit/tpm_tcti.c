/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCG TSS 2.0 TPM Command Transmission Interface: one command at a time. */
#include "tests/unit/tpm_tcti.h"

#include <string.h>
#include <tss2/tss2_esys.h>

#define RESPONSE_BYTES 4096u
#define CERTIFICATE    0x01c0000au
#define PIECE_BYTES    512u
#define NO_SESSION     ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE
#define PASSWORD       ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE

static struct {
	TSS2_TCTI_CONTEXT_COMMON_V1 common;
	tpm_tcti_ferry_t ferry;
	void *tpm;
	uint8_t response[RESPONSE_BYTES];
	uint32_t bytes;
} way;

static TSS2_RC transmit(TSS2_TCTI_CONTEXT *context, size_t size,
			const uint8_t *asked)
{
	(void)context;
	way.bytes = sizeof(way.response);
	way.ferry(way.tpm, asked, (uint32_t)size, way.response, &way.bytes);
	return TSS2_RC_SUCCESS;
}

static TSS2_RC receive(TSS2_TCTI_CONTEXT *context, size_t *size, uint8_t *to,
		       int32_t timeout)
{
	(void)context;
	(void)timeout;
	if (to != NULL && *size < way.bytes) {
		return TSS2_TCTI_RC_INSUFFICIENT_BUFFER;
	}
	if (to != NULL) {
		memcpy(to, way.response, way.bytes);
	}
	*size = way.bytes;
	return TSS2_RC_SUCCESS;
}

static void finalize(TSS2_TCTI_CONTEXT *context)
{
	(void)context;
}

struct TSS2_TCTI_OPAQUE_CONTEXT_BLOB *tpm_tcti(tpm_tcti_ferry_t ferry,
					       void *tpm)
{
	way.common = (TSS2_TCTI_CONTEXT_COMMON_V1){
		.version = 1,
		.transmit = transmit,
		.receive = receive,
		.finalize = finalize,
	};
	way.ferry = ferry;
	way.tpm = tpm;
	return (TSS2_TCTI_CONTEXT *)&way;
}

static TSS2_RC define(ESYS_CONTEXT *esys, uint16_t len_bytes, ESYS_TR *index)
{
	const TPM2B_NV_PUBLIC public = {
		.nvPublic = {.nvIndex = CERTIFICATE,
			     .nameAlg = TPM2_ALG_SHA256,
			     .attributes = TPMA_NV_PPWRITE | TPMA_NV_PPREAD |
					   TPMA_NV_AUTHREAD | TPMA_NV_NO_DA |
					   TPMA_NV_PLATFORMCREATE,
			     .dataSize = len_bytes}};
	const TPM2B_AUTH none = {0};

	return Esys_NV_DefineSpace(esys, ESYS_TR_RH_PLATFORM, PASSWORD, &none,
				   &public, index);
}

static TSS2_RC write_piece(ESYS_CONTEXT *esys, ESYS_TR index,
			   const uint8_t *bytes, const uint16_t range[2])
{
	TPM2B_MAX_NV_BUFFER piece = {.size = range[1]};

	memcpy(piece.buffer, bytes + range[0], piece.size);
	return Esys_NV_Write(esys, ESYS_TR_RH_PLATFORM, index, PASSWORD, &piece,
			     range[0]);
}

bool tpm_tcti_certify(struct TSS2_TCTI_OPAQUE_CONTEXT_BLOB *tcti,
		      const uint8_t *bytes, size_t len_bytes)
{
	ESYS_TR index = ESYS_TR_NONE;
	ESYS_CONTEXT *esys;
	TSS2_RC rc = Esys_Initialize(&esys, tcti, NULL);

	if (rc != TSS2_RC_SUCCESS) {
		return false;
	}
	rc = define(esys, (uint16_t)len_bytes, &index);
	for (size_t at = 0; rc == TSS2_RC_SUCCESS && at < len_bytes;
	     at += PIECE_BYTES) {
		size_t left = len_bytes - at;
		uint16_t range[2] = {
			(uint16_t)at,
			(uint16_t)(left < PIECE_BYTES ? left : PIECE_BYTES)};

		rc = write_piece(esys, index, bytes, range);
	}
	Esys_Finalize(&esys);
	return rc == TSS2_RC_SUCCESS;
}

bool tpm_tcti_uncertify(struct TSS2_TCTI_OPAQUE_CONTEXT_BLOB *tcti)
{
	ESYS_TR index;
	ESYS_CONTEXT *esys;
	TSS2_RC rc = Esys_Initialize(&esys, tcti, NULL);

	if (rc != TSS2_RC_SUCCESS) {
		return false;
	}
	rc = Esys_TR_FromTPMPublic(esys, CERTIFICATE, NO_SESSION, &index);
	if (rc == TSS2_RC_SUCCESS) {
		rc = Esys_NV_UndefineSpace(esys, ESYS_TR_RH_PLATFORM, index,
					   PASSWORD);
	}
	Esys_Finalize(&esys);
	return rc == TSS2_RC_SUCCESS;
}
