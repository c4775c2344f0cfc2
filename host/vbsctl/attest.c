/* SPDX-License-Identifier: MIT */
/*
 * `vbsctl attest`: evidence of what this machine runs. Order matters: VTL1's
 * report, which has the nonce; a quote for that report; the log behind it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/libvbs/device.h"
#include "host/libvbs/hex.h"
#include "host/libvbs/vtl1.h"
#include "host/vbsctl/quote.h"
#include "host/vbsctl/vbsctl.h"
#include "lib/status.h"

#define EVENT_LOG "/sys/kernel/security/tpm0/binary_bios_measurements"

bool attest_nonce(const struct arguments *arguments,
		  uint8_t nonce[AUDIT_NONCE_BYTES])
{
	if (hex_read(arguments->nonce, nonce, AUDIT_NONCE_BYTES)) {
		return true;
	}
	(void)fprintf(stderr,
		      "vbsctl: --nonce wants %u random bytes, as %u "
		      "hexadecimal digits: `openssl rand -hex %u`\n",
		      AUDIT_NONCE_BYTES, 2 * AUDIT_NONCE_BYTES,
		      AUDIT_NONCE_BYTES);
	return false;
}

static bool complain(const char *what, const char *why)
{
	(void)fprintf(stderr, "vbsctl: %s: %s\n", what, why);
	return false;
}

/* By /dev/vbs, for root, when vbsd does not run. */
static bool ask_device(const uint8_t nonce[AUDIT_NONCE_BYTES],
		       uint8_t report[ATTEST_REPORT_BYTES_MAX], size_t *bytes)
{
	int device = device_open(DEVICE_PATH);
	enum status status = STATUS_NOT_FOUND;

	if (device >= 0) {
		status = vtl1_audit_report(device, nonce, report, bytes);
		(void)close(device);
	}
	return status == STATUS_OK;
}

static bool ask_report(const uint8_t nonce[AUDIT_NONCE_BYTES],
		       uint8_t report[ATTEST_REPORT_BYTES_MAX], size_t *bytes)
{
	char text[2 * AUDIT_NONCE_BYTES + 1];
	const char *why, *answer;
	json_t *reply;
	bool good;

	hex_write(nonce, AUDIT_NONCE_BYTES, text);
	reply = live_ask(
		json_pack("{s:s, s:s}", "call", "report", "nonce", text), &why);
	if (reply == NULL) {
		return ask_device(nonce, report, bytes) ||
		       complain("VTL1 does not report", why);
	}
	answer = json_string_value(json_object_get(reply, "report"));
	*bytes = answer != NULL ? strlen(answer) / 2 : 0;
	good = *bytes <= ATTEST_REPORT_BYTES_MAX &&
	       hex_read(answer, report, *bytes);
	json_decref(reply);
	return good || complain("vbsd", "its answer is malformed");
}

/* Its length is not known before: the kernel makes it up as it is read. */
static bool read_log(struct bytes_view *log)
{
	FILE *file = fopen(EVENT_LOG, "re");
	uint8_t *bytes = malloc(EVIDENCE_ITEM_BYTES);
	bool good = file != NULL && bytes != NULL;

	if (good) {
		size_t count;

		errno = 0; /* a log that is too long is no error of reading */
		count = fread(bytes, 1, EVIDENCE_ITEM_BYTES, file);
		*log = (struct bytes_view){bytes, count};
		good = ferror(file) == 0 && count != 0 &&
		       count < EVIDENCE_ITEM_BYTES;
	}
	if (!good) {
		complain(EVENT_LOG,
			 errno != 0 ? strerror(errno) : "empty, or too long");
		free(bytes);
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	return good;
}

static bool write_out(const struct evidence *evidence, const char *path)
{
	json_t *document = evidence_json(evidence);
	FILE *file = path != NULL ? fopen(path, "we") : stdout;
	bool good = document != NULL && file != NULL &&
		    json_dumpf(document, file, JSON_INDENT(2)) == 0 &&
		    fputc('\n', file) != EOF;

	if (file != NULL && file != stdout && fclose(file) != 0) {
		good = false;
	}
	json_decref(document);
	return good ||
	       complain(path != NULL ? path : "output", strerror(errno));
}

enum exit_code command_attest(const struct arguments *arguments)
{
	uint8_t report[ATTEST_REPORT_BYTES_MAX], digest[ATTEST_DIGEST_BYTES];
	uint8_t nonce[AUDIT_NONCE_BYTES];
	struct evidence evidence = {0};
	struct sha256_ctx context;
	static struct quote quote;
	const char *words;
	size_t bytes;
	bool good;

	if (!attest_nonce(arguments, nonce)) {
		return EXIT_USAGE;
	}
	if (!ask_report(nonce, report, &bytes)) {
		return EXIT_OFF;
	}
	sha256_init(&context);
	sha256_update(&context, bytes, report);
	sha256_digest(&context, sizeof(digest), digest);
	words = quote_make_here(digest, &quote);
	if (words != NULL) {
		complain("no quote", words);
		return EXIT_OFF;
	}
	if (!read_log(&evidence.item[EVIDENCE_LOG])) {
		return EXIT_OFF;
	}
	evidence.item[EVIDENCE_REPORT] = (struct bytes_view){report, bytes};
	quote_evidence(&quote, &evidence);
	good = write_out(&evidence, arguments->out);
	free((void *)(uintptr_t)evidence.item[EVIDENCE_LOG].bytes);
	return good ? EXIT_GOOD : EXIT_DEGRADED;
}
