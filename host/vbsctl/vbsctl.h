/* SPDX-License-Identifier: MIT */
/*
 * The command line. One table names each command, its function, usage and
 * help; dispatch, options, `help`, the man page, the completion and
 * docs/vbsctl.md come from it, so that none can say what another denies.
 */
#ifndef OPENVBS_HOST_VBSCTL_VBSCTL_H
#define OPENVBS_HOST_VBSCTL_VBSCTL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "abi/audit.h"

/* Options that are not in a command's usage are refused. */
struct arguments {
	bool json;
	bool follow;
	bool live;
	bool all;
	bool system;
	bool pin;
	bool audit_each;
	bool yes;
	bool ssh;
	bool pem;
	bool wrapped;
	bool remove;
	const char *type; /* options with a value; NULL: not given */
	const char *label;
	const char *rate;
	const char *may;
	const char *to;
	const char *pin_fd;
	const char *nonce;
	const char *out;
	const char *reference;
	const char *ak;
	const char *operand[2]; /* NULL: not given */
};

enum exit_code {
	EXIT_GOOD = 0,
	EXIT_DEGRADED = 1, /* worse than asked for, or not proved */
	EXIT_OFF = 2,	   /* nothing there to ask */
	EXIT_USAGE = 64,
};

struct command {
	const char *name; /* one word, or two */
	enum exit_code (*run)(const struct arguments *arguments);
	const char
		*usage; /* options and operands; what it names is permitted */
	size_t operands_min;
	size_t operands_max;
	const char *help; /* one line */
	const char *text; /* for the manual: sentences */
};

extern const struct command commands[];
extern const size_t command_count;

enum exit_code command_status(const struct arguments *arguments);
enum exit_code command_check(const struct arguments *arguments);
enum exit_code command_events(const struct arguments *arguments);
enum exit_code command_verify_log(const struct arguments *arguments);
enum exit_code command_attest(const struct arguments *arguments);
enum exit_code command_verify(const struct arguments *arguments);
enum exit_code command_policy(const struct arguments *arguments);
enum exit_code command_version(const struct arguments *arguments);
enum exit_code command_key_generate(const struct arguments *arguments);
enum exit_code command_key_import(const struct arguments *arguments);
enum exit_code command_key_list(const struct arguments *arguments);
enum exit_code command_key_show(const struct arguments *arguments);
enum exit_code command_key_policy(const struct arguments *arguments);
enum exit_code command_key_export(const struct arguments *arguments);
enum exit_code command_key_delete(const struct arguments *arguments);
enum exit_code command_key_pin(const struct arguments *arguments);
enum exit_code command_key_wrapping(const struct arguments *arguments);
enum exit_code command_key_wrap(const struct arguments *arguments);
enum exit_code command_help(const struct arguments *arguments);

/* One option of any command, where it goes. */
struct option_row {
	const char *word;
	size_t member; /* offset in struct arguments: of a bool, or a text */
	const char *value; /* what stands behind it; NULL: nothing, a bool */
	const char *help;
};

extern const struct option_row option_rows[];
extern const size_t option_count;

/* Whether a command's usage names the option. */
bool option_is_of(const struct option_row *option, const char *usage);

/* --- what commands share --------------------------------------------------- */

/* Prints text in lines of at most 79 columns, if there is any. */
void print_wrapped(const char *text);

/* Prints a document and its end of line, drops the reference. */
void print_json(json_t *document);

/* Reads --nonce; false and a complaint without a good one. */
bool attest_nonce(const struct arguments *arguments,
		  uint8_t nonce[AUDIT_NONCE_BYTES]);

/* The report by vbsd; or by /dev/vbs when vbsd does not run; never NULL. */
json_t *live_report(void);

/*
 * A reply of vbsd, its `ok` true; or NULL and why in words, with what to do.
 * Drops the reference to the request.
 */
json_t *live_ask(json_t *request, const char **why);

#endif
