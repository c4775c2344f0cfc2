/* SPDX-License-Identifier: MIT */
/* `vbsctl verify-log`: what a stored log proves, and what it does not. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "host/libvbs/device.h"
#include "host/libvbs/hex.h"
#include "host/libvbs/log.h"
#include "host/libvbs/log_files.h"
#include "host/libvbs/verify.h"
#include "host/libvbs/vtl1.h"
#include "host/vbsctl/vbsctl.h"
#include "lib/status.h"

#define TRIES  25 /* until vbsd has stored what the live head covers */
#define TRY_NS 200000000

struct live {
	struct audit_key key;
	struct verify_live live;
};

/* By /dev/vbs, for root, when vbsd does not run. */
static bool ask_device(struct live *live)
{
	int device = device_open(DEVICE_PATH);
	enum status status = STATUS_NOT_FOUND;

	if (device >= 0) {
		status = vtl1_audit_key(device, &live->key);
		if (status == STATUS_OK) {
			status = vtl1_audit_head(device, live->live.nonce,
						 &live->live.head);
		}
		(void)close(device);
	}
	return status == STATUS_OK;
}

static bool ask_live(struct live *live)
{
	char nonce[2 * AUDIT_NONCE_BYTES + 1];
	const char *why, *key = NULL, *head = NULL;
	json_t *reply;
	bool good;

	if (getrandom(live->live.nonce, AUDIT_NONCE_BYTES, 0) !=
	    AUDIT_NONCE_BYTES) {
		perror("vbsctl: no random numbers");
		return false;
	}
	hex_write(live->live.nonce, AUDIT_NONCE_BYTES, nonce);
	reply = live_ask(
		json_pack("{s:s, s:s}", "call", "head", "nonce", nonce), &why);
	if (reply == NULL) {
		good = ask_device(live);
		if (!good) {
			(void)fprintf(stderr, "vbsctl: no live head: %s\n",
				      why);
		}
		return good;
	}
	good = json_unpack(reply, "{s:s, s:s}", "key", &key, "head", &head) ==
		       0 &&
	       hex_read(key, &live->key, sizeof(live->key)) &&
	       hex_read(head, &live->live.head, sizeof(live->live.head));
	json_decref(reply);
	if (!good) {
		(void)fprintf(stderr, "vbsctl: vbsd's answer is malformed\n");
	}
	return good;
}

static bool tail_is_missing(const struct verify *verify)
{
	for (uint32_t i = 0;
	     i < verify->finding_count && i < VERIFY_FINDINGS_MAX; i++) {
		if (verify->finding[i].kind == VERIFY_TAIL_MISSING) {
			return true;
		}
	}
	return false;
}

/* Loads and checks it; -1 and a complaint, or whether nothing was found. */
static int check(const char *path, const struct live *live,
		 struct verify *verify)
{
	size_t len_bytes;
	void *bytes = log_load(path, &len_bytes);
	bool good;

	if (bytes == NULL) {
		(void)fprintf(stderr, "vbsctl: %s: %s\n", path,
			      strerror(errno));
		return -1;
	}
	good = verify_log(bytes, len_bytes, live != NULL ? &live->key : NULL,
			  live != NULL ? &live->live : NULL, verify);
	free(bytes);
	return good;
}

/* The log to look at when none is named: of the live key, or the newest. */
static bool choose(const struct live *live, char path[LOG_PATH_BYTES])
{
	char name[LOG_NAME_BYTES];
	struct log_file *files;
	size_t count = 0;

	if (live != NULL) {
		log_name(&live->key, name);
		(void)snprintf(path, LOG_PATH_BYTES, "%s/%s", LOG_FOLDER, name);
		return true;
	}
	files = log_files(LOG_FOLDER, &count);
	if (files == NULL || count == 0) {
		(void)fprintf(stderr, "vbsctl: no log in %s: %s\n", LOG_FOLDER,
			      files == NULL ? strerror(errno)
					    : "the folder is empty");
	} else {
		memcpy(path, files[count - 1].path, LOG_PATH_BYTES);
	}
	free(files);
	return count != 0;
}

enum exit_code command_verify_log(const struct arguments *arguments)
{
	const struct timespec pause = {.tv_nsec = TRY_NS};
	struct live asked, *live = NULL;
	char path[LOG_PATH_BYTES];
	struct verify verify;
	int good;

	if (arguments->live) {
		if (!ask_live(&asked)) {
			return EXIT_OFF;
		}
		live = &asked;
	}
	if (arguments->operand[0] != NULL) {
		(void)snprintf(path, sizeof(path), "%s", arguments->operand[0]);
	} else if (!choose(live, path)) {
		return EXIT_OFF;
	}
	good = check(path, live, &verify);
	for (int i = 0; good == 0 && tail_is_missing(&verify) && i < TRIES;
	     i++) {
		(void)nanosleep(&pause, NULL);
		good = check(path, live, &verify);
	}
	if (good < 0) {
		return EXIT_OFF;
	}
	printf("log: %s\n", path);
	verify_report(&verify, stdout);
	return good != 0 ? EXIT_GOOD : EXIT_DEGRADED;
}
