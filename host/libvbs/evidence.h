/* SPDX-License-Identifier: MIT */
/*
 * The evidence file: a JSON object, all members but the first base64.
 *
 *	format		"openvbs-evidence-1"
 *	report		VTL1's, abi/attest.h
 *	quote		TPMS_ATTEST, over SHA-256 of the report and ATTEST_PCRS
 *	signature	TPMT_SIGNATURE
 *	ak		TPM2B_PUBLIC of the key that has signed
 *	log		the TPM's event log
 *	ek_certificate	of the TPM's maker, if the TPM has one; nobody here
 *			reads it
 */
#ifndef OPENVBS_HOST_LIBVBS_EVIDENCE_H
#define OPENVBS_HOST_LIBVBS_EVIDENCE_H

#include <jansson.h>

#include "host/libvbs/reader.h"

#define EVIDENCE_FORMAT	    "openvbs-evidence-1"
#define EVIDENCE_ITEM_BYTES (1u << 20) /* each, at most */

enum evidence_item {
	EVIDENCE_REPORT,
	EVIDENCE_QUOTE,
	EVIDENCE_SIGNATURE,
	EVIDENCE_AK,
	EVIDENCE_LOG,
	EVIDENCE_NEEDED, /* so many must be there */
	EVIDENCE_EK_CERTIFICATE = EVIDENCE_NEEDED,
	EVIDENCE_ITEMS,
};

struct evidence {
	struct bytes_view item[EVIDENCE_ITEMS]; /* empty: not there */
};

/* NULL only for want of memory. */
json_t *evidence_json(const struct evidence *evidence);

/* False: not exactly such a document. Else evidence_free() frees the items. */
bool evidence_read(json_t *document, struct evidence *evidence);
void evidence_free(struct evidence *evidence);

#endif
