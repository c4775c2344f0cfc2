/* SPDX-License-Identifier: MIT */
/*
 * Keys in files, private ones by OpenSSL; and `vbsctl key wrap`, the sender's
 * side of a wrapped import (abi/keyring_call.h).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "host/vbsctl/key.h"

#define FILE_BYTES  16384u
#define POINT_BYTES 65u
#define KEK_BYTES   SHA256_DIGEST_LENGTH
#define WRAP_BLOCK  8u
#define WRAP_BYTES  (KEYRING_DATA_BYTES + 16) /* RFC 5649 adds up to 15 */
#define OPENSSH	    "-----BEGIN OPENSSH "

/* A file as it is; 0 and a complaint. */
static size_t read_file(const char *path, uint8_t *out, size_t room)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t got = file < 0 ? -1 : 1;

	while (got > 0 && len < room) {
		got = read(file, out + len, room - len);
		len += got > 0 ? (size_t)got : 0;
	}
	if (got < 0) {
		(void)fprintf(stderr, "vbsctl: %s: %s\n", path,
			      strerror(errno));
	} else if (len == room || len == 0) {
		(void)fprintf(stderr, "vbsctl: %s: %s\n", path,
			      len == 0 ? "is empty" : "is too large for a key");
	}
	if (file >= 0) {
		(void)close(file);
	}
	return got < 0 || len == room ? 0 : len;
}

/* OpenSSL asks for the file's passphrase. */
static int passphrase(char *to, int room, int writing, void *arguments)
{
	(void)writing;
	return (int)key_ask(arguments, "Passphrase of the file", to,
			    (size_t)room);
}

/* PEM, or DER of PKCS#8 or one of the older forms. */
static EVP_PKEY *parse(const struct arguments *arguments, const uint8_t *bytes,
		       size_t len)
{
	const uint8_t *at = bytes;
	BIO *from = BIO_new_mem_buf(bytes, (int)len);
	EVP_PKEY *key = NULL;

	if (from != NULL) {
		key = PEM_read_bio_PrivateKey(from, NULL, passphrase,
					      (void *)(uintptr_t)arguments);
		BIO_free(from);
	}
	return key != NULL ? key : d2i_AutoPrivateKey(NULL, &at, (long)len);
}

static size_t write_pkcs8(EVP_PKEY *key, uint8_t out[KEYRING_DATA_BYTES])
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	uint8_t *der = NULL;
	int len = info != NULL ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;
	size_t written = 0;

	if (len > 0 && len <= (int)KEYRING_DATA_BYTES) {
		written = (size_t)len;
		memcpy(out, der, written);
	}
	if (len > 0) {
		OPENSSL_clear_free(der, (size_t)len);
	}
	PKCS8_PRIV_KEY_INFO_free(info);
	return written;
}

static size_t read_private(const struct arguments *arguments,
			   uint8_t out[KEYRING_DATA_BYTES])
{
	static uint8_t bytes[FILE_BYTES];
	const char *path = arguments->operand[0];
	size_t len = read_file(path, bytes, sizeof(bytes)), written = 0;
	EVP_PKEY *key;

	if (len == 0) {
		return 0;
	}
	if (memmem(bytes, len, OPENSSH, strlen(OPENSSH)) != NULL) {
		(void)fprintf(stderr,
			      "vbsctl: %s is in OpenSSH's own form. Use it "
			      "with `ssh-add`, or on a\ncopy of it `ssh-keygen "
			      "-p -m PKCS8 -f COPY`, then import the copy\n",
			      path);
		explicit_bzero(bytes, sizeof(bytes));
		return 0;
	}
	key = parse(arguments, bytes, len);
	explicit_bzero(bytes, sizeof(bytes));
	if (key != NULL) {
		written = write_pkcs8(key, out);
		EVP_PKEY_free(key);
	}
	if (written == 0) {
		(void)fprintf(stderr,
			      "vbsctl: %s: no private key that can be read; is "
			      "the passphrase wrong?\n",
			      path);
	}
	return written;
}

/* --- symmetric keys, and wrapped ones --------------------------------------- */

/* A file that is exactly so long, whatever is in it. */
static size_t read_exactly(const char *path, size_t wanted, const char *how,
			   uint8_t out[KEYRING_DATA_BYTES])
{
	size_t len = read_file(path, out, KEYRING_DATA_BYTES);

	if (len == 0 || len == wanted) {
		return len;
	}
	explicit_bzero(out, len);
	(void)fprintf(stderr,
		      "vbsctl: %s has %zu bytes; a key of this type has "
		      "%zu,\n%s\n",
		      path, len, wanted, how);
	return 0;
}

size_t key_file_read(const struct arguments *arguments, uint32_t bits,
		     uint8_t out[KEYRING_DATA_BYTES])
{
	return bits == 0
		       ? read_private(arguments, out)
		       : read_exactly(arguments->operand[0], bits / 8,
				      "not as text and without an end of line",
				      out);
}

