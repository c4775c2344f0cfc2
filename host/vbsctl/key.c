/* SPDX-License-Identifier: MIT */
/* `vbsctl key`: what there is, and what goes. */
#define _GNU_SOURCE
#include <errno.h>
#include <nettle/base64.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/libvbs/keyring_words.h"
#include "host/libvbs/spki.h"
#include "host/libvbs/ssh_key.h"
#include "host/vbsctl/key.h"

#define PEM_COLUMNS 64
#define LIST_FORMAT "%8s  %-8s  %-9s  %-20s  %s\n"

enum exit_code key_complain(const struct vault *vault, enum status status)
{
	if (vault->error != 0) {
		(void)fprintf(stderr,
			      "vbsctl: the keyring at %s cannot be reached: "
			      "%s\nSee `vbsctl status`; without OpenVBS there "
			      "is no keyring.\n",
			      keyring_path(), strerror(vault->error));
		return EXIT_OFF;
	}
	(void)fprintf(stderr, "vbsctl: %s.\n", keyring_words_status(status));
	return EXIT_DEGRADED;
}

uint32_t key_owner(const struct arguments *arguments)
{
	return arguments->system ? KEYRING_OWNER_SYSTEM : geteuid();
}

/* --- finding -------------------------------------------------------------- */

static bool has_label(const struct keyring_object *object, const char *label)
{
	return strlen(label) == object->label_bytes &&
	       memcmp(label, object->label, object->label_bytes) == 0;
}

static enum status find_label(struct vault *vault, const char *label,
			      struct keyring_object *found, size_t *count)
{
	struct keyring_object object = {0};
	enum status status;

	while ((status = vault_next(vault, object.number, &object)) ==
	       STATUS_OK) {
		if (has_label(&object, label)) {
			*found = object;
			++*count;
		}
	}
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

bool key_find(struct vault *vault, const char *which,
	      struct keyring_object *object)
{
	size_t count = 0;
	enum status status;
	char *end;
	unsigned long long number;

