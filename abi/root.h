/* SPDX-License-Identifier: MIT */
/*
 * The root secret at launch: what the loader asks SERVICE_ROOT, and the blob
 * that it keeps for it on the EFI system partition. Nothing of the blob is
 * secret, and nothing of it is believed.
 */
#ifndef OPENVBS_ABI_ROOT_H
#define OPENVBS_ABI_ROOT_H

#include <stdint.h>

#define ROOT_BLOB_MAGIC	    UINT64_C(0x544f4f5253425656) /* "VVBSROOT" */
#define ROOT_BLOB_VERSION   1u
#define ROOT_BLOB_BYTES_MAX 1024u

/* `bytes` in all; behind this head what the TPM has sealed. */
struct root_blob {
	uint64_t magic;
	uint32_t version;
	uint32_t bytes;
	uint8_t digest
		[32]; /* SHA-256 of what follows: tells damage from change */
	uint8_t sealed[];
};

/*
 * LAUNCH  request: a blob, or nothing, which has one made; reply: struct
 *         root_launch. Asks for a TPM's answers (STATUS_OUTSIDE). A new blob is
 *         to be kept, read back and given again: only then its secret counts
 */
enum root_method {
	ROOT_METHOD_LAUNCH = 1,
};

/* How it went. The first two give a root that outlives the boot. */
#define ROOT_VERDICT_LIST(X)                                           \
	X(UNSEALED, 0, "unsealed by the TPM")                          \
	X(MADE, 1, "made, and sealed by the TPM")                      \
	X(NO_TPM, 2, "no TPM answers")                                 \
	X(OWNED, 3, "the TPM's owner hierarchy has a password")        \
	X(DAMAGED, 4, "what was sealed is damaged")                    \
	X(CHANGED, 5,                                                  \
	  "sealed for another firmware, Secure Boot state or OpenVBS") \
	X(FOREIGN, 6, "not sealed by OpenVBS with this TPM")           \
	X(LATE, 7, "our PCR has been extended before the launch")      \
	X(UNMEASURED, 8,                                               \
	  "the firmware has measured nothing into SHA-256 PCRs")       \
	X(UNKEPT, 9, "a new one could not be kept in root.blob")       \
	X(NONE, 10, "the launch has not come to it")

enum root_verdict {
#define ROOT_VERDICT_ENUM(name, number, words) ROOT_VERDICT_##name = number,
	ROOT_VERDICT_LIST(ROOT_VERDICT_ENUM)
#undef ROOT_VERDICT_ENUM
};

struct root_launch {
	uint32_t verdict; /* enum root_verdict */
	uint32_t
		blob_bytes; /* of `blob`, which is to be kept; 0: nothing new */
	uint8_t blob[ROOT_BLOB_BYTES_MAX];
};

_Static_assert(sizeof(struct root_blob) == 48, "layout");
_Static_assert(sizeof(struct root_launch) == 1032, "layout");

#endif
