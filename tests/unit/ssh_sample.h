/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests to the ssh agent, for its tests. */
#ifndef OPENVBS_TESTS_UNIT_SSH_SAMPLE_H
#define OPENVBS_TESTS_UNIT_SSH_SAMPLE_H

#include <string.h>

#include "host/libvbs/ssh_wire.h"
#include "host/ssh-agent/message.h"

struct sample {
	struct wire_out wire;
	uint8_t bytes[4096];
};

static inline void sample_begin(struct sample *sample, uint8_t number)
{
	*sample = (struct sample){.wire = {.room = sizeof(sample->bytes)}};
	sample->wire.out = sample->bytes;
	wire_put_u8(&sample->wire, number);
}

static inline struct der_bytes sample_bytes(const struct sample *sample)
{
	return (struct der_bytes){sample->bytes, sample->wire.len_bytes};
}

/* An ssh-ed25519 key whose public half is 32 times `half`. */
static inline void sample_public(struct wire_out *wire, uint8_t half)
{
	uint8_t key[MESSAGE_ED25519_BYTES];
	size_t opened = wire_open(wire);

	memset(key, half, sizeof(key));
	wire_put_text(wire, "ssh-ed25519");
	wire_put_string(wire, (struct der_bytes){key, sizeof(key)});
	wire_close(wire, opened);
}

static inline void sample_add(struct sample *sample, uint8_t number,
			      uint8_t half)
{
	uint8_t both[2 * MESSAGE_ED25519_BYTES];

	memset(both, half + 1, sizeof(both));
	memset(both + MESSAGE_ED25519_BYTES, half, MESSAGE_ED25519_BYTES);
	sample_begin(sample, number);
	wire_put_text(&sample->wire, "ssh-ed25519");
	wire_put_string(&sample->wire,
			(struct der_bytes){both + MESSAGE_ED25519_BYTES,
					   MESSAGE_ED25519_BYTES});
	wire_put_string(&sample->wire, (struct der_bytes){both, sizeof(both)});
	wire_put_text(&sample->wire, "me@here");
}

static inline void sample_sign(struct sample *sample, uint8_t half,
			       const char *data, uint32_t flags)
{
	sample_begin(sample, AGENT_SIGN);
	sample_public(&sample->wire, half);
	wire_put_text(&sample->wire, data);
	wire_put_u32(&sample->wire, flags);
}

#endif
