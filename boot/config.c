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

static struct span span_trim(struct span span)
{
	while (span.length > 0 && (*span.text == ' ' || *span.text == '\t')) {
		span.text++;
		span.length--;
	}
	while (span.length > 0 && (span.text[span.length - 1] == ' ' ||
				   span.text[span.length - 1] == '\t' ||
				   span.text[span.length - 1] == '\r')) {
		span.length--;
	}
	return span;
}

/* Takes the next line off `rest`, without its end. */
static struct span span_line(struct span *rest)
{
	struct span line = {rest->text, 0};

	while (line.length < rest->length && line.text[line.length] != '\n') {
		line.length++;
	}
	rest->text += line.length;
	rest->length -= line.length;
	if (rest->length > 0) {
		rest->text++;
		rest->length--;
	}
	return line;
}

static bool span_is(struct span span, const char *word)
{
	size_t i = 0;

	while (i < span.length && word[i] != '\0' && span.text[i] == word[i]) {
		i++;
	}
	return i == span.length && word[i] == '\0';
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

/* Copies a value; NULL or what is wrong with it. */
static const char *config_take(struct span value, char *to, size_t size)
{
	if (value.length == 0) {
		return "the value is empty";
	}
	if (value.length >= size) {
		return "the value is too long";
	}
	memcpy(to, value.text, value.length);
	to[value.length] = '\0';
	return NULL;
}

static const char *config_take_next(struct span value, struct config *config)
{
	if (value.length > 0 && value.text[0] != '\\') {
		return "next must begin with a backslash";
	}
	return config_take(value, config->next, sizeof(config->next));
}

enum config_key {
	CONFIG_KEY_NEXT = 1,
	CONFIG_KEY_CMDLINE = 2,
};

/* One line; `seen` collects the keys. NULL or what is wrong with it. */
static const char *config_line(struct span line, struct config *config,
			       unsigned *seen)
{
	struct span key = {line.text, 0};
	struct span value;
	unsigned bit;

	while (key.length < line.length && key.text[key.length] != '=') {
		key.length++;
	}
	if (key.length == line.length) {
		return "a line must read key=value";
	}
	value.text = line.text + key.length + 1;
	value.length = line.length - key.length - 1;
	value = span_trim(value);
	key = span_trim(key);
	if (span_is(key, "next")) {
		bit = CONFIG_KEY_NEXT;
	} else if (span_is(key, "cmdline")) {
		bit = CONFIG_KEY_CMDLINE;
	} else {
		return "the key is unknown";
	}
	if (*seen & bit) {
		return "the key was given before";
	}
	*seen |= bit;
	return bit == CONFIG_KEY_NEXT ? config_take_next(value, config)
				      : config_take(value, config->cmdline,
						    sizeof(config->cmdline));
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
	fault->line = 0;
	fault->what = NULL;
	while (rest.length > 0) {
		struct span line = span_trim(span_line(&rest));

		fault->line++;
		if (line.length == 0 || line.text[0] == '#') {
			continue;
		}
		fault->what = span_printable(line)
				      ? config_line(line, config, &seen)
				      : "only printable ASCII is allowed";
		if (fault->what != NULL) {
			config_default(config);
			return STATUS_INVALID;
		}
	}
	return STATUS_OK;
}
