/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The door of tests/unit/pkcs11_fake.h. */
#include "tests/unit/pkcs11_fake.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct pkcs11_fake pkcs11_fake;

void pkcs11_fake_reset(void)
{
	memset(&pkcs11_fake, 0, sizeof(pkcs11_fake));
	pkcs11_fake.token.user_tries_left = KEYRING_TRIES;
	pkcs11_fake.token.so_tries_left = KEYRING_TRIES;
	pkcs11_fake.label_bytes = 2;
}

const char *keyring_path(void)
{
	return "fake";
}

/* A connection that is quiet: the other end stays open, and is lost. */
int keyring_connect(const char *path)
{
	static int ends[2] = {-1, -1};

	(void)path;
	pkcs11_fake.connects++;
	if (ends[1] >= 0) {
		(void)close(ends[1]);
	}
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0
		       ? ends[0]
		       : -1;
}

static enum status reply(struct keyring_call *call, const void *bytes,
			 size_t len_bytes)
{
	if (len_bytes > call->out_bytes) {
		return STATUS_CORRUPT;
	}
	if (len_bytes > 0) {
		memcpy(call->out, bytes, len_bytes);
	}
	call->out_bytes = len_bytes;
	return STATUS_OK;
}

static enum status reply_key(struct keyring_call *call, uint64_t number)
{
	struct keyring_object key = {
		.number = number,
		.owner = (uint32_t)geteuid(),
		.type = KEYRING_TYPE_HMAC,
		.bits = 256,
		.origin = KEYRING_GENERATED,
		.policy = {.operations = KEYRING_MAY_SIGN},
	};

	if (number == FAKE_EC_KEY) {
		key.type = KEYRING_TYPE_P256;
		key.policy.flags = pkcs11_fake.key_flags;
		key.public_bytes = 64;
		key.label_bytes = pkcs11_fake.label_bytes;
		memcpy(key.label, "ec", 2);
	}
	return reply(call, &key, sizeof(key));
}

static enum status list(struct keyring_call *call)
{
	struct keyring_number after;

	memcpy(&after, call->in, sizeof(after));
	if (after.number >= FAKE_HMAC_KEY) {
		return STATUS_NOT_FOUND;
	}
	return reply_key(call, after.number < FAKE_EC_KEY ? FAKE_EC_KEY
							  : FAKE_HMAC_KEY);
}

static enum status show(struct keyring_call *call)
{
	struct keyring_number of;

	memcpy(&of, call->in, sizeof(of));
	return of.number == FAKE_EC_KEY || of.number == FAKE_HMAC_KEY
		       ? reply_key(call, of.number)
		       : STATUS_NOT_FOUND;
}

static enum status token(struct keyring_call *call)
{
	struct keyring_owner owner;

	memcpy(&owner, call->in, sizeof(owner));
	return owner.owner == geteuid() ? reply(call, &pkcs11_fake.token,
						sizeof(pkcs11_fake.token))
					: STATUS_NOT_FOUND;
}

static enum status login(struct keyring_call *call)
{
	const struct keyring_ticket ticket = {{1}};
	struct keyring_pin pin;

	memcpy(&pin, call->in, sizeof(pin));
	if (pkcs11_fake.token.user_tries_left == 0 ||
	    pin.pin_bytes != strlen(FAKE_PIN) ||
	    memcmp(pin.pin, FAKE_PIN, pin.pin_bytes) != 0) {
		pkcs11_fake.token.user_tries_left -=
			pkcs11_fake.token.user_tries_left > 0;
		return STATUS_DENIED;
	}
	return reply(call, &ticket, sizeof(ticket));
}

static enum status sign(struct keyring_call *call)
{
	uint8_t signature[64] = {0x51};
	struct keyring_use use;

	memcpy(&use, call->in, sizeof(use));
	memcpy(pkcs11_fake.ticket, use.ticket, sizeof(use.ticket));
	memcpy(pkcs11_fake.signed_data, call->data, call->data_bytes);
	pkcs11_fake.signed_bytes = call->data_bytes;
	if (use.number == FAKE_HMAC_KEY) {
		return reply(call, signature, 32);
	}
	if (use.number != FAKE_EC_KEY) {
		return STATUS_NOT_FOUND;
	}
	if (pkcs11_fake.token.user_pin != 0 && use.ticket[0] != 1) {
		return STATUS_DENIED;
	}
	return reply(call, signature, sizeof(signature));
}

static enum status put(struct keyring_call *call)
{
	struct keyring_number number = {1};

	memcpy(pkcs11_fake.record, call->data, call->data_bytes);
	pkcs11_fake.record_bytes = call->data_bytes;
	pkcs11_fake.record_number = number.number;
	return reply(call, &number, sizeof(number));
}

static enum status get(struct keyring_call *call)
{
	uint8_t out[sizeof(struct keyring_public) + KEYRING_PUBLIC_MAX];
	struct keyring_public head;

	memcpy(&head, call->in, sizeof(head));
	if (pkcs11_fake.record_number <= head.number) {
		return STATUS_NOT_FOUND;
	}
	head.number = pkcs11_fake.record_number;
	head.bytes = (uint32_t)pkcs11_fake.record_bytes;
	memcpy(out, &head, sizeof(head));
	memcpy(out + sizeof(head), pkcs11_fake.record, head.bytes);
	return reply(call, out, sizeof(head) + head.bytes);
}

enum status keyring_call(int connection, struct keyring_call *call)
{
	(void)connection;
	if (call->method < sizeof(pkcs11_fake.calls) / sizeof(unsigned)) {
		pkcs11_fake.calls[call->method]++;
	}
	if (pkcs11_fake.interrupts > 0) {
		pkcs11_fake.interrupts--;
		return STATUS_INTERRUPTED;
	}
	switch (call->method) {
	case KEYRING_TOKEN:
		return token(call);
	case KEYRING_LIST:
		return list(call);
	case KEYRING_SHOW:
		return show(call);
	case KEYRING_LOGIN:
		return login(call);
	case KEYRING_SIGN:
		return sign(call);
	case KEYRING_GENERATE:
		return reply_key(call, FAKE_EC_KEY);
	case KEYRING_DELETE:
	case KEYRING_LOGOUT:
		return reply(call, "", 0);
	case KEYRING_PUBLIC_PUT:
		return put(call);
	case KEYRING_PUBLIC_GET:
		return get(call);
	default:
		return STATUS_UNSUPPORTED;
	}
}
