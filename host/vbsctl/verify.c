/* SPDX-License-Identifier: MIT */
/* `vbsctl verify`: what evidence of another machine proves. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "host/libvbs/attest_verify.h"
#include "host/libvbs/hex.h"
#include "host/vbsctl/vbsctl.h"

#define PEM_FILE_BYTES 4096u
#define FACT_BITS      32u

/* NULL and a complaint; *there says whether there is such a file at all. */
static json_t *load(const char *path, bool *there)
{
	json_error_t error;
	json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

	if (document == NULL) {
		(void)fprintf(stderr, "vbsctl: %s: %s\n", path, error.text);
	}
	*there = document != NULL ||
		 json_error_code(&error) != json_error_cannot_open_file;
	return document;
}

static bool load_reference(const char *path, struct reference *reference)
{
	bool there;
	json_t *document = load(path, &there);
	bool good = reference_read(document, reference);

	if (document != NULL && !good) {
		(void)fprintf(stderr, "vbsctl: %s: no reference values\n",
			      path);
	}
	json_decref(document);
	return good;
}

static bool load_ak(const char *path, struct attest_ak *ak)
{
	char text[PEM_FILE_BYTES] = {0};
	FILE *file = fopen(path, "re");
	bool good;

	if (file == NULL) {
		(void)fprintf(stderr, "vbsctl: %s: %s\n", path,
			      strerror(errno));
		return false;
	}
	good = fread(text, 1, sizeof(text) - 1, file) != 0 &&
	       attest_ak_from_pem(text, ak);
	(void)fclose(file);
	if (!good) {
		(void)fprintf(stderr,
			      "vbsctl: %s: no public key of P-256 in PEM\n",
			      path);
		return false;
	}
	return good;
}

static void print_hex(const char *what, const uint8_t *bytes, size_t count)
{
	char text[2 * TCG_HASH_BYTES + 1];

	hex_write(bytes, count, text);
	printf("%s%s\n", what, text);
}

static void print_facts(uint32_t facts)
{
	printf("  facts:    ");
	for (uint32_t bit = 0; bit < FACT_BITS; bit++) {
		const char *name = reference_fact(1u << bit);

		if ((facts >> bit & 1) != 0) {
			printf(" %s", name != NULL ? name : "unknown");
		}
	}
	printf("\n");
}

/* On one line; nothing in it steers a terminal. */
static void print_config(struct bytes_view config)
{
	printf("  config:    ");
	for (size_t i = 0; i < config.len_bytes; i++) {
		uint8_t byte = config.bytes[i];

		if (byte == '\n' && i + 1 < config.len_bytes) {
			printf(" | ");
		} else if (byte != '\n') {
			(void)putchar(byte >= ' ' && byte <= '~' ? byte : '?');
		}
	}
	printf("\n");
}

static void print_found(const struct attest *attest,
			const struct reference *reference)
{
	printf("this machine has started OpenVBS %s, and its VTL1 answers\n"
	       "  svn:       %" PRIu32 "\n",
	       reference->version, attest->svn);
	print_facts(attest->facts);
	print_config(attest->config);
	print_hex("  image:     ", attest->image, sizeof(attest->image));
	print_hex("  policy:    ", attest->policy, sizeof(attest->policy));
	print_hex("  boot:      ", attest->boot_id, sizeof(attest->boot_id));
	printf("  events:    %" PRIu64 ", lost %" PRIu64 "\n",
	       attest->report.events, attest->report.lost);
	print_hex("  log head:  ", attest->report.chain,
		  sizeof(attest->report.chain));
	for (uint32_t pcr = 0; pcr < TCG_PCRS; pcr++) {
		if ((ATTEST_PCRS >> pcr & 1) != 0) {
			char what[16];

			(void)snprintf(what, sizeof(what), "  PCR %-7" PRIu32,
				       pcr);
			print_hex(what, attest->pcr[pcr], TCG_HASH_BYTES);
		}
	}
}

static enum exit_code conclude(const struct attest *attest,
			       const struct reference *reference)
{
	char pem[ATTEST_AK_PEM_BYTES];

	if (attest->verdict == ATTEST_GOOD) {
		printf("proved: ");
		print_found(attest, reference);
		return EXIT_GOOD;
	}
	if (attest->verdict != ATTEST_AK_UNPINNED) {
		printf("NOT proved: %s\n", attest_words(attest->verdict));
		return EXIT_DEGRADED;
	}
	attest_ak_pem(&attest->ak, pem);
	printf("NOT proved: unverified AK\n%s. Nothing here shows which "
	       "machine this is,\nnor that its TPM is real. If you know by "
	       "other means that this is your machine's\nkey, keep it for "
	       "--ak:\n%sWhoever has it says: ",
	       attest_words(attest->verdict), pem);
	print_found(attest, reference);
	return EXIT_DEGRADED;
}

static enum exit_code verify(const struct arguments *arguments,
			     struct attest_input *input)
{
	enum exit_code code = EXIT_DEGRADED;
	struct evidence evidence;
	struct attest attest;
	bool there;
	json_t *document = load(arguments->operand[0], &there);

	if (!there) {
		return EXIT_OFF;
	}
	if (evidence_read(document, &evidence)) {
		input->evidence = &evidence;
		(void)attest_verify(input, &attest);
		code = conclude(&attest, input->reference);
		evidence_free(&evidence);
	} else {
		printf("NOT proved: the evidence file is damaged, or is "
		       "none\n");
	}
	json_decref(document);
	return code;
}

enum exit_code command_verify(const struct arguments *arguments)
{
	struct attest_input input = {0};
	struct reference reference;
	struct attest_ak pinned;

	if (!attest_nonce(arguments, input.nonce)) {
		return EXIT_USAGE;
	}
	if (arguments->reference == NULL) {
		(void)fprintf(stderr, "vbsctl: --reference wants the file that "
				      "the build has put beside openvbs.efi\n");
		return EXIT_USAGE;
	}
	if (!load_reference(arguments->reference, &reference)) {
		return EXIT_OFF;
	}
	if (arguments->ak != NULL) {
		if (!load_ak(arguments->ak, &pinned)) {
			return EXIT_OFF;
		}
		input.pinned = &pinned;
	}
	input.reference = &reference;
	return verify(arguments, &input);
}