	errno = 0;
	number = strtoull(which, &end, 10);
	if (which[0] >= '0' && which[0] <= '9' && *end == 0 && errno == 0) {
		status = vault_show(vault, number, object);
		count = 1;
	} else {
		status = find_label(vault, which, object, &count);
	}
	if (status == STATUS_OK && count == 0) {
		status = STATUS_NOT_FOUND;
	}
	if (status != STATUS_OK) {
		(void)key_complain(vault, status);
		return false;
	}
	if (count > 1) {
		(void)fprintf(stderr,
			      "vbsctl: %zu keys are called %s; name it by its "
			      "number, see `vbsctl key list --all`\n",
			      count, which);
		return false;
	}
	return true;
}

/* --- printing ------------------------------------------------------------- */

void key_print_pem(const struct keyring_object *object)
{
	char base64[BASE64_ENCODE_RAW_LENGTH(SPKI_BYTES)];
	uint8_t der[SPKI_BYTES];
	size_t len = spki_write(object, der);

	if (len == 0) {
		return;
	}
	base64_encode_raw(base64, len, der);
	len = BASE64_ENCODE_RAW_LENGTH(len);
	printf("-----BEGIN PUBLIC KEY-----\n");
	for (size_t at = 0; at < len; at += PEM_COLUMNS) {
		size_t left = len - at;

		printf("%.*s\n", (int)(left < PEM_COLUMNS ? left : PEM_COLUMNS),
		       base64 + at);
	}
	printf("-----END PUBLIC KEY-----\n");
}

void key_print(const struct keyring_object *object)
{
	char type[KEYRING_WORDS_TYPE_BYTES], fingerprint[SSH_FINGERPRINT_BYTES];
	char label[KEYRING_WORDS_LABEL_BYTES], line[SSH_LINE_BYTES];

	printf("key %llu: %s, %s", (unsigned long long)object->number,
	       keyring_words_type(object, type),
	       keyring_words_origin(object->origin));
	printf("%s%s\n", object->label_bytes != 0 ? ", " : "",
	       keyring_words_label(object, label));
	if (ssh_fingerprint(object, fingerprint) && ssh_line(object, line)) {
		printf("%s\n%s\n", fingerprint, line);
	}
}

static json_t *as_json(const struct keyring_object *object)
{
	char type[KEYRING_WORDS_TYPE_BYTES], fingerprint[SSH_FINGERPRINT_BYTES];
	char label[KEYRING_WORDS_LABEL_BYTES], line[SSH_LINE_BYTES];
	const struct keyring_policy *policy = &object->policy;
	json_t *json = json_pack(
		"{s:I, s:s, s:s, s:s, s:b, s:b, s:b, s:b, s:I, s:I}", "number",
		(json_int_t)object->number, "type",
		keyring_words_type(object, type), "label",
		keyring_words_label(object, label), "origin",
		keyring_words_origin(object->origin), "system",
		(int)(object->owner == KEYRING_OWNER_SYSTEM), "volatile",
		(int)((policy->flags & KEYRING_FLAG_VOLATILE) != 0), "own_pin",
		(int)((policy->flags & KEYRING_FLAG_OWN_PIN) != 0),
		"audit_each",
		(int)((policy->flags & KEYRING_FLAG_AUDIT_EACH) != 0),
		"uses_per_minute", (json_int_t)policy->uses_per_minute, "uses",
		(json_int_t)object->uses);

	if (ssh_fingerprint(object, fingerprint) && ssh_line(object, line)) {
		json_object_set_new(json, "fingerprint",
				    json_string(fingerprint));
		json_object_set_new(json, "ssh", json_string(line));
	}
	return json;
}

/* --- commands ------------------------------------------------------------- */

static void list_one(const struct keyring_object *object, json_t *all)
{
	char type[KEYRING_WORDS_TYPE_BYTES], fingerprint[SSH_FINGERPRINT_BYTES];
	char label[KEYRING_WORDS_LABEL_BYTES], number[24];

	if (all != NULL) {
		json_array_append_new(all, as_json(object));
		return;
	}
	(void)snprintf(number, sizeof(number), "%llu",
		       (unsigned long long)object->number);
	if (!ssh_fingerprint(object, fingerprint)) {
		(void)snprintf(fingerprint, sizeof(fingerprint), "-");
	}
	printf(LIST_FORMAT, number, keyring_words_type(object, type),
	       keyring_words_origin(object->origin),
	       keyring_words_label(object, label), fingerprint);
}

enum exit_code command_key_list(const struct arguments *arguments)
{
	json_t *all = arguments->json ? json_array() : NULL;
	struct keyring_object object = {0};
	struct vault vault = VAULT_INIT;
	enum exit_code code = EXIT_GOOD;
	enum status status;

	while ((status = vault_next(&vault, object.number, &object)) ==
	       STATUS_OK) {
		if (arguments->all || object.owner == key_owner(arguments)) {
			list_one(&object, all);
		}
	}
	if (status != STATUS_NOT_FOUND) {
		code = key_complain(&vault, status);
		json_decref(all);
	} else if (all != NULL) {
		print_json(all);
	}
	vault_close(&vault);
	return code;
}

enum exit_code command_key_show(const struct arguments *arguments)
{
	struct vault vault = VAULT_INIT;
	struct keyring_object object;
	bool found = key_find(&vault, arguments->operand[0], &object);

