/* SPDX-License-Identifier: MIT */
/*
 * The keyring service: keys that exist in VTL1 only. VTL0 sees public halves,
 * attributes, results, and encrypted blobs, which it stores.
 *
 * The vault is all objects and an index that lists them. Each object has a
 * number, never given twice, and a version: the epoch in which it was changed
 * last. Each change begins an epoch, which the secure kernel counts. After a
 * change VTL0 fetches what has changed with SAVE and stores it; when the
 * service has started anew it gives index and objects back with OPEN and LOAD.
 *
 *	CLOSED ─ OPEN (an index of this epoch) ─► OPEN ◄─ CREATE (empty) ─ CLOSED
 *
 * A message's caller is the Linux user as vbsd saw him, and whether he may use
 * the system's token (KEYRING_CALLER_SYSTEM). It is as good as VTL0's kernel.
 * Owners keep users apart, not VTL0 from its own keys; a PIN does.
 */
#ifndef OPENVBS_ABI_KEYRING_H
#define OPENVBS_ABI_KEYRING_H

#include <stdint.h>

#define KEYRING_CALLER_SYSTEM (UINT64_C(1) << 32) /* beside the user's number */
#define KEYRING_OWNER_SYSTEM  UINT32_MAX	  /* the system's token */

#define KEYRING_OBJECTS_MAX  480u /* keys and tokens */
#define KEYRING_LABEL_BYTES  64u
#define KEYRING_ID_BYTES     64u  /* PKCS#11's CKA_ID */
#define KEYRING_PUBLIC_BYTES 512u /* RSA: modulus; EC: x || y; Ed25519: key */
#define KEYRING_PIN_BYTES    64u
#define KEYRING_TICKET_BYTES 16u
#define KEYRING_DATA_BYTES   3584u /* to sign, encrypt or import */
#define KEYRING_TRIES	     10u   /* of a PIN, in a row */

/*
 * Methods, request -> reply. A request with data behind its structure says so
 * with []. Results beside those of abi/service.h:
 *
 *	STATUS_CONFLICT     the vault is closed, or open already
 *	STATUS_NOT_FOUND    no such object, or another user's
 *	STATUS_DENIED       a PIN is wrong, locked or missing; not the policy's will
 *	STATUS_UNSUPPORTED  the key has not this mechanism, or may not use it
 *	STATUS_BUSY         more uses in a minute than the key's policy has
 *	STATUS_INVALID      lengths, types and encodings that cannot be
 *	STATUS_NO_SPACE     KEYRING_OBJECTS_MAX
 *
 * OPEN, LOAD and CREATE are vbsd's at its start; others pass through vbsd.
 */
enum keyring_method {
	KEYRING_INFO = 1,   /* -> keyring_info */
	KEYRING_CREATE = 2, /* an empty vault */
	KEYRING_OPEN = 3,   /* keyring_blob[] -> keyring_verdict_reply */
	KEYRING_LOAD = 4,   /* keyring_load[] -> keyring_verdict_reply */
	KEYRING_SAVE = 5,   /* keyring_number; 0: the index -> keyring_blob[] */
	KEYRING_LIST = 6,   /* keyring_number: behind it -> keyring_object */
	KEYRING_SHOW = 7,   /* keyring_number -> keyring_object */
	KEYRING_GENERATE = 8,	 /* keyring_template -> keyring_object */
	KEYRING_IMPORT = 9,	 /* keyring_import[] -> keyring_object */
	KEYRING_DELETE = 10,	 /* keyring_use */
	KEYRING_RELABEL = 11,	 /* keyring_relabel */
	KEYRING_SIGN = 12,	 /* keyring_use[] -> signature */
	KEYRING_ENCRYPT = 13,	 /* keyring_use[] -> text || tag */
	KEYRING_DECRYPT = 14,	 /* keyring_use[] -> text */
	KEYRING_RANDOM = 15,	 /* keyring_number: bytes -> bytes */
	KEYRING_TOKEN = 16,	 /* keyring_owner -> keyring_token */
	KEYRING_TOKEN_INIT = 17, /* keyring_pin: all objects of the token go */
	KEYRING_LOGIN = 18,	 /* keyring_pin -> keyring_ticket */
	KEYRING_LOGOUT = 19,	 /* keyring_ticket */
	KEYRING_PIN_SET = 20,	 /* keyring_pin */
};

