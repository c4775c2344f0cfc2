/* SPDX-License-Identifier: MIT */
/*
 * What a machine may prove that it runs: a JSON file that the build writes
 * beside openvbs.efi, and that an administrator may narrow.
 *
 *	format		"openvbs-reference-1"
 *	version		of OpenVBS, for people
 *	svn		security version: the least that will do
 *	facts		names of what the loader must have found: see below
 *	policies	SHA-256 of each policy that will do
 *	images		Authenticode SHA-256 of each openvbs.efi that will do;
 *			signing does not change it
 *	pcrs		{"NUMBER": value}, for whoever wants to pin the
 *			firmware (0, 2, 7); may be left out
 *
 * Facts: "secure-boot", "tpm", "iommu". "test-build" is the one that must be
 * in the file for a machine to have it.
 */
#ifndef OPENVBS_HOST_LIBVBS_REFERENCE_H
#define OPENVBS_HOST_LIBVBS_REFERENCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "host/libvbs/tcg_log.h"

#define REFERENCE_FORMAT       "openvbs-reference-1"
#define REFERENCE_DIGESTS_MAX  32u
#define REFERENCE_VERSION_MOST 32u

struct reference_digests {
	uint32_t count;
	uint8_t digest[REFERENCE_DIGESTS_MAX][TCG_HASH_BYTES];
};

struct reference {
	char version[REFERENCE_VERSION_MOST];
	uint32_t svn;
	uint32_t facts; /* VTL1_FACT_* */
	struct reference_digests policies;
	struct reference_digests images;
	uint32_t pinned; /* PCRs, as bits */
	uint8_t pcr[TCG_PCRS][TCG_HASH_BYTES];
};

/* False: not exactly such a document. */
bool reference_read(json_t *document, struct reference *reference);

bool reference_has(const struct reference_digests *digests,
		   const uint8_t digest[TCG_HASH_BYTES]);

/* The name of a VTL1_FACT_*; NULL: it has none. */
const char *reference_fact(uint32_t fact);

#endif