size_t key_file_wrapped(const char *path, uint32_t bits,
			uint8_t out[KEYRING_DATA_BYTES])
{
	size_t padded = (bits / 8 + WRAP_BLOCK - 1) / WRAP_BLOCK * WRAP_BLOCK;

	return bits == 0 ? read_file(path, out, KEYRING_DATA_BYTES)
			 : read_exactly(path, POINT_BYTES + WRAP_BLOCK + padded,
					"wrapped by `vbsctl key wrap`", out);
}

/* --- wrap ----------------------------------------------------------------- */

static EVP_PKEY *read_wrapping_key(const char *path)
{
	FILE *file = fopen(path, "re");
	EVP_PKEY *key = NULL;
	char group[32] = "";
	size_t len;

	if (file == NULL) {
		(void)fprintf(stderr, "vbsctl: %s: %s\n", path,
			      strerror(errno));
		return NULL;
	}
	key = PEM_read_PUBKEY(file, NULL, NULL, NULL);
	(void)fclose(file);
	if (key == NULL ||
	    EVP_PKEY_get_group_name(key, group, sizeof(group), &len) != 1 ||
	    strcmp(group, "prime256v1") != 0) {
		(void)fprintf(stderr,
			      "vbsctl: %s: not a wrapping key; `vbsctl key "
			      "wrapping-key` prints it on\nthe machine that "
			      "shall have the key\n",
			      path);
		EVP_PKEY_free(key);
		return NULL;
	}
	return key;
}

/* X9.63 with SHA-256, one block: SHA256(Z || 00000001). */
static bool agree(EVP_PKEY *own, EVP_PKEY *other, uint8_t kek[KEK_BYTES])
{
	static const uint8_t counter[] = {0, 0, 0, 1};
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(own, NULL);
	uint8_t input[32 + sizeof(counter)];
	size_t len = 32;
	bool good;

	memcpy(input + 32, counter, sizeof(counter));
	good = context != NULL && EVP_PKEY_derive_init(context) == 1 &&
	       EVP_PKEY_derive_set_peer(context, other) == 1 &&
	       EVP_PKEY_derive(context, input, &len) == 1 && len == 32 &&
	       SHA256(input, sizeof(input), kek) != NULL;
	EVP_PKEY_CTX_free(context);
	explicit_bzero(input, sizeof(input));
	return good;
}

/* RFC 5649; the length, or 0. */
static size_t wrap(const uint8_t kek[KEK_BYTES], const uint8_t *plain,
		   size_t len, uint8_t out[WRAP_BYTES])
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-256-WRAP-PAD", NULL);
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int written = 0, rest = 0;
	bool good = cipher != NULL && context != NULL;

	if (good) {
		EVP_CIPHER_CTX_set_flags(context,
					 EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
		good = EVP_EncryptInit_ex2(context, cipher, kek, NULL, NULL) ==
			       1 &&
		       EVP_EncryptUpdate(context, out, &written, plain,
					 (int)len) == 1 &&
		       EVP_EncryptFinal_ex(context, out + written, &rest) == 1;
	}
	EVP_CIPHER_CTX_free(context);
	EVP_CIPHER_free(cipher);
	return good ? (size_t)(written + rest) : 0;
}

static bool wrap_to(EVP_PKEY *to, const uint8_t *plain, size_t len)
{
	EVP_PKEY *own = EVP_EC_gen("P-256");
	uint8_t point[POINT_BYTES], kek[KEK_BYTES], out[WRAP_BYTES];
	size_t point_bytes = 0, wrapped = 0;

	if (own != NULL &&
	    EVP_PKEY_get_octet_string_param(own, OSSL_PKEY_PARAM_PUB_KEY, point,
					    sizeof(point), &point_bytes) == 1 &&
	    point_bytes == POINT_BYTES && agree(own, to, kek)) {
		wrapped = wrap(kek, plain, len, out);
	}
	explicit_bzero(kek, sizeof(kek));
	EVP_PKEY_free(own);
	if (wrapped == 0 || POINT_BYTES + wrapped > KEYRING_DATA_BYTES) {
		(void)fprintf(stderr, "vbsctl: this key cannot be wrapped\n");
		return false;
	}
	return fwrite(point, 1, POINT_BYTES, stdout) == POINT_BYTES &&
	       fwrite(out, 1, wrapped, stdout) == wrapped;
}

enum exit_code command_key_wrap(const struct arguments *arguments)
{
	uint8_t plain[KEYRING_DATA_BYTES];
	uint32_t type, bits;
	bool good = false;
	EVP_PKEY *to;
	size_t len;

	if (!key_type_read_raw(arguments->type, &type, &bits)) {
		return EXIT_USAGE;
	}
	if (arguments->to == NULL || isatty(STDOUT_FILENO)) {
		(void)fprintf(
			stderr,
			"vbsctl: write it to a file: vbsctl key wrap --to "
			"WRAPPING.pem FILE >FILE.wrapped\n");
		return EXIT_USAGE;
	}
	to = read_wrapping_key(arguments->to);
	if (to == NULL) {
		return EXIT_DEGRADED;
	}
	len = key_file_read(arguments, bits, plain);
	if (len != 0) {
		good = wrap_to(to, plain, len);
	}
	explicit_bzero(plain, sizeof(plain));
	EVP_PKEY_free(to);
	return good ? EXIT_GOOD : EXIT_DEGRADED;
}
