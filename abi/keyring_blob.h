/* SPDX-License-Identifier: MIT */
/*
 * What VTL0 stores of the keyring, and gives back: objects and their index.
 */
#ifndef OPENVBS_ABI_KEYRING_BLOB_H
#define OPENVBS_ABI_KEYRING_BLOB_H

#include "abi/keyring_call.h"

#define KEYRING_TAG_BYTES   16u
#define KEYRING_NONCE_BYTES 12u
#define KEYRING_BLOB_MAGIC  UINT64_C(0x424f4c4253425656) /* "VVBSBLOB" */
#define KEYRING_BLOB_FORMAT 1u

/*
 * A blob: this head, a body, a tag (ChaCha20-Poly1305, RFC 8439, the head
 * being associated data; key from root, vault, number, version).
 * The index has its body, struct keyring_index, in clear.
 */
struct keyring_blob {
	uint64_t magic;
	uint32_t format;
	uint32_t bytes; /* of all of it */
	uint8_t root_id[KEYRING_ROOT_ID_BYTES];
	uint8_t vault[KEYRING_VAULT_BYTES];
	uint64_t number;  /* 0: the index */
	uint64_t version; /* the index's: the epoch */
	uint8_t nonce[KEYRING_NONCE_BYTES];
	uint32_t reserved_zero;
};

struct keyring_index {
	uint64_t next_number;
	uint32_t count; /* of entries, which follow */
	uint32_t reserved_zero;
};

struct keyring_entry {
	uint32_t number;
	uint32_t version;
};

/* What became of a blob that VTL0 has given back. */
#define KEYRING_VERDICT_LIST(X)                                          \
	X(GOOD, 0, "taken")                                              \
	X(TRUNCATED, 1, "its length is not what it says")                \
	X(DAMAGED, 2, "it has been changed")                             \
	X(FOREIGN, 3, "it belongs to another boot, machine or vault")    \
	X(ROLLED_BACK, 4, "an older version than the vault had last")    \
	X(SWAPPED, 5, "it is another object than it was stored as")      \
	X(UNKNOWN, 6, "the vault has no such object, or has it no more") \
	X(PRESENT, 7, "the object is in memory already")

enum keyring_verdict {
#define KEYRING_VERDICT_ENUM(name, number, words) \
	KEYRING_VERDICT_##name = number,
	KEYRING_VERDICT_LIST(KEYRING_VERDICT_ENUM)
#undef KEYRING_VERDICT_ENUM
};

struct keyring_verdict_reply {
	uint32_t verdict;
	uint32_t reserved_zero;
};

struct keyring_load {
	uint64_t number; /* under which it was stored */
	uint8_t blob[];
};

_Static_assert(sizeof(struct keyring_blob) == 80, "layout");
_Static_assert(sizeof(struct keyring_blob) + sizeof(struct keyring_index) +
			       KEYRING_OBJECTS_MAX *
				       sizeof(struct keyring_entry) +
			       KEYRING_TAG_BYTES <=
		       4056,
	       "one message");

#endif
