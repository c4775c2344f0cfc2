/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests to the keyring: whatever messages say, a reply stays within what
 * the caller takes, a refusal carries nothing, and the epoch only grows.
 *
 * Input: messages, each struct step and its bytes.
 *
 * Links: svc/keyring/access.c svc/keyring/blob.c svc/keyring/ec.c
 * Links: svc/keyring/key.c svc/keyring/keyring.c svc/keyring/login.c
 * Links: svc/keyring/objects.c svc/keyring/pin.c svc/keyring/pkcs8.c
 * Links: svc/keyring/rsa.c svc/keyring/secret.c svc/keyring/state.c
 * Links: svc/keyring/symmetric.c svc/keyring/unwrap.c svc/keyring/use.c
 * Links: svc/keyring/vault.c svc/rt/dispatch.c lib/bytes.c
 * Links: tests/fake/keyring_device.c
 * Libs: -lhogweed -lnettle -lgmp -lpthread
 */
#include <stdlib.h>
#include <string.h>

#include "abi/keyring_call.h"
#include "abi/service.h"
#include "host/libvbs/device.h"
#include "tests/fake/keyring_device.h"
#include "tests/fuzz/fuzz.h"

#define ROOM 4056u

struct step {
	uint8_t method;
	uint8_t flags;	/* bit 0: may use the system's token */
	uint16_t given; /* bytes that follow */
	uint16_t room;	/* for the reply */
};

/* RSA keys take a second to make: not here. */
static int is_slow(const struct step *step, const uint8_t *data)
{
	uint32_t type;

	if (step->method != KEYRING_GENERATE || step->given < 8) {
		return 0;
	}
	memcpy(&type, data + 4, sizeof(type));
	return type == KEYRING_TYPE_RSA;
}

static void send(const struct step *step, const uint8_t *data)
{
	static uint8_t in[UINT16_MAX], out[ROOM];
	uint64_t epoch = keyring_fake.epoch;
	struct device_call call = {
		.service = SERVICE_KEYRING,
		.method = step->method,
		.caller = step->flags & 1 ? KEYRING_CALLER_SYSTEM : 0,
		.in = in,
		.in_bytes = step->given,
		.out = out,
		.out_bytes = step->room % (ROOM + 1),
	};
	size_t room = call.out_bytes;
	enum status status;

	memcpy(in, data, step->given);
	status = device_call(-1, &call);
	FUZZ_CHECK(call.out_bytes <= room);
	FUZZ_CHECK(status == STATUS_OK || call.out_bytes == 0);
	FUZZ_CHECK(keyring_fake.epoch >= epoch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	struct device_call create = {.service = SERVICE_KEYRING,
				     .method = KEYRING_CREATE};
	static int booted;
	struct step step;

	if (!booted) {
		keyring_fake_boot();
		booted = 1;
	}
	keyring_fake_restart();
	FUZZ_CHECK(device_call(-1, &create) == STATUS_OK);
	while (len_bytes >= sizeof(step)) {
		memcpy(&step, data, sizeof(step));
		data += sizeof(step);
		len_bytes -= sizeof(step);
		step.given %= ROOM + 1;
		if (step.given > len_bytes) {
			step.given = (uint16_t)len_bytes;
		}
		if (!is_slow(&step, data)) {
			send(&step, data);
		}
		data += step.given;
		len_bytes -= step.given;
	}
	return 0;
}
