/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of vbsd's local API: everything that is not exactly one is
 * refused; who may ask what.
 *
 * Links: host/vbsd/api.c host/libvbs/hex.c
 * Libs: -ljansson
 */
#include "host/vbsd/api.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

#define NONCE                              \
	"00112233445566778899aabbccddeeff" \
	"00112233445566778899AABBCCDDEEFF"

/* Parses a copy of exactly the line, so that a sanitizer sees overruns. */
static enum status parse(const char *line, struct api_request *request)
{
	size_t len = strlen(line);
	char *copy = malloc(len);
	enum status status;

	memcpy(copy, line, len);
	status = api_parse(copy, len, request);
	free(copy);
	return status;
}

static void refuses_what_is_no_request(void **unused)
{
	static const char *const bad[] = {
		"",
		"{",
		"null",
		"\"status\"",
		"[\"status\"]",
		"{}",
		"{\"call\": 1}",
		"{\"call\": null}",
		"{\"call\": [\"status\"]}",
		"{\"call\": \"status\"} {\"call\": \"status\"}",
		"{\"call\": \"status\", \"call\": \"head\"}",
		"{\"call\": \"status\", \"nonce\": \"00\"}",
		"{\"call\": \"status\", \"x\": 1}",
		"{\"call\": \"head\"}",
		"{\"call\": \"report\"}",
		"{\"call\": \"head\", \"nonce\": 7}",
		"{\"call\": \"head\", \"nonce\": \"\"}",
		"{\"call\": \"head\", \"nonce\": \"0011\"}",
		"{\"call\": \"head\", \"nonce\": \"" NONCE "0\"}",
		"{\"call\": \"head\", \"nonce\": \"" NONCE "00\"}",
		"{\"call\": \"head\", \"nonce\": \"" NONCE "\", \"x\": 1}",
		"{\"call\": \"status\\u0000\"}",
		"{\"call\": \"\xff\"}",
	};
	struct api_request request;

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		if (parse(bad[i], &request) != STATUS_INVALID) {
			fail_msg("taken: %s", bad[i]);
		}
	}
	assert_int_equal(parse("{\"call\": \"STATUS\"}", &request),
			 STATUS_NOT_FOUND);
	assert_int_equal(parse("{\"call\": \"\"}", &request), STATUS_NOT_FOUND);
}

static void refuses_a_nonce_with_other_digits(void **unused)
{
	char line[] = "{\"call\": \"head\", \"nonce\": \"" NONCE "\"}";
	char *digit = strstr(line, NONCE) + 7;
	struct api_request request;

	(void)unused;
	assert_int_equal(parse(line, &request), STATUS_OK);
	for (const char *bad = "g/:@G` x"; *bad != 0; bad++) {
		*digit = *bad;
		assert_int_equal(parse(line, &request), STATUS_INVALID);
	}
}

static void takes_the_calls(void **unused)
{
	static const struct {
		const char *line;
		enum api_call call;
		bool is_public;
	} good[] = {
		{"{\"call\": \"version\"}", API_VERSION, true},
		{"{\"call\": \"status\"}\r", API_STATUS, true},
		{" {\"call\":\"policy\"} ", API_POLICY, true},
		{"{\"nonce\": \"" NONCE "\", \"call\": \"head\"}", API_HEAD,
		 false},
		{"{\"call\": \"report\", \"nonce\": \"" NONCE "\"}", API_REPORT,
		 false},
		{"{\"call\": \"follow\"}", API_FOLLOW, false},
	};
	struct api_request request;

	(void)unused;
	assert_int_equal(ARRAY_COUNT(good), API_CALL_COUNT);
	for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
		assert_int_equal(parse(good[i].line, &request), STATUS_OK);
		assert_int_equal(request.call, good[i].call);
		assert_int_equal(api_is_public(request.call),
				 good[i].is_public);
	}
	assert_int_equal(parse(good[3].line, &request), STATUS_OK);
	assert_int_equal(request.nonce[1], 0x11);
	assert_int_equal(request.nonce[31], 0xff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_no_request),
		cmocka_unit_test(refuses_a_nonce_with_other_digits),
		cmocka_unit_test(takes_the_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
