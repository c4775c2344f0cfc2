/* SPDX-License-Identifier: MIT */
/*
 * `vbsctl events`: the stored logs, then by vbsd what comes. The connection
 * stands before the files are read, so that nothing falls in between.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host/libvbs/client.h"
#include "host/libvbs/event.h"
#include "host/libvbs/log_files.h"
#include "host/libvbs/log_format.h"
#include "host/vbsctl/vbsctl.h"

#define US_PER_S INT64_C(1000000)

struct printer {
	bool json;
	json_int_t last; /* sequence of the newest record from the files */
};

static void print_event(const struct printer *printer, json_t *event)
{
	if (printer->json) {
		(void)json_dumpf(event, stdout, JSON_COMPACT);
		(void)putchar('\n');
	} else {
		event_print(event, stdout);
	}
}

static void print_entry(struct printer *printer, const struct log_entry *entry)
{
	for (uint32_t i = 0; i < entry->count; i++) {
		json_t *event = event_json(&entry->record[i], entry->stored_us);

		print_event(printer, event);
		json_decref(event);
		printer->last = (json_int_t)entry->record[i].sequence;
	}
}

static bool print_file(struct printer *printer, const char *path)
{
	size_t offset = sizeof(struct log_header);
	struct log_entry entry;
	size_t len_bytes;
	void *bytes = log_load(path, &len_bytes);

	if (bytes == NULL) {
		(void)fprintf(stderr, "vbsctl: %s: %s\n", path,
			      strerror(errno));
		return false;
	}
	printer->last = 0;
	while (log_next(bytes, len_bytes, &offset, &entry) == STATUS_OK) {
		print_entry(printer, &entry);
	}
	free(bytes);
	return true;
}

/* When this system booted, in microseconds since 1970, about. */
static uint64_t boot_us(void)
{
	struct timespec now, up;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0 ||
	    clock_gettime(CLOCK_BOOTTIME, &up) != 0 || now.tv_sec < up.tv_sec) {
		return 0;
	}
	return (uint64_t)((now.tv_sec - up.tv_sec) * US_PER_S);
}

static enum exit_code print_files(struct printer *printer, bool all)
{
	enum exit_code code = EXIT_GOOD;
	uint64_t since_us = all ? 0 : boot_us();
	size_t count;
	struct log_file *files = log_files(LOG_FOLDER, &count);

	if (files == NULL) {
		(void)fprintf(stderr, "vbsctl: no event log in %s: %s\n%s\n",
			      LOG_FOLDER, strerror(errno),
			      errno == EACCES
				      ? "It is for root and the group openvbs."
				      : "vbsd has never run here; see "
					"`vbsctl status`.");
		return EXIT_OFF;
	}
	for (size_t i = 0; i < count; i++) {
		if (files[i].created_us >= since_us &&
		    !print_file(printer, files[i].path)) {
			code = EXIT_DEGRADED;
		}
	}
	free(files);
	return code;
}

/* Lines of vbsd until it ends. Overlaps with the files at the beginning. */
static void print_live(struct printer *printer, FILE *vbsd)
{
	bool behind = false;
	json_t *line, *event;
	size_t i;

	(void)fflush(stdout);
	while ((line = client_next(vbsd)) != NULL) {
		json_array_foreach(json_object_get(line, "events"), i, event)
		{
			behind = behind ||
				 json_integer_value(json_object_get(
					 event, "sequence")) > printer->last;
			if (behind) {
				print_event(printer, event);
			}
		}
		(void)fflush(stdout);
		json_decref(line);
	}
	(void)fprintf(stderr, "vbsctl: vbsd has ended the connection; see "
			      "`systemctl status vbsd.service`\n");
}

static enum exit_code follow(struct printer *printer, bool all)
{
	FILE *vbsd = client_open(CLIENT_SOCKET);
	const char *refusal;
	json_t *reply;

	if (vbsd == NULL) {
		(void)fprintf(stderr,
			      "vbsctl: vbsd cannot be reached (%s); see "
			      "`vbsctl status`\n",
			      strerror(errno));
		return EXIT_OFF;
	}
	reply = client_ask(vbsd, json_pack("{s:s}", "call", "follow"));
	refusal = client_refusal(reply);
	if (refusal != NULL) {
		(void)fprintf(stderr, "vbsctl: %s\n", refusal);
	} else {
		(void)print_files(printer, all);
		print_live(printer, vbsd);
	}
	json_decref(reply);
	(void)fclose(vbsd);
	return EXIT_DEGRADED;
}

enum exit_code command_events(const struct arguments *arguments)
{
	struct printer printer = {.json = arguments->json};

	return arguments->follow ? follow(&printer, arguments->all)
				 : print_files(&printer, arguments->all);
}
