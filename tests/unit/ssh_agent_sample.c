/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See ssh_agent_sample.h. */
#define _GNU_SOURCE
#include "tests/unit/ssh_agent_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/libvbs/ssh_key.h"
#include "host/ssh-agent/verify.h"
#include "tests/unit/keyringd.h"
#include "tests/unit/ssh_private.h"
#include "tests/unit/unit.h"

struct agent agent;
struct bindings bindings;
struct sample sample;
int64_t now_ms;
static uint8_t reply_bytes[MESSAGE_LENGTH_BYTES + MESSAGE_BYTES_MAX];
struct wire_in reply; /* behind its number */

int agent_begin(void **unused)
{
	(void)unused;
	now_ms = 1000;
	bindings = (struct bindings){0};
	agent = (struct agent){0};
	keys_init(&agent.keys, geteuid(), "/agent.sock");
	return 0;
}

/* The agent ends, and nothing of the test stays in the keyring. */
int agent_end(void **unused)
{
	static const uint8_t no_ticket[KEYRING_TICKET_BYTES];
	struct keyring_object object = {0};
	struct vault vault = VAULT_INIT;
	enum status status = STATUS_OK;

	(void)unused;
	keys_close(&agent.keys);
	while (status == STATUS_OK &&
	       vault_next(&vault, 0, &object) == STATUS_OK) {
		status = vault_delete(&vault, object.number, no_ticket);
	}
	vault_close(&vault);
	return status == STATUS_OK ? 0 : -1;
}

/* --- requests ------------------------------------------------------------- */

/* The number of the reply; its members are in `reply`. */
uint8_t serve_bytes(struct der_bytes request)
{
	struct wire_out out = {.out = reply_bytes, .room = sizeof(reply_bytes)};

	if (!agent_serve(&agent, &bindings, request, now_ms, &out)) {
		assert_int_equal(out.len_bytes, 0);
		return NOT_YET;
	}
	reply = wire_from((struct der_bytes){reply_bytes, out.len_bytes});
	assert_int_equal(wire_u32(&reply),
			 out.len_bytes - MESSAGE_LENGTH_BYTES);
	return wire_u8(&reply);
}

uint8_t serve(void)
{
	return serve_bytes(sample_bytes(&sample));
}

uint8_t serve_plain(uint8_t number)
{
	sample_begin(&sample, number);
	return serve();
}

uint8_t serve_text(uint8_t number, const char *text)
{
	sample_begin(&sample, number);
	wire_put_text(&sample.wire, text);
	return serve();
}

struct der_bytes blob_of(const struct keyring_object *object)
{
	static uint8_t blob[SSH_PUBLIC_BYTES];

	return (struct der_bytes){blob, ssh_public(object, blob)};
}

/* A request whose one member is the public half. */
uint8_t serve_key(uint8_t number, const struct keyring_object *object)
{
	sample_begin(&sample, number);
	wire_put_string(&sample.wire, blob_of(object));
	return serve();
}

uint8_t sign(const struct keyring_object *object, uint32_t flags)
{
	sample_begin(&sample, AGENT_SIGN);
	wire_put_string(&sample.wire, blob_of(object));
	wire_put_text(&sample.wire, DATA);
	wire_put_u32(&sample.wire, flags);
	return serve();
}

/* A signature by that name, of the data and nothing else. */
void check_signature(const struct keyring_object *object, uint32_t flags,
		     const char *name)
{
	struct der_bytes key = blob_of(object), signature;
	struct wire_in in;

	assert_int_equal(sign(object, flags), AGENT_SIGN_REPLY);
	signature = wire_string(&reply);
	assert_true(wire_end(&reply));
	in = wire_from(signature);
	assert_true(wire_is(wire_string(&in), name));
	assert_true(verify_signature(
		key, signature,
		(struct der_bytes){(const uint8_t *)DATA, strlen(DATA)}));
	assert_false(verify_signature(
		key, signature,
		(struct der_bytes){(const uint8_t *)DATA, strlen(DATA) - 1}));
}

