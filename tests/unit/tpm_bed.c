/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "tests/unit/tpm_bed.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "svc/rt/rt.h"
#include "tests/unit/unit.h"

#define WINDOW_BYTES 8u
#define TRIES	     500 /* of 10 ms */
#define WAIT_SECONDS 20

uint8_t traffic[TRAFFIC_BYTES];
size_t traffic_bytes;

void rt_random(void *unused, size_t len_bytes, uint8_t *to)
{
	(void)unused;
	assert_int_equal(getrandom(to, len_bytes, 0), len_bytes);
}

bool tpm_bed_is_possible(void)
{
	return system("command -v swtpm >/dev/null 2>&1") == 0;
}

static void run(const struct tpm_bed *bed)
{
	char state[80], server[96];

	snprintf(state, sizeof(state), "dir=%s", bed->folder);
	snprintf(server, sizeof(server), "type=unixio,path=%s/socket",
		 bed->folder);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execlp("swtpm", "swtpm", "socket", "--tpm2", "--tpmstate", state,
	       "--server", server, "--flags", "not-need-init,startup-clear",
	       "--log", "fd=1,level=1", (char *)NULL);
	_exit(127);
}

static void power_on(struct tpm_bed *bed)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval limit = {.tv_sec = WAIT_SECONDS};
	int connected = -1;

	bed->process = fork();
	assert_true(bed->process >= 0);
	if (bed->process == 0) {
		run(bed);
	}
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket",
		 bed->folder);
	bed->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	for (int i = 0; i < TRIES && connected != 0; i++) {
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
		connected = connect(bed->socket, (struct sockaddr *)&address,
				    sizeof(address));
	}
	assert_int_equal(connected, 0);
	setsockopt(bed->socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

static void power_off(const struct tpm_bed *bed)
{
	close(bed->socket);
	kill(bed->process, SIGKILL);
	waitpid(bed->process, NULL, 0);
}

void tpm_bed_start(struct tpm_bed *bed)
{
	snprintf(bed->folder, sizeof(bed->folder), "/tmp/openvbs-tpm-XXXXXX");
	assert_non_null(mkdtemp(bed->folder));
	power_on(bed);
}

void tpm_bed_restart(struct tpm_bed *bed)
{
	char path[80];

	power_off(bed);
	snprintf(path, sizeof(path), "%s/socket", bed->folder);
	unlink(path);
	power_on(bed);
}

void tpm_bed_stop(struct tpm_bed *bed)
{
	char words[96];

	power_off(bed);
	snprintf(words, sizeof(words), "rm -rf %s", bed->folder);
	assert_int_equal(system(words), 0);
}

static void note(const uint8_t *bytes, size_t len_bytes)
{
	assert_true(traffic_bytes + len_bytes <= sizeof(traffic));
	memcpy(traffic + traffic_bytes, bytes, len_bytes);
	traffic_bytes += len_bytes;
}

static void read_whole(int socket, uint8_t *to, size_t len_bytes)
{
	while (len_bytes != 0) {
		ssize_t count = read(socket, to, len_bytes);

		assert_true(count > 0);
		to += count;
		len_bytes -= (size_t)count;
	}
}

void tpm_bed_ferry(struct tpm_bed *bed, const uint8_t *asked, uint32_t bytes,
		   uint8_t *response, uint32_t *response_bytes)
{
	struct tpm_get get = {.at = response, .left = TPM_HEAD_BYTES};
	uint32_t size;

	note(asked, bytes);
	assert_int_equal(write(bed->socket, asked, bytes), bytes);
	read_whole(bed->socket, response, TPM_HEAD_BYTES);
	(void)tpm_get16(&get);
	size = tpm_get32(&get);
	assert_true(size >= TPM_HEAD_BYTES && size <= *response_bytes);
	read_whole(bed->socket, response + TPM_HEAD_BYTES,
		   size - TPM_HEAD_BYTES);
	*response_bytes = size;
	note(response, size);
}

bool traffic_shows(const uint8_t *secret, size_t len_bytes)
{
	for (size_t at = 0; at + WINDOW_BYTES <= len_bytes; at++) {
		if (memmem(traffic, traffic_bytes, secret + at, WINDOW_BYTES) !=
		    NULL) {
			return true;
		}
	}
	return false;
}

struct tpm_bed honest, other;
struct tpm_key srk;
struct tpm_command command;
struct tpm_response answer;
uint8_t sent[TPM_COMMAND_BYTES], got[TPM_RESPONSE_BYTES];
uint32_t sent_bytes, got_bytes;

void bed_ferry(struct tpm_bed *bed)
{
	got_bytes = sizeof(got);
	tpm_bed_ferry(bed, sent, sent_bytes, got, &got_bytes);
}

/* The command just built, without a session. */
enum status bed_plain(struct tpm_bed *bed)
{
	sent_bytes = sizeof(sent);
	assert_ok(tpm_command_plain(&command, sent, &sent_bytes));
	bed_ferry(bed);
	return tpm_response_plain(&command, got, got_bytes, &answer);
}

void bed_plain_done(struct tpm_bed *bed)
{
	assert_ok(bed_plain(bed));
	assert_ok(tpm_response_done(&answer));
}

void bed_wrap(struct tpm_session *session)
{
	sent_bytes = sizeof(sent);
	assert_ok(tpm_session_wrap(session, &command, sent, &sent_bytes));
}

enum status bed_accept(struct tpm_session *session)
{
	return tpm_session_accept(session, got, got_bytes, &answer);
}

enum status bed_in(struct tpm_session *session)
{
	bed_wrap(session);
	bed_ferry(&honest);
	return bed_accept(session);
}

void bed_in_done(struct tpm_session *session)
{
	assert_ok(bed_in(session));
	assert_ok(tpm_response_done(&answer));
}

void bed_primary(struct tpm_bed *bed, struct tpm_key *key)
{
	tpm_command_create_primary(&command);
	assert_ok(bed_plain(bed));
	assert_ok(tpm_response_primary(&answer, key));
}

struct tpm_session bed_start(struct tpm_bed *bed, uint32_t type)
{
	struct tpm_session session;

	assert_ok(tpm_session_start(&session, type, &srk, &command));
	assert_ok(bed_plain(bed));
	assert_ok(tpm_session_started(&session, &answer));
	return session;
}

void bed_flush(uint32_t handle)
{
	tpm_command_flush(&command, handle);
	bed_plain_done(&honest);
}

void bed_finish(struct tpm_session *session)
{
	bed_flush(session->handle);
	tpm_session_wipe(session);
}

/* The policy of all seals here, from the PCRs as they are; of their digest. */
struct tpm_policy bed_seal_policy(struct tpm_session *session,
				  uint8_t digest[TPM_HASH_BYTES])
{
	uint8_t values[SEAL_COUNT][TPM_HASH_BYTES];
	struct tpm_policy policy = {0};

	tpm_command_pcr_read(&command, SEAL_PCRS);
	assert_ok(bed_in(session));
	assert_ok(tpm_response_pcrs(&answer, SEAL_PCRS, values, SEAL_COUNT));
	tpm_policy_pcr_digest(values, SEAL_COUNT, digest);
	tpm_policy_pcr(&policy, SEAL_PCRS, digest);
	return policy;
}

struct tpm_entity bed_load(struct tpm_session *session,
			   const struct tpm_object *object)
{
	struct tpm_entity entity;

	tpm_command_load(&command, &srk, object);
	assert_ok(bed_in(session));
	assert_ok(tpm_response_loaded(&answer, object, &entity));
	return entity;
}

int bed_start_all(void **unused)
{
	(void)unused;
	tpm_bed_start(&honest);
	tpm_bed_start(&other);
	bed_primary(&honest, &srk);
	return 0;
}

int bed_stop_all(void **unused)
{
	(void)unused;
	tpm_bed_stop(&other);
	tpm_bed_stop(&honest);
	return 0;
}
