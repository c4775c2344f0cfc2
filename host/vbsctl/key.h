/* SPDX-License-Identifier: MIT */
/* What the commands of `vbsctl key` share. */
#ifndef OPENVBS_HOST_VBSCTL_KEY_H
#define OPENVBS_HOST_VBSCTL_KEY_H

#include "host/libvbs/vault.h"
#include "host/vbsctl/vbsctl.h"

/* Says what went wrong, and what to do; the exit code for it. */
enum exit_code key_complain(const struct vault *vault, enum status status);

/* The token that the arguments mean. */
uint32_t key_owner(const struct arguments *arguments);

/* By number or label; false and a complaint: none, or several. */
bool key_find(struct vault *vault, const char *which,
	      struct keyring_object *object);

/* Number, type, fingerprint and public key. */
void key_print(const struct keyring_object *object);
void key_print_pem(const struct keyring_object *object);

/* --- secrets (key_secret.c) ------------------------------------------------- */

/*
 * A line typed on the terminal without echo, or read from --pin-fd. Its
 * length; 0 and a complaint: none, or too long. The caller wipes it.
 */
size_t key_ask(const struct arguments *arguments, const char *question,
	       char *secret, size_t room);

/* A new PIN, typed twice. */
size_t key_ask_new(const struct arguments *arguments, const char *question,
		   char *secret, size_t room);

/* Logs in where the token has a PIN; else the ticket is zeros. */
bool key_login(struct vault *vault, const struct arguments *arguments,
	       uint32_t owner, uint8_t ticket[KEYRING_TICKET_BYTES]);

/* --- types (key_type.c) ----------------------------------------------------- */

/* A type by its word, such as rsa3072, p256, aes256. False and a complaint. */
bool key_type_read(const char *word, uint32_t *type, uint32_t *bits);

/*
 * The type of what a file holds. Most files say it themselves, and `word` is
 * NULL: KEYRING_TYPE_ANY. AES and HMAC keys are bytes that say nothing: `bits`
 * is how long they have to be. False and a complaint: any other word.
 */
bool key_type_read_raw(const char *word, uint32_t *type, uint32_t *bits);

/* --- files (key_file.c) ----------------------------------------------------- */

/*
 * The key in the file that the operand names, as the keyring takes it: PKCS#8
 * of a private key, or (bits not 0) the bytes of a symmetric one. The length,
 * or 0 and a complaint. The caller wipes it.
 */
size_t key_file_read(const struct arguments *arguments, uint32_t bits,
		     uint8_t out[KEYRING_DATA_BYTES]);

/* What `vbsctl key wrap` has made of such a key, as it is. */
size_t key_file_wrapped(const char *path, uint32_t bits,
			uint8_t out[KEYRING_DATA_BYTES]);

#endif
