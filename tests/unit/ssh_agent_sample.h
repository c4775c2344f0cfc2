/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ssh agent under test: requests, replies, and what is in its keyring,
 * which keyringd.h has started. What must be so for every test to make sense
 * is asserted here.
 */
#ifndef OPENVBS_TESTS_UNIT_SSH_AGENT_SAMPLE_H
#define OPENVBS_TESTS_UNIT_SSH_AGENT_SAMPLE_H

#include "host/ssh-agent/agent.h"
#include "tests/unit/ssh_sample.h"

#define DATA	"data that is signed"
#define NOT_YET 0 /* no reply: too early to unlock */

extern struct agent agent;
extern struct bindings bindings;
extern struct sample sample; /* the request that is being made */
extern int64_t now_ms;
extern struct wire_in reply; /* behind its number */

/* For cmocka, around each test: a new agent; and an empty keyring. */
int agent_begin(void **unused);
int agent_end(void **unused);

/* --- requests: each answers the reply's number ------------------------------ */

uint8_t serve_bytes(struct der_bytes request);
uint8_t serve(void); /* the sample */
uint8_t serve_plain(uint8_t number);
uint8_t serve_text(uint8_t number, const char *text);
uint8_t serve_key(uint8_t number, const struct keyring_object *object);
uint8_t sign(const struct keyring_object *object, uint32_t flags);

/* The public half, until the next call. */
struct der_bytes blob_of(const struct keyring_object *object);

/* A signature of that name, of DATA and nothing else. */
void check_signature(const struct keyring_object *object, uint32_t flags,
		     const char *name);

/* How many keys the agent lists; whether one of them is this one. */
uint32_t list(const struct keyring_object *object, bool *is_there);
bool is_listed(const struct keyring_object *object);

/* --- the keyring ------------------------------------------------------------ */

struct keyring_template template_of(uint32_t type, uint32_t bits);
struct keyring_object keep(const struct keyring_template *template);
struct keyring_object keep_type(uint32_t type);

/* How many keys there are; the last one. */
unsigned in_keyring(struct keyring_object *object);

/* Makes the sample a request to add a new key; serves it, which must do. */
void add_ed25519(uint8_t number);
struct keyring_object added(void);

/* --- a person --------------------------------------------------------------- */

/* ssh-askpass says this from now on, and ends so. */
void answer_with(const char *says, int code);

/* How often it was asked since. */
unsigned questions(void);

#endif
