/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages to the keyring, as its tests send them: by one user, or others. */
#ifndef OPENVBS_TESTS_UNIT_KEYRING_SAMPLE_H
#define OPENVBS_TESTS_UNIT_KEYRING_SAMPLE_H

#include <string.h>

#include "abi/keyring_blob.h"
#include "abi/service.h"
#include "host/libvbs/device.h"
#include "svc/keyring/vault.h"
#include "tests/fake/keyring_device.h"
#include "tests/unit/unit.h"

#define USER	1000u
#define OTHER	1001u
#define ROOM	4056u
#define DIGEST	"a digest of thirty-two bytes ..."
#define PIN	"1234"
#define NEW_PIN "567890"

static uint8_t reply[ROOM];
static size_t reply_bytes;

static inline enum status send_as(uint64_t caller, uint32_t method,
				  const void *in, size_t in_bytes)
{
	struct device_call call = {.service = SERVICE_KEYRING,
				   .method = method,
				   .caller = caller,
				   .in = in,
				   .in_bytes = in_bytes,
				   .out = reply,
				   .out_bytes = sizeof(reply)};
	enum status status = device_call(-1, &call);

	reply_bytes = call.out_bytes;
	return status;
}

#define SEND(method, request) \
	send_as(USER, KEYRING_##method, &(request), sizeof(request))

static inline int begin(void **unused)
{
	(void)unused;
	keyring_fake_boot();
	return send_as(USER, KEYRING_CREATE, NULL, 0) == STATUS_OK ? 0 : -1;
}

static inline struct keyring_template template_of(uint32_t type, uint32_t bits)
{
	return (struct keyring_template){.owner = USER,
					 .type = type,
					 .bits = bits,
					 .label_bytes = 4,
					 .label = "name"};
}

static inline uint64_t generate(const struct keyring_template *template)
{
	struct keyring_object object;

	assert_int_equal(SEND(GENERATE, *template), STATUS_OK);
	assert_int_equal(reply_bytes, sizeof(object));
	memcpy(&object, reply, sizeof(object));
	assert_int_equal(object.origin, KEYRING_GENERATED);
	return object.number;
}

static inline uint64_t generate_p256(void)
{
	struct keyring_template template = template_of(KEYRING_TYPE_P256, 0);

	return generate(&template);
}

struct sign {
	struct keyring_use use;
	uint8_t data[KEYRING_DATA_BYTES];
};

static inline enum status sign_as(uint64_t caller, uint64_t number,
				  uint32_t mechanism, const uint8_t *ticket)
{
	struct sign sign = {.use = {.number = number, .mechanism = mechanism}};
	size_t bytes = mechanism == KEYRING_RSA_PSS_SHA256 ? 32 : 32;

	if (mechanism == KEYRING_RSA_PSS_SHA256) {
		sign.use.extra = 32;
	}
	if (ticket != NULL) {
		memcpy(sign.use.ticket, ticket, KEYRING_TICKET_BYTES);
	}
	memcpy(sign.data, DIGEST, bytes);
	return send_as(caller, KEYRING_SIGN, &sign, sizeof(sign.use) + bytes);
}

#define SIGN(number) sign_as(USER, number, KEYRING_ECDSA, NULL)

static inline struct keyring_object show(uint64_t number)
{
	const struct keyring_number of = {number};
	struct keyring_object object;

	assert_int_equal(SEND(SHOW, of), STATUS_OK);
	memcpy(&object, reply, sizeof(object));
	return object;
}

static inline struct keyring_pin pin_of(uint32_t role, const char *pin,
					const char *new_pin)
{
	struct keyring_pin request = {.owner = USER, .role = role};

	request.pin_bytes = (uint32_t)strlen(pin);
	request.new_pin_bytes = (uint32_t)strlen(new_pin);
	memcpy(request.pin, pin, strlen(pin));
	memcpy(request.new_pin, new_pin, strlen(new_pin));
	return request;
}

static inline enum status login(uint32_t role, uint64_t number, const char *pin,
				uint8_t ticket[KEYRING_TICKET_BYTES])
{
	struct keyring_pin request = pin_of(role, pin, "");
	enum status status;

	request.number = number;
	status = SEND(LOGIN, request);
	if (status == STATUS_OK) {
		assert_int_equal(reply_bytes, KEYRING_TICKET_BYTES);
		memcpy(ticket, reply, KEYRING_TICKET_BYTES);
	}
	return status;
}

#endif