	vault_close(&vault);
	if (found && arguments->json) {
		print_json(as_json(&object));
	} else if (found) {
		key_print(&object);
		printf("%llu uses since VTL1 has it in memory\n",
		       (unsigned long long)object.uses);
	}
	return found ? EXIT_GOOD : EXIT_DEGRADED;
}

static void print_policy(const struct keyring_policy *policy, uint32_t all)
{
	static const char *const may[] = {"sign", "encrypt", "decrypt"};
	uint32_t mechanisms =
		policy->mechanisms != 0 ? policy->mechanisms : all;

	printf("It may");
	for (uint32_t i = 0; i < 3; i++) {
		if ((policy->operations >> i & 1) != 0) {
			printf(" %s", may[i]);
		}
	}
	printf(", by");
	for (uint32_t i = 0; i < KEYRING_MECHANISM_COUNT; i++) {
		if ((mechanisms >> i & 1) != 0) {
			printf(" [%s]", keyring_words_mechanism(i));
		}
	}
	if (policy->uses_per_minute != 0) {
		printf(",\nat most %u times a minute",
		       (unsigned)policy->uses_per_minute);
	}
	printf(".\n");
	if ((policy->flags & KEYRING_FLAG_OWN_PIN) != 0) {
		printf("Every use needs a login with its own PIN.\n");
	}
	if ((policy->flags & KEYRING_FLAG_AUDIT_EACH) != 0) {
		printf("Every use is an event.\n");
	}
	if ((policy->flags & KEYRING_FLAG_VOLATILE) != 0) {
		printf("It is never stored, and gone with the next boot.\n");
	}
}

enum exit_code command_key_policy(const struct arguments *arguments)
{
	struct vault vault = VAULT_INIT;
	struct keyring_object object;
	bool found = key_find(&vault, arguments->operand[0], &object);

	vault_close(&vault);
	if (!found) {
		return EXIT_DEGRADED;
	}
	print_policy(&object.policy, keyring_words_mechanisms(object.type));
	return EXIT_GOOD;
}

enum exit_code command_key_export(const struct arguments *arguments)
{
	struct vault vault = VAULT_INIT;
	struct keyring_object object;
	char line[SSH_LINE_BYTES];
	bool found = key_find(&vault, arguments->operand[0], &object);

	vault_close(&vault);
	if (!found) {
		return EXIT_DEGRADED;
	}
	if (!ssh_line(&object, line)) {
		(void)fprintf(stderr, "vbsctl: this key has no public half\n");
		return EXIT_DEGRADED;
	}
	if (arguments->ssh) {
		printf("%s\n", line);
	} else {
		key_print_pem(&object);
	}
	return EXIT_GOOD;
}

/* "yes", typed out. */
static bool confirmed(const struct keyring_object *object)
{
	char answer[8];

	key_print(object);
	printf("Delete it for ever? There is no copy. (yes/no) ");
	(void)fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) != NULL &&
	       strcmp(answer, "yes\n") == 0;
}

enum exit_code command_key_delete(const struct arguments *arguments)
{
	uint8_t ticket[KEYRING_TICKET_BYTES];
	struct vault vault = VAULT_INIT;
	enum exit_code code = EXIT_DEGRADED;
	struct keyring_object object;
	enum status status;

	if (key_find(&vault, arguments->operand[0], &object) &&
	    (arguments->yes || confirmed(&object)) &&
	    key_login(&vault, arguments, object.owner, ticket)) {
		status = vault_delete(&vault, object.number, ticket);
		code = status == STATUS_OK ? EXIT_GOOD
					   : key_complain(&vault, status);
	}
	vault_close(&vault);
	return code;
}

enum exit_code command_key_wrapping(const struct arguments *arguments)
{
	struct keyring_object object = {.type = KEYRING_TYPE_P256};
	struct vault vault = VAULT_INIT;
	enum exit_code code = EXIT_GOOD;
	struct keyring_info info;
	enum status status = vault_info(&vault, &info);

	(void)arguments;
	if (status == STATUS_OK) {
		object.public_bytes = sizeof(info.wrapping_key);
		memcpy(object.public_key, info.wrapping_key,
		       sizeof(info.wrapping_key));
		key_print_pem(&object);
	} else {
		code = key_complain(&vault, status);
	}
	vault_close(&vault);
	return code;
}
