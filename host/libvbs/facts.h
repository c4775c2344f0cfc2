/* SPDX-License-Identifier: MIT */
/*
 * What this machine has, as Linux can see it, with or without OpenVBS: each
 * fact is yes, no or unknown, with a detail for people. One table says which
 * answer OpenVBS wants, what a wrong one means and what to do about it.
 *
 * All of it is VTL0's word; what VTL1 was told by the loader is in abi/vtl1.h.
 */
#ifndef OPENVBS_HOST_LIBVBS_FACTS_H
#define OPENVBS_HOST_LIBVBS_FACTS_H

enum fact {
	FACT_CPU_VENDOR,
	FACT_SVM,
	FACT_NESTED_PAGING,
	FACT_GIB_PAGES,
	FACT_ADDRESS_BITS,
	FACT_CPU_COUNT,
	FACT_X2APIC,
	FACT_MEMORY,
	FACT_UEFI,
	FACT_BARE,
	FACT_HYPERVISOR_FREE,
	FACT_SECURE_BOOT,
	FACT_TPM,
	FACT_IOMMU,
	FACT_SMM,
	FACT_MOR,
	FACT_MOR_LOCK,
	FACT_SMT,
	FACT_CHIPSET,
	FACT_LOCKDOWN,
	FACT_COUNT,
};

enum answer {
	ANSWER_UNKNOWN,
	ANSWER_NO,
	ANSWER_YES,
};

#define FACT_DETAIL_BYTES 64

struct facts {
	enum answer answer[FACT_COUNT];
	char detail[FACT_COUNT][FACT_DETAIL_BYTES]; /* may be empty */
};

/* What an unwanted answer means. */
enum verdict {
	VERDICT_READY,
	VERDICT_DEGRADED,   /* protects less */
	VERDICT_IMPOSSIBLE, /* OpenVBS does not start */
};

struct fact_rule {
	const char *key; /* in JSON */
	const char *name;
	enum verdict unwanted;
	const char *words[ANSWER_YES + 1]; /* by answer */
	enum answer wanted;
	const char *remedy;
};

extern const struct fact_rule fact_rules[FACT_COUNT];

/* VERDICT_READY, or the rule's; unknown is degraded at worst. */
enum verdict fact_verdict(enum fact fact, enum answer answer);

/*
 * Reads /proc and /sys below `root` ("" for this machine) and asks the
 * processor. What cannot be read stays unknown.
 */
void facts_read(const char *root, struct facts *facts);

#endif
