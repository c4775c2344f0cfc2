/* SPDX-License-Identifier: MIT */
/* The table of requests, and those that need no file of their own. */
#include "host/ssh-agent/agent.h"

#include <stdio.h>
#include <string.h>

#include "host/libvbs/keyring_words.h"
#include "host/libvbs/ssh_key.h"
#include "host/ssh-agent/add.h"
#include "host/ssh-agent/message.h"
#include "host/ssh-agent/sign.h"

/* --- listing -------------------------------------------------------------- */

/* The same public half, kept and added, is listed once. */
static bool is_first(const struct keys *keys, size_t which)
{
	const struct keyring_object *object = &keys->object[which];

	for (size_t i = 0; i < which; i++) {
		if (keys->object[i].type == object->type &&
		    memcmp(keys->object[i].public_key, object->public_key,
			   KEYRING_PUBLIC_BYTES) == 0) {
			return false;
		}
	}
	return true;
}

/* A key that does not fit any more is left away. */
static void put_key(const struct keyring_object *object, struct wire_out *out,
		    uint32_t *count)
{
	uint8_t blob[SSH_PUBLIC_BYTES];
	size_t before = out->len_bytes;

	wire_put_string(out,
			(struct der_bytes){blob, ssh_public(object, blob)});
	wire_put_string(out,
			(struct der_bytes){object->label, object->label_bytes});
	if (out->full) {
		out->full = false;
		out->len_bytes = before;
	} else {
		++*count;
	}
}

static enum status list(struct agent *agent, struct wire_out *out)
{
	struct wire_out number;
	uint32_t count = 0;
	enum status status = STATUS_OK;

	agent->keys.count = 0;
	if (!agent->lock.locked) {
		status = keys_refresh(&agent->keys);
	}
	if (status != STATUS_OK) {
		return status;
	}
	wire_put_u8(out, AGENT_LIST_REPLY);
	number = *out;
	wire_put_u32(out, 0);
	for (size_t i = 0; i < agent->keys.count; i++) {
		if (is_first(&agent->keys, i)) {
			put_key(&agent->keys.object[i], out, &count);
		}
	}
	wire_put_u32(&number, count);
	return STATUS_OK;
}

/* --- others --------------------------------------------------------------- */

static enum status sign(struct agent *agent, const struct message *message,
			struct wire_out *out)
{
	size_t opened;
	enum status status;

	wire_put_u8(out, AGENT_SIGN_REPLY);
	opened = wire_open(out);
	status = sign_message(&agent->keys, &message->sign, out);
	wire_close(out, opened);
	return status;
}

static enum status lock(struct agent *agent, const struct message *message)
{
	enum status status = lock_lock(&agent->lock, message->passphrase);

	if (status == STATUS_OK) {
		keys_logout(&agent->keys);
	}
	return status;
}

static enum status extension(struct bindings *bindings,
			     const struct message *message,
			     struct wire_out *out)
{
	if (message->extension == MESSAGE_BIND) {
		return bind_session(bindings, &message->bind);
	}
	wire_put_u8(out, AGENT_EXTENSION_REPLY);
	wire_put_text(out, "query");
	wire_put_text(out, MESSAGE_BIND_NAME);
	return STATUS_OK;
}

/* While locked: unlocking, an empty list, and bindings of new channels. */
static bool is_allowed(const struct agent *agent, const struct message *message)
{
	return !agent->lock.locked || message->number == AGENT_UNLOCK ||
	       message->number == AGENT_LIST ||
	       (message->number == AGENT_EXTENSION &&
		message->extension == MESSAGE_BIND);
}

/* Writes what is more than success or failure. */
static enum status dispatch(struct agent *agent, struct bindings *bindings,
			    const struct message *message, int64_t now_ms,
			    struct wire_out *out)
{
	if (!is_allowed(agent, message)) {
		return STATUS_DENIED;
	}
	switch (message->number) {
	case AGENT_LIST:
		return list(agent, out);
	case AGENT_SIGN:
		return sign(agent, message, out);
	case AGENT_ADD:
	case AGENT_ADD_CONSTRAINED:
		return add_key(&agent->keys, &message->add, now_ms);
	case AGENT_REMOVE:
		return keys_remove(&agent->keys, message->key);
	case AGENT_REMOVE_ALL:
		return keys_remove_all(&agent->keys);
	case AGENT_LOCK:
		return lock(agent, message);
	case AGENT_UNLOCK:
		return lock_unlock(&agent->lock, message->passphrase, now_ms);
	default:
		return extension(bindings, message, out);
	}
}

static uint8_t refusal(const struct message *message)
{
	return message->number == AGENT_EXTENSION &&
			       message->extension != MESSAGE_EXTENSION_OTHER
		       ? AGENT_EXTENSION_FAILURE
		       : AGENT_FAILURE;
}

/* For whoever reads the journal; the protocol itself has no words. */
static const char *reason(const struct agent *agent,
			  const struct message *message, enum status status)
{
	if (agent->lock.locked) {
		return "the agent is locked, or the passphrase is wrong";
	}
	if (agent->keys.vault.error != 0) {
		return "vbsd cannot be reached. See `vbsctl status`";
	}
	if (message->number == AGENT_SIGN && status == STATUS_UNSUPPORTED) {
		return "RSA with SHA-1 is refused, or the key's policy "
		       "forbids it";
	}
	if (message->number == AGENT_LOCK || message->number == AGENT_UNLOCK) {
		return "it is so already";
	}
	return status == STATUS_UNSUPPORTED ? "this agent does not have it"
					    : keyring_words_status(status);
}

static void complain(const struct agent *agent, const struct message *message,
		     enum status status)
{
	(void)fprintf(stderr, "request %u refused: %s\n",
		      (unsigned)message->number,
		      reason(agent, message, status));
}

bool agent_serve(struct agent *agent, struct bindings *bindings,
		 struct der_bytes request, int64_t now_ms, struct wire_out *out)
{
	size_t before = out->len_bytes, opened = wire_open(out);
	struct message message;
	enum status status = message_read(request, &message);

	agent->keys.vault.error = 0;
	if (status == STATUS_OK) {
		keys_expire(&agent->keys, now_ms);
		status = dispatch(agent, bindings, &message, now_ms, out);
		if (status == STATUS_BUSY && message.number == AGENT_UNLOCK) {
			out->len_bytes = before;
			return false;
		}
	}
	if (status != STATUS_OK || out->full) {
		complain(agent, &message, status);
		out->full = false;
		out->len_bytes = opened;
		wire_put_u8(out, refusal(&message));
	} else if (out->len_bytes == opened) {
		wire_put_u8(out, AGENT_SUCCESS);
	}
	wire_close(out, opened);
	return true;
}
