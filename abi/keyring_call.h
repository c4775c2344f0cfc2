/* SPDX-License-Identifier: MIT */
/*
 * The keyring's requests and replies; which method has which: abi/keyring.h.
 */
#ifndef OPENVBS_ABI_KEYRING_CALL_H
#define OPENVBS_ABI_KEYRING_CALL_H

#include "abi/keyring.h"

struct keyring_template {
	uint32_t owner;
	uint32_t type;
	uint32_t bits; /* RSA, AES, HMAC; else 0 */
	uint32_t pin_bytes;
	struct keyring_policy policy;
	uint32_t label_bytes;
	uint32_t id_bytes;
	uint8_t label[KEYRING_LABEL_BYTES];
	uint8_t id[KEYRING_ID_BYTES];
	uint8_t pin[KEYRING_PIN_BYTES];	      /* with KEYRING_FLAG_OWN_PIN */
	uint8_t ticket[KEYRING_TICKET_BYTES]; /* where the token has a PIN */
};

/*
 * `data`: private keys as PKCS#8 (RFC 5208, 8410), AES and HMAC keys as they
 * are. Wrapped, as PKCS#11's CKM_ECDH_AES_KEY_WRAP with CKD_SHA256_KDF, no
 * shared data and 256 bits: ephemeral P-256 point (65 bytes, 0x04 first) ||
 * AES key wrap with padding (RFC 5649) of that.
 */
struct keyring_import {
	struct keyring_template template;
	uint32_t wrapped;    /* 0 or 1 */
	uint32_t data_bytes; /* which follow */
};

struct keyring_number {
	uint64_t number;
};

struct keyring_owner {
	uint32_t owner;
	uint32_t reserved_zero;
};

struct keyring_use {
	uint64_t number;
	uint32_t mechanism; /* enum keyring_mechanism; DELETE: 0 */
	uint32_t extra;	    /* as the mechanism says; else 0 */
	uint8_t ticket[KEYRING_TICKET_BYTES]; /* zero: none */
};

struct keyring_relabel {
	uint64_t number;
	uint32_t label_bytes;
	uint32_t id_bytes;
	uint8_t label[KEYRING_LABEL_BYTES];
	uint8_t id[KEYRING_ID_BYTES];
	uint8_t ticket[KEYRING_TICKET_BYTES];
};

/* --- tokens: one for each user, one for the system --------------------------- */

enum keyring_role {
	KEYRING_ROLE_USER = 1, /* of a token */
	KEYRING_ROLE_SO = 2, /* its security officer, who sets the user's PIN */
	KEYRING_ROLE_KEY = 3, /* a key with its own PIN */
};

struct keyring_token {
	uint32_t owner;
	uint32_t objects;
	uint32_t user_pin; /* 1: it has one, and private keys need it */
	uint32_t so_pin;
	uint32_t user_tries_left;
	uint32_t so_tries_left;
	uint32_t label_bytes;
	uint32_t reserved_zero;
	uint8_t label[KEYRING_LABEL_BYTES];
};

/*
 * LOGIN       role, PIN; `number` with KEYRING_ROLE_KEY
 * PIN_SET     KEYRING_ROLE_USER: old and new PIN, or the SO's ticket and the
 *             new one; KEYRING_ROLE_SO and _KEY: old and new PIN
 * TOKEN_INIT  PIN: the SO's, or what it shall be if there is none; the label
 *             is in `new_pin`, as a label
 */
struct keyring_pin {
	uint64_t number;
	uint32_t owner;
	uint32_t role; /* enum keyring_role */
	uint32_t pin_bytes;
	uint32_t new_pin_bytes;
	uint8_t pin[KEYRING_PIN_BYTES];
	uint8_t new_pin[KEYRING_PIN_BYTES];
	uint8_t ticket[KEYRING_TICKET_BYTES];
};

/* A login. Whoever shows it acts for the role, until LOGOUT or 64 newer ones. */
struct keyring_ticket {
	uint8_t ticket[KEYRING_TICKET_BYTES];
};

/* --- the vault ----------------------------------------------------------- */

#define KEYRING_VAULT_BYTES   16u
#define KEYRING_ROOT_ID_BYTES 16u

enum keyring_vault_state {
	KEYRING_VAULT_CLOSED = 0,
	KEYRING_VAULT_OPEN = 1,
};

struct keyring_info {
	uint32_t state; /* enum keyring_vault_state */
	uint32_t objects;
	uint32_t missing;  /* listed in the index, not loaded */
	uint32_t anchored; /* 0: the root lives as long as this boot */
	uint64_t epoch;
	uint8_t vault[KEYRING_VAULT_BYTES];
	uint8_t root_id
		[KEYRING_ROOT_ID_BYTES]; /* names the root, tells nothing */
	uint8_t wrapping_key[64]; /* P-256, x || y: import encrypted to it */
};

_Static_assert(sizeof(struct keyring_template) == 248, "layout");
_Static_assert(sizeof(struct keyring_import) == 256, "layout");
_Static_assert(sizeof(struct keyring_use) == 32, "layout");
_Static_assert(sizeof(struct keyring_relabel) == 160, "layout");
_Static_assert(sizeof(struct keyring_token) == 96, "layout");
_Static_assert(sizeof(struct keyring_pin) == 168, "layout");
_Static_assert(sizeof(struct keyring_info) == 120, "layout");
_Static_assert(sizeof(struct keyring_import) + KEYRING_DATA_BYTES <= 4056,
	       "one message");

#endif
