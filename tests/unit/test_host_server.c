/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The clients of vbsd, over a real socket: one request each, bounds on their
 * number, lines, time and patience, and events for those who may see them.
 *
 * Links: host/vbsd/server.c host/vbsd/answer.c host/vbsd/api.c
 * Links: host/libvbs/client.c host/libvbs/event.c host/libvbs/hex.c
 * Links: host/libvbs/words.c host/libvbs/report.c host/libvbs/fact_rules.c
 * Links: host/libvbs/report_print.c host/libvbs/vtl1.c lib/policy.c
 * Links: lib/status.c lib/bytes.c svc/audit/log.c tests/fake/vbs_device.c
 * Libs: -ljansson -lhogweed -lnettle -lgmp
 */
#define _GNU_SOURCE
#include "host/vbsd/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/libvbs/report.h"
#include "host/vbsd/peer.h"
#include "tests/fake/vbs_device.h"
#include "tests/unit/unit.h"

#define STATUS_LINE "{\"call\": \"status\"}\n"
#define FOLLOW_LINE "{\"call\": \"follow\"}\n"
#define LEN(text)   (sizeof(text) - 1)

static struct server *server;
static struct pump pump;
static struct peer peer_is; /* what the kernel would say */
static char path[48];
static int64_t now_s;
static struct keys keys;
static bool vault_lost; /* what the keyring's side would say */

bool keys_vault_lost(struct keys *of)
{
	assert_ptr_equal(of, &keys);
	return vault_lost;
}

bool peer_read(int socket, const char *group, struct peer *peer)
{
	(void)socket;
	assert_string_equal(group, "openvbs");
	*peer = peer_is;
	return true;
}

static int begin(void **unused)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	(void)unused;
	strcpy(path, "/tmp/vbs-server-XXXXXX");
	if (mkdtemp(path) == NULL) {
		return 1;
	}
	strcat(path, "/s");
	strcpy(address.sun_path, path);
	if (bind(listening, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(listening, SERVER_CLIENTS_MAX * 2)) {
		return 1;
	}
	vbs_fake_boot(1);
	memset(&pump, 0, sizeof(pump));
	server = malloc(sizeof(*server));
	server_init(server, listening);
	server->source.pump = &pump;
	server->source.keys = &keys;
	vault_lost = false;
	peer_is = (struct peer){.user = 1000};
	now_s = 0;
	return 0;
}

static void turn(void)
{
	struct pollfd poll_for[SERVER_POLL_COUNT];

	server_poll(server, poll_for);
	assert_true(poll(poll_for, SERVER_POLL_COUNT, 0) >= 0);
	server_turn(server, poll_for, now_s);
}

static size_t clients(void)
{
	size_t count = 0;

	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++) {
		count += server->client[i].socket >= 0;
	}
	return count;
}

static int end(void **unused)
{
	(void)unused;
	now_s += SERVER_SECONDS;
	turn();
	(void)close(server->socket);
	for (size_t i = 0; i < SERVER_CLIENTS_MAX; i++) {
		if (server->client[i].socket >= 0) {
			(void)close(server->client[i].socket);
			free(server->client[i].out);
		}
	}
	free(server);
	(void)unlink(path);
	*strrchr(path, '/') = 0;
	return rmdir(path);
}

static FILE *connected(void)
{
	FILE *stream = client_open(path);

	assert_non_null(stream);
	turn();
	return stream;
}

static void say(FILE *stream, const char *bytes, size_t len)
{
	assert_int_equal(send(fileno(stream), bytes, len, MSG_NOSIGNAL),
			 (ssize_t)len);
	turn();
}

static json_t *ask(const char *line)
{
	FILE *stream = connected();
	json_t *reply;

	say(stream, line, strlen(line));
	turn();
	reply = client_next(stream);
	assert_non_null(reply);
	/* One request, then the connection ends. */
	assert_null(client_next(stream));
	(void)fclose(stream);
	return reply;
}

static void refuses(const char *line, const char *words)
{
	json_t *reply = ask(line);

	assert_non_null(client_refusal(reply));
	assert_non_null(strstr(client_refusal(reply), words));
	json_decref(reply);
}

static void anybody_gets_the_status(void **unused)
{
	json_t *reply = ask(STATUS_LINE);
	json_t *report = json_object_get(reply, "report");

	(void)unused;
	assert_null(client_refusal(reply));
	assert_int_equal(report_level(report), REPORT_DEGRADED);
	json_decref(reply);
	reply = ask("{\"call\": \"version\"}\n");
	assert_null(client_refusal(reply));
	json_decref(reply);
	vbs_fake->failure = STATUS_CRASHED;
	reply = ask(STATUS_LINE);
	assert_int_equal(report_level(json_object_get(reply, "report")),
			 REPORT_OFF);
	json_decref(reply);
	refuses("{\"call\": \"policy\"}\n", "crashed");
}

static size_t problem_count(void)
{
	json_t *reply = ask(STATUS_LINE);
	const json_t *report = json_object_get(reply, "report");
	size_t count = json_array_size(json_object_get(report, "problems"));

	json_decref(reply);
	return count;
}

static void a_lost_vault_is_in_the_status(void **unused)
{
	size_t count = problem_count();

	(void)unused;
	vault_lost = true;
	assert_int_equal(problem_count(), count + 1);
}

