/* SPDX-License-Identifier: MIT */
/* Reads a file of reference values, strictly: a slip must not widen it. */
#include "host/libvbs/reference.h"

#include <stdlib.h>
#include <string.h>

#include "abi/vtl1.h"
#include "host/libvbs/attest_quote.h"
#include "host/libvbs/hex.h"

static const struct {
	uint32_t fact;
	const char *name;
} facts[] = {
	{VTL1_FACT_SECURE_BOOT, "secure-boot"},
	{VTL1_FACT_TPM, "tpm"},
	{VTL1_FACT_TEST_BUILD, "test-build"},
	{VTL1_FACT_SHIM, "shim"},
	{VTL1_FACT_IOMMU, "iommu"},
};
#define FACT_COUNT (sizeof(facts) / sizeof(facts[0]))

const char *reference_fact(uint32_t fact)
{
	for (size_t i = 0; i < FACT_COUNT; i++) {
		if (facts[i].fact == fact) {
			return facts[i].name;
		}
	}
	return NULL;
}

static bool read_facts(const json_t *names, uint32_t *to)
{
	*to = 0;
	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		uint32_t before = *to;

		for (size_t j = 0; name != NULL && j < FACT_COUNT; j++) {
			*to |= strcmp(name, facts[j].name) == 0 ? facts[j].fact
								: 0;
		}
		if (*to == before) {
			return false; /* none of them, or said twice */
		}
	}
	return json_is_array(names);
}

static bool read_digest(const json_t *text, uint8_t to[TCG_HASH_BYTES])
{
	return hex_read(json_string_value(text), to, TCG_HASH_BYTES);
}

static bool read_digests(const json_t *list, struct reference_digests *to)
{
	size_t count = json_array_size(list);

	if (count == 0 || count > REFERENCE_DIGESTS_MAX) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (!read_digest(json_array_get(list, i), to->digest[i])) {
			return false;
		}
	}
	to->count = (uint32_t)count;
	return true;
}

static bool read_pcrs(json_t *pcrs, struct reference *to)
{
	const char *name;
	json_t *value;

	json_object_foreach(pcrs, name, value)
	{
		char *end;
		unsigned long pcr = strtoul(name, &end, 10);

		if (name[0] < '0' || name[0] > '9' || *end != 0 ||
		    pcr >= TCG_PCRS || (ATTEST_PCRS >> pcr & 1) == 0 ||
		    !read_digest(value, to->pcr[pcr])) {
			return false;
		}
		to->pinned |= 1u << pcr;
	}
	return pcrs == NULL || json_is_object(pcrs);
}

bool reference_read(json_t *document, struct reference *reference)
{
	const char *format, *version;
	json_t *fact_names, *policies, *images, *pcrs = NULL;
	json_int_t svn;

	memset(reference, 0, sizeof(*reference));
	if (json_unpack(document, "{s:s, s:s, s:I, s:o, s:o, s:o, s?:o !}",
			"format", &format, "version", &version, "svn", &svn,
			"facts", &fact_names, "policies", &policies, "images",
			&images, "pcrs", &pcrs) != 0 ||
	    strcmp(format, REFERENCE_FORMAT) != 0 ||
	    strlen(version) >= sizeof(reference->version) || svn < 0 ||
	    svn > UINT32_MAX) {
		return false;
	}
	memcpy(reference->version, version, strlen(version));
	reference->svn = (uint32_t)svn;
	return read_facts(fact_names, &reference->facts) &&
	       read_digests(policies, &reference->policies) &&
	       read_digests(images, &reference->images) &&
	       read_pcrs(pcrs, reference);
}

bool reference_has(const struct reference_digests *digests,
		   const uint8_t digest[TCG_HASH_BYTES])
{
	for (uint32_t i = 0; i < digests->count; i++) {
		if (memcmp(digests->digest[i], digest, TCG_HASH_BYTES) == 0) {
			return true;
		}
	}
	return false;
}
