/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `vbsctl key pin` with the true keyring: a token gets, changes and loses its
 * PIN, a key changes its own; each time only for whoever knows the old one.
 *
 * Links: host/vbsctl/key.c host/vbsctl/key_file.c host/vbsctl/key_make.c
 * Links: host/vbsctl/key_pin.c host/vbsctl/key_secret.c
 * Links: host/vbsctl/key_type.c host/vbsctl/print.c
 * Links: host/libvbs/vault.c host/libvbs/keyring.c host/libvbs/der.c
 * Links: host/libvbs/keyring_words.c host/libvbs/spki.c host/libvbs/ssh_key.c
 * Links: host/libvbs/ssh_wire.c lib/status.c tests/unit/keyringd.c
 * Libs: -ljansson -lcrypto -lhogweed -lnettle -lgmp
 * Beside: keyringd
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/vbsctl/key.h"
#include "tests/unit/keyringd.h"
#include "tests/unit/unit.h"

#define LONG_PIN                                                        \
	"0123456789012345678901234567890123456789012345678901234567890" \
	"12345" /* 66 */

typedef enum exit_code (*command_t)(const struct arguments *arguments);

/* The command with the answers to its questions, a line each. */
static enum exit_code run(command_t command, struct arguments arguments,
			  const char *answers)
{
	char path[KEYRINGD_PATH_BYTES], number[16];
	enum exit_code code;
	int from;

	keyringd_write("answers", answers, strlen(answers), path);
	from = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(from >= 0);
	(void)snprintf(number, sizeof(number), "%d", from);
	arguments.pin_fd = number;
	code = command(&arguments);
	(void)close(from);
	return code;
}

static enum exit_code set_pin(const char *answers)
{
	return run(command_key_pin, (struct arguments){0}, answers);
}

static enum exit_code remove_pin(const char *answers)
{
	return run(command_key_pin, (struct arguments){.remove = true},
		   answers);
}

static enum exit_code set_key_pin(const char *key, const char *answers)
{
	return run(command_key_pin, (struct arguments){.operand = {key}},
		   answers);
}

static enum exit_code generate(const char *label, bool pin, const char *answers)
{
	return run(command_key_generate,
		   (struct arguments){.label = label, .pin = pin}, answers);
}

/* Whether the key takes this PIN. */
static bool opens(const char *label, const char *pin)
{
	uint8_t ticket[KEYRING_TICKET_BYTES];
	struct vault vault = VAULT_INIT;
	struct keyring_object object;
	struct keyring_pin login = {.role = KEYRING_ROLE_KEY,
				    .pin_bytes = (uint32_t)strlen(pin)};
	enum status status;

	assert_true(key_find(&vault, label, &object));
	login.number = object.number;
	login.owner = object.owner;
	memcpy(login.pin, pin, login.pin_bytes);
	status = vault_login(&vault, &login, ticket);
	vault_close(&vault);
	assert_true(status == STATUS_OK || status == STATUS_DENIED);
	return status == STATUS_OK;
}

static void a_token_without_a_pin(void **unused)
{
	(void)unused;
	assert_int_equal(remove_pin("1234\n"), EXIT_DEGRADED);
	assert_int_equal(set_pin(""), EXIT_DEGRADED);
	assert_int_equal(set_pin("123\n"), EXIT_DEGRADED);
	assert_int_equal(set_pin(LONG_PIN "\n"), EXIT_DEGRADED);
	assert_int_equal(generate("free", false, ""), EXIT_GOOD);
}

static void from_the_first_to_the_last(void **unused)
{
	(void)unused;
	assert_int_equal(set_pin("1234\n"), EXIT_GOOD);
	assert_int_equal(generate("a", false, ""), EXIT_DEGRADED);
	assert_int_equal(generate("a", false, "4321\n"), EXIT_DEGRADED);
	assert_int_equal(generate("a", false, "1234\n"), EXIT_GOOD);
	assert_int_equal(set_pin("4321\n567890\n"), EXIT_DEGRADED);
	assert_int_equal(set_pin("1234\n"), EXIT_DEGRADED);
	assert_int_equal(set_pin("1234\n567\n"), EXIT_DEGRADED);
	assert_int_equal(set_pin("1234\n567890\n"), EXIT_GOOD);
	assert_int_equal(generate("b", false, "1234\n"), EXIT_DEGRADED);
	assert_int_equal(generate("b", false, "567890\n"), EXIT_GOOD);
	assert_int_equal(remove_pin("1234\n"), EXIT_DEGRADED);
	assert_int_equal(remove_pin("567890\n"), EXIT_GOOD);
	assert_int_equal(generate("c", false, ""), EXIT_GOOD);
}

static void a_key_changes_its_own(void **unused)
{
	(void)unused;
	assert_int_equal(generate("with", true, "1234\n"), EXIT_GOOD);
	assert_int_equal(generate("without", false, ""), EXIT_GOOD);
	assert_int_equal(set_key_pin("without", "1234\n5678\n"), EXIT_DEGRADED);
	assert_int_equal(set_key_pin("nobody's", "1234\n5678\n"),
			 EXIT_DEGRADED);
	assert_int_equal(set_key_pin("with", "4321\n5678\n"), EXIT_DEGRADED);
	assert_true(opens("with", "1234"));
	assert_int_equal(set_key_pin("with", "1234\n5678\n"), EXIT_GOOD);
	assert_false(opens("with", "1234"));
	assert_true(opens("with", "5678"));
	assert_int_equal(
		run(command_key_pin,
		    (struct arguments){.operand = {"with"}, .remove = true},
		    "5678\n"),
		EXIT_USAGE);
	assert_true(opens("with", "5678"));
}

static void tries_end(void **unused)
{
	(void)unused;
	assert_int_equal(generate("locked", true, "1234\n"), EXIT_GOOD);
	for (unsigned i = 0; i < KEYRING_TRIES; i++) {
		assert_int_equal(set_key_pin("locked", "4321\n5678\n"),
				 EXIT_DEGRADED);
	}
	assert_int_equal(set_key_pin("locked", "1234\n5678\n"), EXIT_DEGRADED);
	assert_false(opens("locked", "1234"));
}

/* The officer alone sets it: with one, the first PIN is not the owner's. */
static void a_token_with_an_officer(void **unused)
{
	struct keyring_pin officer = {.role = KEYRING_ROLE_SO,
				      .owner = geteuid(),
				      .new_pin_bytes = 8,
				      .new_pin = "officer "};
	struct vault vault = VAULT_INIT;

	(void)unused;
	assert_int_equal(vault_pin_set(&vault, &officer), STATUS_OK);
	vault_close(&vault);
	assert_int_equal(set_pin("1234\n"), EXIT_DEGRADED);
	assert_int_equal(generate("d", false, ""), EXIT_GOOD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_without_a_pin),
		cmocka_unit_test(from_the_first_to_the_last),
		cmocka_unit_test(a_key_changes_its_own),
		cmocka_unit_test(tries_end),
		cmocka_unit_test(a_token_with_an_officer),
	};

	return cmocka_run_group_tests(tests, keyringd_start, keyringd_stop);
}
