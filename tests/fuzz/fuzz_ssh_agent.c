/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests to the ssh agent: any bytes are refused, or are one known request
 * whose parts lie within them; a private key that is read becomes PKCS#8 or
 * is refused; and any signature of a host key is judged.
 *
 * Links: host/ssh-agent/message.c host/ssh-agent/verify.c
 * Links: host/ssh-agent/bind.c host/ssh-agent/private.c
 * Links: host/libvbs/ssh_wire.c host/libvbs/ssh_key.c host/libvbs/pkcs8.c
 * Links: host/libvbs/der.c host/libvbs/keyring_words.c lib/status.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#include "abi/keyring.h"
#include "host/ssh-agent/bind.h"
#include "host/ssh-agent/message.h"
#include "host/ssh-agent/private.h"
#include "tests/fuzz/fuzz.h"

static struct der_bytes all;

static void check(struct der_bytes part)
{
	FUZZ_CHECK(part.len_bytes == 0 ||
		   (part.bytes >= all.bytes &&
		    part.len_bytes <= all.len_bytes &&
		    part.bytes + part.len_bytes <= all.bytes + all.len_bytes));
}

static void check_add(const struct message_add *add)
{
	uint8_t out[KEYRING_DATA_BYTES];

	check(add->comment);
	FUZZ_CHECK(private_pkcs8(add, out, sizeof(out)) <= sizeof(out));
}

static void check_bind(const struct message_bind *bind)
{
	struct bindings bindings = {0};
	enum status status = bind_session(&bindings, bind);

	check(bind->host_key);
	check(bind->session);
	check(bind->signature);
	FUZZ_CHECK((status == STATUS_OK) == (bindings.count == 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	struct message message;
	enum status status;

	all = (struct der_bytes){data, len_bytes};
	status = message_read(all, &message);
	if (status != STATUS_OK) {
		FUZZ_CHECK(status == STATUS_INVALID ||
			   status == STATUS_UNSUPPORTED);
		return 0;
	}
	if (message.number == AGENT_SIGN) {
		check(message.sign.key);
		check(message.sign.data);
	} else if (message.number == AGENT_ADD ||
		   message.number == AGENT_ADD_CONSTRAINED) {
		check_add(&message.add);
	} else if (message.number == AGENT_EXTENSION &&
		   message.extension == MESSAGE_BIND) {
		check_bind(&message.bind);
	}
	return 0;
}
