/* SPDX-License-Identifier: MIT */
/*
 * vbsd: the one client of /dev/vbs. Started by systemd with its sockets when
 * the device appears. In the first thread the pump moves events, the server
 * answers, and neither waits for the other longer than a disk's sync; the
 * keyring has threads of its own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "host/libvbs/device.h"
#include "host/libvbs/log_files.h"
#include "host/vbsd/keyserver.h"
#include "host/vbsd/keystore.h"
#include "host/vbsd/pump.h"
#include "host/vbsd/server.h"
#include "lib/status.h"

#define IDLE_MS	     1000 /* between looks for events */
#define US_PER_S     UINT64_C(1000000)
#define NS_PER_US    1000
#define POLL_SIGNAL  SERVER_POLL_COUNT
#define POLL_COUNT   (SERVER_POLL_COUNT + 1)
#define STATUS_BYTES 256

struct daemon {
	struct server server;
	struct pump pump;
	struct keys keys;
	struct keyserver keyserver;
	int signals;
	int64_t turn_s;		 /* when the keyring had its last turn */
	char told[STATUS_BYTES]; /* to systemd */
};

static int64_t now_s(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec;
}

static uint64_t wall_us(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * US_PER_S +
	       (uint64_t)(now.tv_nsec / NS_PER_US);
}

/* One line for `systemctl status`, when it changes; trouble to the log too. */
static void tell(struct daemon *vbsd)
{
	const struct report_events *events = &vbsd->pump.events;
	char words[STATUS_BYTES];

	if (events->trouble != NULL) {
		(void)snprintf(words, sizeof(words), "trouble: %s",
			       events->trouble);
	} else if (events->lost != 0 || events->gaps != 0) {
		(void)snprintf(words, sizeof(words),
			       "events up to %llu stored, %llu dropped by "
			       "VTL1, %llu gaps",
			       (unsigned long long)events->stored,
			       (unsigned long long)events->lost,
			       (unsigned long long)events->gaps);
	} else {
		(void)snprintf(words, sizeof(words),
			       "events up to %llu stored, none missing",
			       (unsigned long long)events->stored);
	}
	if (strcmp(words, vbsd->told) == 0) {
		return;
	}
	if (events->trouble != NULL) {
		(void)fprintf(stderr, SD_WARNING "%s\n", events->trouble);
	}
	memcpy(vbsd->told, words, sizeof(words));
	(void)sd_notifyf(0, "STATUS=%s", words);
}

static int loop(struct daemon *vbsd)
{
	struct pollfd poll_for[POLL_COUNT];
	size_t moved = 0;

	for (;;) {
		server_poll(&vbsd->server, poll_for);
		poll_for[POLL_SIGNAL] = (struct pollfd){
			.fd = vbsd->signals,
			.events = POLLIN,
		};
		if (poll(poll_for, POLL_COUNT, moved != 0 ? 0 : IDLE_MS) < 0 &&
		    errno != EINTR) {
			perror(SD_ERR "poll");
			return EXIT_FAILURE;
		}
		if ((poll_for[POLL_SIGNAL].revents & POLLIN) != 0) {
			return EXIT_SUCCESS;
		}
		server_turn(&vbsd->server, poll_for, now_s());
		if (vbsd->turn_s != now_s()) {
			vbsd->turn_s = now_s();
			keys_turn(&vbsd->keys);
		}
		moved = pump_turn(&vbsd->pump);
		if (moved != 0) {
			server_push(&vbsd->server, vbsd->pump.batch.record,
				    moved, wall_us());
		}
		tell(vbsd);
		(void)sd_notify(0, "WATCHDOG=1");
	}
}

static int catch_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
		return -1;
	}
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* A socket that systemd listens on for us; -1 and a complaint. */
static int take_socket(int type, const char *path)
{
	int count = sd_listen_fds(0);

	for (int i = SD_LISTEN_FDS_START; i < SD_LISTEN_FDS_START + count;
	     i++) {
		if (sd_is_socket_unix(i, type, 1, path, 0) > 0) {
			return i;
		}
	}
	(void)fprintf(stderr,
		      SD_ERR "started without the socket %s; use `systemctl "
			     "start vbsd.service`\n",
		      path);
	return -1;
}

/* -1 and a complaint when there is no driver that we know. */
static int take_device(void)
{
	struct vbs_version version;
	int device = device_open(DEVICE_PATH);
	enum status status;

	if (device < 0) {
		(void)fprintf(stderr,
			      SD_ERR "cannot open " DEVICE_PATH
				     ": %s; see `vbsctl status`\n",
			      strerror(errno));
		return -1;
	}
	status = device_version(device, &version);
	if (status != STATUS_OK) {
		(void)fprintf(stderr,
			      SD_ERR "the driver is of another version (%s); "
				     "install the one that belongs to vbsd\n",
			      status_words(status));
		(void)close(device);
		return -1;
	}
	return device;
}

int main(void)
{
	static struct daemon vbsd; /* large, and lives as long as main */
	int socket = take_socket(SOCK_STREAM, CLIENT_SOCKET);
	int key_socket = take_socket(SOCK_SEQPACKET, KEYRING_SOCKET);
	int device = socket < 0 || key_socket < 0 ? -1 : take_device();
	int result;

	if (device < 0) {
		return EXIT_FAILURE;
	}
	vbsd.signals = catch_signals();
	if (vbsd.signals < 0) {
		perror(SD_ERR "signalfd");
		return EXIT_FAILURE;
	}
	pump_init(&vbsd.pump, device, LOG_FOLDER);
	server_init(&vbsd.server, socket);
	vbsd.server.source.device = device;
	vbsd.server.source.pump = &vbsd.pump;
	vbsd.server.source.keys = &vbsd.keys;
	facts_read("", &vbsd.server.source.facts);
	keys_init(&vbsd.keys, device,
		  &(struct keys_folders){.kept = KEYSTORE_FOLDER,
					 .of_boot = KEYSTORE_FOLDER_BOOT});
	(void)keys_open(&vbsd.keys);
	if (!keyserver_start(&vbsd.keyserver, &vbsd.keys, key_socket)) {
		perror(SD_ERR "the keyring's threads");
		return EXIT_FAILURE;
	}
	(void)sd_notify(0, "READY=1");
	result = loop(&vbsd);
	(void)sd_notify(0, "STOPPING=1");
	pump_close(&vbsd.pump);
	return result;
}
