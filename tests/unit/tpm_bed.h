/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPMs for test_tpm.c: swtpm processes in a temporary folder, and the hands
 * that ferry to them, which write down every byte.
 */
#ifndef OPENVBS_TESTS_UNIT_TPM_BED_H
#define OPENVBS_TESTS_UNIT_TPM_BED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "svc/tpm/policy.h"
#include "svc/tpm/session.h"

#define TRAFFIC_BYTES (1u << 20)

struct tpm_bed {
	pid_t process;
	int socket;
	char folder[64];
};

/* Everything ferried since traffic_bytes was set to 0. */
extern uint8_t traffic[TRAFFIC_BYTES];
extern size_t traffic_bytes;

/* false: there is no swtpm on this machine. */
bool tpm_bed_is_possible(void);
void tpm_bed_start(struct tpm_bed *bed);
void tpm_bed_stop(struct tpm_bed *bed);

/* Off and on again. */
void tpm_bed_restart(struct tpm_bed *bed);

/* One command, one response; asserts that the TPM answers at all. */
void tpm_bed_ferry(struct tpm_bed *bed, const uint8_t *asked, uint32_t bytes,
		   uint8_t *response, uint32_t *response_bytes);

/* Whether any 8 bytes in a row of these were ferried. */
bool traffic_shows(const uint8_t *secret, size_t len_bytes);

#define OWN_PCR	   11u /* not 16: a policy does not notice its changes */
#define SEAL_PCRS  (1u << 0 | 1u << 2 | 1u << 4 | 1u << 7 | 1u << OWN_PCR)
#define SEAL_COUNT 5u

#define assert_ok(call) assert_int_equal(call, STATUS_OK)

/*
 * Two TPMs, the storage key of the first, and one exchange at a time with
 * either: what was asked, sent, got, and is the answer.
 */
extern struct tpm_bed honest, other;
extern struct tpm_key srk;
extern struct tpm_command command;
extern struct tpm_response answer;
extern uint8_t sent[TPM_COMMAND_BYTES], got[TPM_RESPONSE_BYTES];
extern uint32_t sent_bytes, got_bytes;

/* Group setup and teardown. */
int bed_start_all(void **unused);
int bed_stop_all(void **unused);

/* `sent` goes there and `got` comes back. */
void bed_ferry(struct tpm_bed *bed);

/* The command just built: without a session, or in one of the first TPM's. */
enum status bed_plain(struct tpm_bed *bed);
void bed_plain_done(struct tpm_bed *bed);
enum status bed_in(struct tpm_session *session);
void bed_in_done(struct tpm_session *session);

/* The two halves of bed_in(), for hands that do something between them. */
void bed_wrap(struct tpm_session *session);
enum status bed_accept(struct tpm_session *session);

void bed_primary(struct tpm_bed *bed, struct tpm_key *key);
struct tpm_session bed_start(struct tpm_bed *bed, uint32_t type);
void bed_finish(struct tpm_session *session);
void bed_flush(uint32_t handle);
struct tpm_entity bed_load(struct tpm_session *session,
			   const struct tpm_object *object);

/* SEAL_PCRS as they are, their digest, and the policy that wants it. */
struct tpm_policy bed_seal_policy(struct tpm_session *session,
				  uint8_t digest[TPM_HASH_BYTES]);

#endif