static void events_are_for_few(void **unused)
{
	static const char head[] =
		"{\"call\": \"head\", \"nonce\": \"00112233445566778899aabb"
		"ccddeeff00112233445566778899aabbccddeeff\"}\n";
	json_t *reply;

	(void)unused;
	refuses(FOLLOW_LINE, "for root and the group");
	refuses(head, "for root and the group");
	peer_is.in_group = true;
	reply = ask(head);
	assert_null(client_refusal(reply));
	json_decref(reply);
	peer_is = (struct peer){.user = 0};
	reply = ask(head);
	assert_null(client_refusal(reply));
	assert_int_equal(json_string_length(json_object_get(reply, "head")),
			 2 * sizeof(struct audit_signed_head));
	json_decref(reply);
}

static void nonsense_is_refused(void **unused)
{
	char line[CLIENT_REQUEST_BYTES + 1];

	(void)unused;
	refuses("\n", "malformed");
	refuses("{\"call\": \"reboot\"}\n", "no such call");
	memset(line, 'x', sizeof(line));
	line[CLIENT_REQUEST_BYTES] = 0;
	refuses(line, "too long");
}

static void a_line_may_come_in_pieces(void **unused)
{
	FILE *stream = connected();
	json_t *reply;

	(void)unused;
	for (size_t i = 0; i < LEN(STATUS_LINE); i++) {
		say(stream, &STATUS_LINE[i], 1);
	}
	reply = client_next(stream);
	assert_null(client_refusal(reply));
	json_decref(reply);
	(void)fclose(stream);
}

static void the_silent_are_dropped(void **unused)
{
	FILE *stream = connected();

	(void)unused;
	now_s = SERVER_SECONDS - 1;
	turn();
	assert_int_equal(clients(), 1);
	now_s = SERVER_SECONDS;
	turn();
	assert_int_equal(clients(), 0);
	(void)fclose(stream);
}

static void the_gone_are_dropped(void **unused)
{
	FILE *stream = connected();

	(void)unused;
	assert_int_equal(clients(), 1);
	(void)fclose(stream);
	turn();
	assert_int_equal(clients(), 0);
}

static void there_are_bounds_on_clients(void **unused)
{
	FILE *stream[SERVER_CLIENTS_MAX + 1];
	size_t count = 0;

	(void)unused;
	for (; count <= SERVER_CLIENTS_OF_USER_MAX; count++) {
		stream[count] = connected();
	}
	assert_int_equal(clients(), SERVER_CLIENTS_OF_USER_MAX);
	peer_is.user = 0; /* root is let in beside them */
	for (; count <= SERVER_CLIENTS_MAX; count++) {
		stream[count] = connected();
	}
	assert_int_equal(clients(), SERVER_CLIENTS_MAX);
	(void)fclose(connected());
	assert_int_equal(clients(), SERVER_CLIENTS_MAX);
	while (count-- > 0) {
		(void)fclose(stream[count]);
	}
	turn();
	assert_int_equal(clients(), 0);
}

static void who_follows_gets_events(void **unused)
{
	const struct audit_record record = {
		.sequence = 5,
		.source = AUDIT_SOURCE_HYPERVISOR,
		.event = {.kind = EVENT_MSR_DENIED, .a = 7},
	};
	FILE *stream;
	json_t *line, *event;

	(void)unused;
	peer_is.user = 0;
	stream = connected();
	say(stream, FOLLOW_LINE, LEN(FOLLOW_LINE));
	turn();
	line = client_next(stream);
	assert_null(client_refusal(line));
	json_decref(line);
	now_s += 10 * SERVER_SECONDS; /* may stay */
	turn();
	server_push(server, &record, 1, 1);
	turn();
	line = client_next(stream);
	event = json_array_get(json_object_get(line, "events"), 0);
	assert_int_equal(json_integer_value(json_object_get(event, "sequence")),
			 5);
	assert_string_equal(json_string_value(json_object_get(event, "event")),
			    "MSR_DENIED");
	json_decref(line);
	(void)fclose(stream);
	server_push(server, &record, 1, 1);
	turn();
	assert_int_equal(clients(), 0);
}

/* Somebody follows and never reads: what waits for him has a bound. */
static void who_follows_must_read(void **unused)
{
	struct audit_record record[AUDIT_BATCH_MAX] = {0};
	size_t pushes = 0;
	FILE *stream;

	(void)unused;
	peer_is.user = 0;
	stream = connected();
	say(stream, FOLLOW_LINE, LEN(FOLLOW_LINE));
	while (clients() != 0) {
		server_push(server, record, AUDIT_BATCH_MAX, 1);
		turn();
		assert_true(++pushes < 1000);
	}
	assert_true(pushes > 10);
	(void)fclose(stream);
}

#define SERVER_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVER_TEST(anybody_gets_the_status),
		SERVER_TEST(a_lost_vault_is_in_the_status),
		SERVER_TEST(events_are_for_few),
		SERVER_TEST(nonsense_is_refused),
		SERVER_TEST(a_line_may_come_in_pieces),
		SERVER_TEST(the_silent_are_dropped),
		SERVER_TEST(the_gone_are_dropped),
		SERVER_TEST(there_are_bounds_on_clients),
		SERVER_TEST(who_follows_gets_events),
		SERVER_TEST(who_follows_must_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
