/* SPDX-License-Identifier: MIT */
/* `vbsctl key generate` and `import`: a template, and what to make of it. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/vbsctl/key.h"

#define TYPE_UNLESS_SAID "p256"

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

	if (!key_type_read(arguments->type != NULL ? arguments->type
						   : TYPE_UNLESS_SAID,
			   &key.type, &key.bits) ||
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

/* What the keyring is to take: the key, or with --wrapped what holds it. */
static size_t read_import(const struct arguments *arguments, uint32_t bits,
			  uint8_t data[KEYRING_DATA_BYTES])
{
	const char *path = arguments->operand[0];

	return arguments->wrapped ? key_file_wrapped(path, bits, data)
				  : key_file_read(arguments, bits, data);
}

static void warn_of_copies(const char *path)
{
	(void)fprintf(stderr,
		      "This key has passed through Linux, and %s and its "
		      "copies remain:\nwhoever has one of them needs no "
		      "OpenVBS. `vbsctl key generate` makes a\nkey that nobody "
		      "has seen.\n\n",
		      path);
}

enum exit_code command_key_import(const struct arguments *arguments)
{
	struct keyring_import import = {.wrapped = arguments->wrapped};
	struct vault vault = VAULT_INIT;
	uint8_t data[KEYRING_DATA_BYTES];
	struct keyring_object object;
	enum status status;
	uint32_t bits;

	if (!key_type_read_raw(arguments->type, &import.template.type, &bits) ||
	    !read_template(arguments, &import.template)) {
		return EXIT_USAGE;
	}
	import.data_bytes = (uint32_t)read_import(arguments, bits, data);
	if (import.data_bytes == 0 ||
	    !ask_pins(&vault, arguments, &import.template)) {
		explicit_bzero(data, sizeof(data));
		return EXIT_DEGRADED;
	}
	status = vault_import(&vault, &import, data, &object);
	explicit_bzero(data, sizeof(data));
	explicit_bzero(&import, sizeof(import));
	if (status == STATUS_OK && !arguments->wrapped) {
		warn_of_copies(arguments->operand[0]);
	}
	return done(&vault, status, &object);
}
