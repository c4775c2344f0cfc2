/* SPDX-License-Identifier: MIT */
/* The decoder: one function for each kind of request. */
#include "host/ssh-agent/message.h"

#include <string.h>

#include "abi/keyring.h"
#include "host/libvbs/ssh_key.h"
#include "host/libvbs/ssh_wire.h"

#define LIFETIME   1u /* constraints */
#define CONFIRM	   2u
#define POINT_P256 65u
#define POINT_P384 97u

static enum status result(const struct wire_in *in)
{
	return wire_end(in) ? STATUS_OK : STATUS_INVALID;
}

static enum status read_sign(struct wire_in *in, struct message_sign *sign)
{
	sign->key = wire_string(in);
	sign->data = wire_string(in);
	sign->flags = wire_u32(in);
	return result(in);
}

/* --- adding --------------------------------------------------------------- */

static void read_rsa(struct wire_in *in, struct message_rsa *rsa)
{
	rsa->n = wire_mpint(in);
	rsa->e = wire_mpint(in);
	rsa->d = wire_mpint(in);
	rsa->qinv = wire_mpint(in);
	rsa->p = wire_mpint(in);
	rsa->q = wire_mpint(in);
}

static void read_ec(struct wire_in *in, uint32_t type, struct message_ec *ec)
{
	size_t wanted = type == KEYRING_TYPE_P256 ? POINT_P256 : POINT_P384;

	if (!wire_is(wire_string(in), ssh_key_curve(type))) {
		in->bad = true;
	}
	ec->point = wire_string(in);
	ec->scalar = wire_mpint(in);
	in->bad = in->bad || ec->point.len_bytes != wanted ||
		  ec->scalar.len_bytes > (wanted - 1) / 2;
}

/* The private half is seed || public half. */
static void read_ed25519(struct wire_in *in, struct message_ed25519 *key)
{
	struct der_bytes both;

	key->key = wire_string(in);
	both = wire_string(in);
	if (in->bad || key->key.len_bytes != MESSAGE_ED25519_BYTES ||
	    both.len_bytes != 2 * MESSAGE_ED25519_BYTES ||
	    memcmp(both.bytes + MESSAGE_ED25519_BYTES, key->key.bytes,
		   MESSAGE_ED25519_BYTES) != 0) {
		in->bad = true;
		return;
	}
	key->seed = (struct der_bytes){both.bytes, MESSAGE_ED25519_BYTES};
}

static uint32_t type_of(struct der_bytes name)
{
	for (uint32_t type = KEYRING_TYPE_RSA; type < KEYRING_TYPE_END;
	     type++) {
		if (ssh_key_name(type) != NULL &&
		    wire_is(name, ssh_key_name(type))) {
			return type;
		}
	}
	return KEYRING_TYPE_ANY;
}

/* Each at most once. An unknown one must make the request fail. */
static enum status read_constraints(struct wire_in *in, struct message_add *add)
{
	while (in->left != 0 && !in->bad) {
		uint8_t constraint = wire_u8(in);

		if (constraint == LIFETIME && add->lifetime_s == 0) {
			add->lifetime_s = wire_u32(in);
			in->bad = in->bad || add->lifetime_s == 0;
		} else if (constraint == CONFIRM && !add->confirm) {
			add->confirm = true;
		} else if (constraint == LIFETIME || constraint == CONFIRM) {
			in->bad = true;
		} else {
			return STATUS_UNSUPPORTED;
		}
	}
	return result(in);
}

static enum status read_add(struct wire_in *in, bool constrained,
			    struct message_add *add)
{
	struct der_bytes name = wire_string(in);

	if (in->bad) {
		return STATUS_INVALID;
	}
	add->type = type_of(name);
	switch (add->type) {
	case KEYRING_TYPE_RSA:
		read_rsa(in, &add->rsa);
		break;
	case KEYRING_TYPE_P256:
	case KEYRING_TYPE_P384:
		read_ec(in, add->type, &add->ec);
		break;
	case KEYRING_TYPE_ED25519:
		read_ed25519(in, &add->ed25519);
		break;
	default:
		return STATUS_UNSUPPORTED;
	}
	add->comment = wire_string(in);
	return constrained && !in->bad ? read_constraints(in, add) : result(in);
}

/* --- extensions ----------------------------------------------------------- */

static enum status read_extension(struct wire_in *in, struct message *message)
{
	struct der_bytes name = wire_string(in);

	if (in->bad) {
		return STATUS_INVALID;
	}
	if (wire_is(name, "query")) {
		message->extension = MESSAGE_QUERY;
		return result(in);
	}
	if (!wire_is(name, MESSAGE_BIND_NAME)) {
		return STATUS_UNSUPPORTED;
	}
	message->extension = MESSAGE_BIND;
	message->bind.host_key = wire_string(in);
	message->bind.session = wire_string(in);
	message->bind.signature = wire_string(in);
	message->bind.forwarding = wire_bool(in);
	return result(in);
}

enum status message_read(struct der_bytes bytes, struct message *message)
{
	struct wire_in in = wire_from(bytes);

	*message = (struct message){.extension = MESSAGE_EXTENSION_OTHER};
	message->number = wire_u8(&in);
	if (in.bad) {
		return STATUS_INVALID;
	}
	switch (message->number) {
	case AGENT_LIST:
	case AGENT_REMOVE_ALL:
		return result(&in);
	case AGENT_SIGN:
		return read_sign(&in, &message->sign);
	case AGENT_ADD:
	case AGENT_ADD_CONSTRAINED:
		return read_add(&in, message->number == AGENT_ADD_CONSTRAINED,
				&message->add);
	case AGENT_REMOVE:
		message->key = wire_string(&in);
		return result(&in);
	case AGENT_LOCK:
	case AGENT_UNLOCK:
		message->passphrase = wire_string(&in);
		return result(&in);
	case AGENT_EXTENSION:
		return read_extension(&in, message);
	default:
		return STATUS_UNSUPPORTED;
	}
}
