/* SPDX-License-Identifier: MIT */
/*
 * The policy object. Its canonical form is this structure, little-endian,
 * every reserved member zero; its digest is SHA-256 of that form. One pure
 * function answers for it: lib/policy.h. The built-in policy is what runs
 * until a signed one is there.
 */
#ifndef OPENVBS_ABI_POLICY_H
#define OPENVBS_ABI_POLICY_H

#include <stdint.h>

#define POLICY_MAGIC   UINT64_C(0x59434c4f50534256) /* "VBSPOLCY" */
#define POLICY_VERSION 1u

/* Features; the number indexes policy.mode. Never reused. */
#define POLICY_FEATURE_LIST(X)                                   \
	X(VTL1, 0, "isolated memory and services")               \
	X(AUDIT, 1, "tamper-evident event log")                  \
	X(DMA, 2, "devices kept out of protected memory")        \
	X(KERNEL_INTEGRITY, 3, "only signed code in the kernel") \
	X(KEYRING, 4, "keys that leave VTL1 never")              \
	X(ROOT_OF_TRUST, 5, "secrets sealed to this software by the TPM")

enum policy_feature {
#define POLICY_FEATURE_ENUM(name, number, words) POLICY_##name = number,
	POLICY_FEATURE_LIST(POLICY_FEATURE_ENUM)
#undef POLICY_FEATURE_ENUM
	POLICY_FEATURE_COUNT = 6,
};

#define POLICY_FEATURES_MAX 32u

enum policy_mode {
	POLICY_MODE_OFF = 0,
	POLICY_MODE_AUDIT = 1,	 /* report, let pass */
	POLICY_MODE_ENFORCE = 2, /* report, refuse */
};

/* What to do when a feature that should be there is not. */
enum policy_degraded {
	POLICY_DEGRADED_REPORT = 0, /* run on, say so */
	POLICY_DEGRADED_HALT = 1,   /* do not start the next loader */
};

struct policy {
	uint64_t magic;
	uint32_t version;
	uint32_t serial; /* grows with each issued policy; 0: built in */
	uint8_t mode[POLICY_FEATURES_MAX]; /* enum policy_mode */
	uint32_t degraded;		   /* enum policy_degraded */
	uint32_t reserved_zero[3];
};

_Static_assert(sizeof(struct policy) == 64, "layout");

#endif
