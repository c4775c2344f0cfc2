/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration parser: pure, bounded, tested on a PC. Called by chain.c
 * with a file that anybody with access to the disk may have written.
 */
#include <stdbool.h>

#include "boot/config.h"
#include "lib/bytes.h"

struct span {
	const char *text;
	size_t length;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span span_trim(struct span span)
{
	while (span.length > 0 && is_space(span.text[0])) {
		span.text++;
		span.length--;
	}
	while (span.length > 0 && is_space(span.text[span.length - 1])) {
		span.length--;
	}
	return span;
}

/* What stands before the first `end`, or everything. */
static struct span span_until(struct span span, char end)
{
	struct span head = {span.text, 0};

	while (head.length < span.length && head.text[head.length] != end) {
		head.length++;
	}
	return head;
}

/* What remains behind `head` and one more character. */
static struct span span_behind(struct span span, struct span head)
{
	size_t used = head.length + (head.length < span.length);

	return (struct span){span.text + used, span.length - used};
}

static bool span_printable(struct span span)
{
	for (size_t i = 0; i < span.length; i++) {
		if (span.text[i] < ' ' || span.text[i] > '~') {
			return false;
		}
	}
	return true;
}

static const struct config_key {
	const char *name;
	size_t name_length;
	size_t offset; /* of the member in struct config */
	size_t size;
} config_keys[] = {
	{"next", 4, offsetof(struct config, next), CONFIG_NEXT_CHARS},
	{"cmdline", 7, offsetof(struct config, cmdline), CONFIG_CMDLINE_CHARS},
};

#define CONFIG_KEYS (sizeof(config_keys) / sizeof(config_keys[0]))

/* One line; `seen` has a bit for each key. NULL or what is wrong with it. */
static const char *config_line(struct span line, struct config *config,
			       unsigned *seen)
{
	struct span head = span_until(line, '=');
	struct span key = span_trim(head);
	struct span value = span_trim(span_behind(line, head));
	unsigned i = 0;
	char *to;

	if (!span_printable(line)) {
		return "only printable ASCII is allowed";
	}
	while (i < CONFIG_KEYS &&
	       (key.length != config_keys[i].name_length ||
		!bytes_equal(key.text, config_keys[i].name, key.length))) {
		i++;
	}
	if (i == CONFIG_KEYS) {
		return "only next=... and cmdline=... are known";
	}
	if (*seen & 1u << i) {
		return "this was given before";
	}
	if (value.length == 0 || value.length >= config_keys[i].size) {
		return "the value is empty or too long";
	}
	*seen |= 1u << i;
	to = (char *)config + config_keys[i].offset;
	bytes_zero(to, config_keys[i].size);
	memcpy(to, value.text, value.length);
	return NULL;
}

void config_default(struct config *config)
{
	bytes_zero(config, sizeof(*config));
	memcpy(config->next, CONFIG_NEXT_DEFAULT, sizeof(CONFIG_NEXT_DEFAULT));
}

enum status config_parse(const char *text, size_t size_bytes,
			 struct config *config, struct config_fault *fault)
{
	struct span rest = {text, size_bytes};
	unsigned seen = 0;

	config_default(config);
	*fault = (struct config_fault){0};
	while (rest.length > 0) {
		struct span whole = span_until(rest, '\n');
		struct span line = span_trim(whole);

		rest = span_behind(rest, whole);
		fault->line++;
		if (line.length == 0 || line.text[0] == '#') {
			continue;
		}
		fault->what = config_line(line, config, &seen);
		if (fault->what == NULL && config->next[0] != '\\') {
			fault->what = "the path must begin with a backslash";
		}
		if (fault->what != NULL) {
			config_default(config);
			return STATUS_INVALID;
		}
	}
	return STATUS_OK;
}