/* How many keys the agent lists; whether one of them is this one. */
uint32_t list(const struct keyring_object *object, bool *is_there)
{
	struct der_bytes wanted = {0};
	uint32_t count;

	assert_int_equal(serve_plain(AGENT_LIST), AGENT_LIST_REPLY);
	count = wire_u32(&reply);
	if (object != NULL) {
		wanted = blob_of(object);
		*is_there = false;
	}
	for (uint32_t i = 0; i < count; i++) {
		struct der_bytes blob = wire_string(&reply);
		struct der_bytes comment = wire_string(&reply);

		if (object != NULL && blob.len_bytes == wanted.len_bytes &&
		    memcmp(blob.bytes, wanted.bytes, wanted.len_bytes) == 0) {
			*is_there = true;
			assert_int_equal(comment.len_bytes,
					 object->label_bytes);
			assert_memory_equal(comment.bytes, object->label,
					    object->label_bytes);
		}
	}
	assert_true(wire_end(&reply));
	return count;
}

bool is_listed(const struct keyring_object *object)
{
	bool is_there;

	(void)list(object, &is_there);
	return is_there;
}

/* --- the keyring ---------------------------------------------------------- */

struct keyring_template template_of(uint32_t type, uint32_t bits)
{
	return (struct keyring_template){.owner = geteuid(),
					 .type = type,
					 .bits = bits,
					 .label_bytes = 4,
					 .label = "kept"};
}

struct keyring_object keep(const struct keyring_template *template)
{
	struct vault vault = VAULT_INIT;
	struct keyring_object object;

	assert_int_equal(vault_generate(&vault, template, &object), STATUS_OK);
	vault_close(&vault);
	return object;
}

struct keyring_object keep_type(uint32_t type)
{
	struct keyring_template template =
		template_of(type, type == KEYRING_TYPE_RSA ? 2048 : 0);

	return keep(&template);
}

/* How many keys the keyring has; the last one is in `object`. */
unsigned in_keyring(struct keyring_object *object)
{
	struct vault vault = VAULT_INIT;
	unsigned count = 0;

	object->number = 0;
	while (vault_next(&vault, object->number, object) == STATUS_OK) {
		count++;
	}
	vault_close(&vault);
	return count;
}

/* The key that a good request to add one has made. */
struct keyring_object added(void)
{
	struct keyring_object object;

	assert_int_equal(serve(), AGENT_SUCCESS);
	assert_int_not_equal(in_keyring(&object), 0);
	return object;
}

void add_ed25519(uint8_t number)
{
	sample_begin(&sample, number);
	ssh_private_put(KEYRING_TYPE_ED25519, &sample.wire);
	wire_put_text(&sample.wire, "me@here");
}

/* --- a person ------------------------------------------------------------- */

/* ssh-askpass that says this and ends so; each question is one more line. */
void answer_with(const char *says, int code)
{
	char path[KEYRINGD_PATH_BYTES], asked[KEYRINGD_PATH_BYTES];
	char script[512];

	keyringd_path("asked", asked);
	(void)unlink(asked);
	(void)snprintf(script, sizeof(script),
		       "#!/bin/sh\necho \"$1\" | head -n 1 >>%s\n"
		       "echo \"%s\"\nexit %d\n",
		       asked, says, code);
	keyringd_write("askpass", script, strlen(script), path);
	assert_int_equal(chmod(path, S_IRWXU), 0);
	assert_int_equal(setenv("SSH_ASKPASS", path, 1), 0);
}

/* How many questions there were. */
unsigned questions(void)
{
	char path[KEYRINGD_PATH_BYTES], line[256];
	unsigned count = 0;
	FILE *file;

	keyringd_path("asked", path);
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		count++;
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	return count;
}
