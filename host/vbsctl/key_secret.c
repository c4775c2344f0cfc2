/* SPDX-License-Identifier: MIT */
/* Passphrases and PINs, by terminal or descriptor. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "host/vbsctl/key.h"

/* One line without its end. Byte by byte: others read behind it. */
static size_t read_line(int from, char *secret, size_t room)
{
	size_t len = 0;
	char byte;
	ssize_t got;

	while ((got = read(from, &byte, 1)) != 0) {
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0 || byte == '\n') {
			break;
		}
		if (len == room) {
			(void)fprintf(stderr, "vbsctl: that is too long\n");
			return 0;
		}
		secret[len++] = byte;
	}
	return len;
}

static size_t ask_terminal(const char *question, char *secret, size_t room)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios before, quiet;
	size_t len;

	if (terminal < 0 || tcgetattr(terminal, &before) != 0) {
		(void)fprintf(stderr, "vbsctl: no terminal to ask on; give it "
				      "with --pin-fd N\n");
		if (terminal >= 0) {
			(void)close(terminal);
		}
		return 0;
	}
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	quiet.c_lflag |= ICANON;
	(void)tcsetattr(terminal, TCSAFLUSH, &quiet);
	(void)dprintf(terminal, "%s: ", question);
	len = read_line(terminal, secret, room);
	(void)dprintf(terminal, "\n");
	(void)tcsetattr(terminal, TCSAFLUSH, &before);
	(void)close(terminal);
	return len;
}

size_t key_ask(const struct arguments *arguments, const char *question,
	       char *secret, size_t room)
{
	char *end;
	long from;

	if (arguments->pin_fd == NULL) {
		return ask_terminal(question, secret, room);
	}
	from = strtol(arguments->pin_fd, &end, 10);
	if (*end != 0 || end == arguments->pin_fd || from < 0 || from > 1023) {
		(void)fprintf(stderr, "vbsctl: --pin-fd wants the number of an "
				      "open descriptor\n");
		return 0;
	}
	return read_line((int)from, secret, room);
}

size_t key_ask_new(const struct arguments *arguments, const char *question,
		   char *secret, size_t room)
{
	char again[KEYRING_PIN_BYTES];
	size_t len = key_ask(arguments, question, secret, room), other;

	if (len == 0 || arguments->pin_fd != NULL) {
		return len;
	}
	other = key_ask(arguments, "Once more", again, sizeof(again));
	if (other != len || memcmp(again, secret, len) != 0) {
		(void)fprintf(stderr, "vbsctl: these are not the same\n");
		len = 0;
	}
	explicit_bzero(again, sizeof(again));
	return len;
}

bool key_login(struct vault *vault, const struct arguments *arguments,
	       uint32_t owner, uint8_t ticket[KEYRING_TICKET_BYTES])
{
	struct keyring_pin pin = {.owner = owner, .role = KEYRING_ROLE_USER};
	struct keyring_token token;
	enum status status = vault_token(vault, owner, &token);

	memset(ticket, 0, KEYRING_TICKET_BYTES);
	if (status == STATUS_OK && token.user_pin != 0) {
		pin.pin_bytes =
			(uint32_t)key_ask(arguments, "PIN of the token",
					  (char *)pin.pin, sizeof(pin.pin));
		if (pin.pin_bytes == 0) {
			return false;
		}
		status = vault_login(vault, &pin, ticket);
		explicit_bzero(&pin, sizeof(pin));
	}
	if (status != STATUS_OK) {
		(void)key_complain(vault, status);
	}
	return status == STATUS_OK;
}
