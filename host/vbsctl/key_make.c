/* SPDX-License-Identifier: MIT */
/* `vbsctl key generate` and `import`: a template, and what to make of it. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/vbsctl/key.h"

struct type_row {
	const char *word;
	uint32_t type;
	uint32_t bits;
};

static const struct type_row types[] = {
	{"p256", KEYRING_TYPE_P256, 0},
	{"p384", KEYRING_TYPE_P384, 0},
	{"ed25519", KEYRING_TYPE_ED25519, 0},
	{"rsa2048", KEYRING_TYPE_RSA, 2048},
	{"rsa3072", KEYRING_TYPE_RSA, 3072},
	{"rsa4096", KEYRING_TYPE_RSA, 4096},
	{"aes256", KEYRING_TYPE_AES, 256},
	{"hmac256", KEYRING_TYPE_HMAC, 256},
};

static bool read_type(const char *word, struct keyring_template *key)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].word, word) == 0) {
			key->type = types[i].type;
			key->bits = types[i].bits;
			return true;
		}
	}
	(void)fprintf(stderr, "vbsctl: no type is called %s; there are", word);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		(void)fprintf(stderr, " %s", types[i].word);
	}
	(void)fprintf(stderr, "\n");
	return false;
}

static bool read_may(const char *list, uint32_t *operations)
{
	static const char *const word[] = {"sign", "encrypt", "decrypt"};

	while (list != NULL && *list != 0) {
		size_t len = strcspn(list, ","), i;

		for (i = 0; i < 3 && (strlen(word[i]) != len ||
				      strncmp(word[i], list, len) != 0);) {
			i++;
		}
		if (i == 3) {
			(void)fprintf(stderr, "vbsctl: --may takes some of "
					      "sign,encrypt,decrypt\n");
			return false;
		}
		*operations |= 1u << i;
		list += len + (list[len] == ',');
	}
	return true;
}

static bool read_rate(const char *word, uint32_t *rate)
{
	unsigned long value;
	char *end;

	if (word == NULL) {
		return true;
	}
	value = strtoul(word, &end, 10);
	if (word[0] < '0' || word[0] > '9' || *end != 0 || value == 0 ||
	    value > UINT32_MAX) {
		(void)fprintf(stderr, "vbsctl: --rate wants a number of uses "
				      "per minute\n");
		return false;
	}
	*rate = (uint32_t)value;
	return true;
}

/* All but the PINs. */
static bool read_template(const struct arguments *arguments,
			  struct keyring_template *key)
{
	const char *label = arguments->label != NULL ? arguments->label : "";

	key->owner = key_owner(arguments);
	if (strlen(label) > KEYRING_LABEL_BYTES) {
		(void)fprintf(stderr, "vbsctl: a label has at most %u bytes\n",
			      KEYRING_LABEL_BYTES);
		return false;
	}
	key->label_bytes = (uint32_t)strlen(label);
	memcpy(key->label, label, key->label_bytes);
	if (arguments->audit_each) {
		key->policy.flags |= KEYRING_FLAG_AUDIT_EACH;
	}
	return read_may(arguments->may, &key->policy.operations) &&
	       read_rate(arguments->rate, &key->policy.uses_per_minute);
}

/* The token's PIN, if it has one, and the key's. */
static bool ask_pins(struct vault *vault, const struct arguments *arguments,
		     struct keyring_template *key)
{
	if (!key_login(vault, arguments, key->owner, key->ticket)) {
		return false;
	}
	if (!arguments->pin) {
		return true;
	}
	key->policy.flags |= KEYRING_FLAG_OWN_PIN;
	key->pin_bytes =
		(uint32_t)key_ask_new(arguments, "PIN for the new key",
				      (char *)key->pin, sizeof(key->pin));
	return key->pin_bytes != 0;
}

static enum exit_code done(struct vault *vault, enum status status,
			   const struct keyring_object *object)
{
	enum exit_code code = EXIT_GOOD;

	if (status == STATUS_OK) {
		key_print(object);
	} else {
		code = key_complain(vault, status);
	}
	vault_close(vault);
	return code;
}

enum exit_code command_key_generate(const struct arguments *arguments)
{
	struct vault vault = VAULT_INIT;
	struct keyring_template key = {0};
	struct keyring_object object;
	enum status status;

	if (!read_type(arguments->type != NULL ? arguments->type : "p256",
		       &key) ||
	    !read_template(arguments, &key)) {
		return EXIT_USAGE;
	}
	if (!ask_pins(&vault, arguments, &key)) {
		return EXIT_DEGRADED;
	}
	status = vault_generate(&vault, &key, &object);
	explicit_bzero(&key, sizeof(key));
	return done(&vault, status, &object);
}

enum exit_code command_key_import(const struct arguments *arguments)
{
	struct keyring_import import = {.wrapped = arguments->wrapped};
	const char *path = arguments->operand[0];
	struct vault vault = VAULT_INIT;
	uint8_t data[KEYRING_DATA_BYTES];
	struct keyring_object object;
	enum status status;

	if (!read_template(arguments, &import.template)) {
		return EXIT_USAGE;
	}
	import.data_bytes =
		(uint32_t)(arguments->wrapped
				   ? key_file_bytes(path, data, sizeof(data))
				   : key_file_read(arguments, path, data));
	if (import.data_bytes == 0 ||
	    !ask_pins(&vault, arguments, &import.template)) {
		explicit_bzero(data, sizeof(data));
		return EXIT_DEGRADED;
	}
	status = vault_import(&vault, &import, data, &object);
	explicit_bzero(data, sizeof(data));
	explicit_bzero(&import, sizeof(import));
	if (status == STATUS_OK && !arguments->wrapped) {
		(void)fprintf(stderr,
			      "This key has passed through Linux, and %s and "
			      "its copies remain:\nwhoever has one of them "
			      "needs no OpenVBS. `vbsctl key generate` makes "
			      "a\nkey that nobody has seen.\n\n",
			      path);
	}
	return done(&vault, status, &object);
}