enum keyring_type {
	KEYRING_TYPE_ANY = 0, /* IMPORT: what the bytes say */
	KEYRING_TYPE_RSA = 1, /* bits: 2048, 3072, 4096 */
	KEYRING_TYPE_P256 = 2,
	KEYRING_TYPE_P384 = 3,
	KEYRING_TYPE_ED25519 = 4,
	KEYRING_TYPE_AES = 5,  /* bits: 128, 192, 256 */
	KEYRING_TYPE_HMAC = 6, /* bits: 128 to 1024, whole bytes */
	KEYRING_TYPE_END = 7,
};

/*
 * What is in `data` of SIGN, ENCRYPT, DECRYPT. EC signatures are r || s.
 * RSA_PKCS pads (PKCS#1 v1.5) what it gets, DigestInfo and all.
 */
enum keyring_mechanism {
	KEYRING_RSA_PKCS = 0,	    /* at most the modulus's bytes - 11 */
	KEYRING_RSA_PSS_SHA256 = 1, /* a digest; `extra`: bytes of salt */
	KEYRING_RSA_PSS_SHA384 = 2,
	KEYRING_RSA_PSS_SHA512 = 3,
	KEYRING_ECDSA = 4, /* a digest of 20 to 64 bytes */
	KEYRING_EDDSA = 5, /* the message itself */
	KEYRING_HMAC_SHA256 = 6,
	KEYRING_HMAC_SHA384 = 7,
	KEYRING_HMAC_SHA512 = 8,
	KEYRING_AES_GCM = 9, /* nonce || AAD, `extra` bytes of it, || text */
	KEYRING_MECHANISM_COUNT = 10,
};

#define KEYRING_GCM_NONCE_BYTES 12u
#define KEYRING_GCM_TAG_BYTES	16u

#define KEYRING_MAY_SIGN    0x1u
#define KEYRING_MAY_ENCRYPT 0x2u
#define KEYRING_MAY_DECRYPT 0x4u

/* Fixed when the key is made. */
struct keyring_policy {
	uint32_t operations;	  /* KEYRING_MAY_* */
	uint32_t mechanisms;	  /* a bit each; 0: all that the type has */
	uint32_t uses_per_minute; /* 0: no limit */
	uint32_t flags;		  /* KEYRING_FLAG_* */
};

#define KEYRING_FLAG_VOLATILE	0x1u /* never stored: gone with VTL1's memory */
#define KEYRING_FLAG_OWN_PIN	0x2u /* use needs a login with its own PIN */
#define KEYRING_FLAG_AUDIT_EACH 0x4u /* an event a use, not one a second */
#define KEYRING_FLAGS		0x7u

enum keyring_origin {
	KEYRING_GENERATED = 1, /* in VTL1, and never outside */
	KEYRING_IMPORTED = 2,  /* VTL0 has seen it */
	KEYRING_UNWRAPPED = 3, /* came encrypted to the vault's wrapping key */
};

struct keyring_object {
	uint64_t number;
	uint64_t version; /* 0: volatile */
	uint32_t owner;
	uint32_t type; /* enum keyring_type */
	uint32_t bits;
	uint32_t origin; /* enum keyring_origin */
	struct keyring_policy policy;
	uint64_t exponent;   /* RSA's public one */
	uint64_t uses;	     /* since VTL1 has it in memory */
	uint32_t tries_left; /* of its own PIN */
	uint32_t label_bytes;
	uint32_t id_bytes;
	uint32_t public_bytes;
	uint8_t label[KEYRING_LABEL_BYTES]; /* UTF-8 by custom */
	uint8_t id[KEYRING_ID_BYTES];
	uint8_t public_key[KEYRING_PUBLIC_BYTES]; /* none: AES, HMAC */
};

/* EVENT_KEY_DENIED's b. */
enum keyring_denial {
	KEYRING_DENIED_POLICY = 1, /* operation or mechanism */
	KEYRING_DENIED_RATE = 2,
	KEYRING_DENIED_PIN = 3, /* no login */
	KEYRING_DENIED_OWNER = 4,
};

_Static_assert(sizeof(struct keyring_policy) == 16, "layout");
_Static_assert(sizeof(struct keyring_object) == 720, "layout");

#endif
