/* SPDX-License-Identifier: MIT */
/* `vbsctl key pin`: the PIN of a token, or a key's own. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "host/vbsctl/key.h"

/* What the questions and answers call it. */
struct pin_words {
	const char *old;
	const char *new;
	const char *done;
};

static const struct pin_words of_key = {
	"PIN of the key",
	"New PIN of the key",
	"The key has its new PIN.",
};
static const struct pin_words of_token = {
	"PIN of the token",
	"New PIN of the token",
	"The token has its PIN: its keys need it, as do making and deleting "
	"keys.",
};
static const struct pin_words of_none = {
	"PIN of the token",
	NULL,
	"The token has no PIN any more.",
};

/* Has a key a PIN of its own, which can be changed and not taken away? */
static enum exit_code choose_key(struct vault *vault,
				 const struct arguments *arguments,
				 struct keyring_pin *pin)
{
	struct keyring_object object;

	if (arguments->remove) {
		(void)fprintf(stderr, "vbsctl: a key's own PIN is part of its "
				      "policy and cannot be removed\n");
		return EXIT_USAGE;
	}
	if (!key_find(vault, arguments->operand[0], &object)) {
		return EXIT_DEGRADED;
	}
	if ((object.policy.flags & KEYRING_FLAG_OWN_PIN) == 0) {
		(void)fprintf(stderr,
			      "vbsctl: this key was made without --pin, and "
			      "never gets a PIN of its own;\nwithout KEY, this "
			      "command sets the token's\n");
		return EXIT_DEGRADED;
	}
	pin->role = KEYRING_ROLE_KEY;
	pin->number = object.number;
	pin->owner = object.owner;
	return EXIT_GOOD;
}

/* `has_pin`: there is one already. */
static enum exit_code choose_token(struct vault *vault,
				   const struct arguments *arguments,
				   struct keyring_pin *pin, bool *has_pin)
{
	struct keyring_token token;
	enum status status = vault_token(vault, key_owner(arguments), &token);

	if (status != STATUS_OK) {
		return key_complain(vault, status);
	}
	if (token.user_pin == 0 && arguments->remove) {
		(void)fprintf(stderr, "vbsctl: the token has no PIN\n");
		return EXIT_DEGRADED;
	}
	if (token.user_pin == 0 && token.so_pin != 0) {
		(void)fprintf(stderr,
			      "vbsctl: the token has a security officer, who "
			      "sets the PIN through PKCS#11:\npkcs11-tool "
			      "--init-pin\n");
		return EXIT_DEGRADED;
	}
	pin->role = KEYRING_ROLE_USER;
	pin->owner = key_owner(arguments);
	*has_pin = token.user_pin != 0;
	return EXIT_GOOD;
}

/* False: no answer to a question. */
static bool ask_both(const struct arguments *arguments,
		     const struct pin_words *words, bool has_pin,
		     struct keyring_pin *pin)
{
	if (has_pin) {
		pin->pin_bytes =
			(uint32_t)key_ask(arguments, words->old,
					  (char *)pin->pin, sizeof(pin->pin));
		if (pin->pin_bytes == 0) {
			return false;
		}
	}
	if (words->new == NULL) {
		return true;
	}
	pin->new_pin_bytes = (uint32_t)key_ask_new(arguments, words->new,
						   (char *)pin->new_pin,
						   sizeof(pin->new_pin));
	return pin->new_pin_bytes != 0;
}

static enum exit_code set(struct vault *vault, const struct keyring_pin *pin,
			  const struct pin_words *words)
{
	enum status status = vault_pin_set(vault, pin);

	if (status == STATUS_OK) {
		printf("%s\n", words->done);
		return EXIT_GOOD;
	}
	if (status == STATUS_INVALID) {
		(void)fprintf(stderr, "vbsctl: this PIN is too short\n");
		return EXIT_DEGRADED;
	}
	return key_complain(vault, status);
}

enum exit_code command_key_pin(const struct arguments *arguments)
{
	bool key = arguments->operand[0] != NULL, has_pin = true;
	const struct pin_words *words = key		    ? &of_key
					: arguments->remove ? &of_none
							    : &of_token;
	struct vault vault = VAULT_INIT;
	struct keyring_pin pin = {0};
	enum exit_code code =
		key ? choose_key(&vault, arguments, &pin)
		    : choose_token(&vault, arguments, &pin, &has_pin);

	if (code == EXIT_GOOD) {
		code = ask_both(arguments, words, has_pin, &pin)
			       ? set(&vault, &pin, words)
			       : EXIT_DEGRADED;
	}
	explicit_bzero(&pin, sizeof(pin));
	vault_close(&vault);
	return code;
}
