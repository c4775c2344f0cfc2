/* SPDX-License-Identifier: MIT */
/* Reads one request. Whatever is not exactly one is refused. */
#include "host/vbsd/api.h"

#include <string.h>

#include "host/libvbs/hex.h"

static const char *const call_name[API_CALL_COUNT] = {
	[API_VERSION] = "version", [API_STATUS] = "status",
	[API_POLICY] = "policy",   [API_HEAD] = "head",
	[API_REPORT] = "report",   [API_FOLLOW] = "follow",
};

bool api_is_public(enum api_call call)
{
	return call == API_VERSION || call == API_STATUS || call == API_POLICY;
}

static enum status find_call(const json_t *object, enum api_call *call)
{
	const char *name = json_string_value(json_object_get(object, "call"));

	if (name == NULL) {
		return STATUS_INVALID;
	}
	for (enum api_call i = 0; i < API_CALL_COUNT; i++) {
		if (strcmp(call_name[i], name) == 0) {
			*call = i;
			return STATUS_OK;
		}
	}
	return STATUS_NOT_FOUND;
}

static enum status read_request(const json_t *object,
				struct api_request *request)
{
	enum status status = find_call(object, &request->call);
	size_t members = 1;

	if (status != STATUS_OK) {
		return status;
	}
	if (request->call == API_HEAD || request->call == API_REPORT) {
		const json_t *nonce = json_object_get(object, "nonce");

		members = 2;
		if (!hex_read(json_string_value(nonce), request->nonce,
			      sizeof(request->nonce))) {
			return STATUS_INVALID;
		}
	}
	return json_object_size(object) == members ? STATUS_OK : STATUS_INVALID;
}

enum status api_parse(const char *line, size_t len_bytes,
		      struct api_request *request)
{
	json_t *object =
		json_loadb(line, len_bytes, JSON_REJECT_DUPLICATES, NULL);
	enum status status;

	memset(request, 0, sizeof(*request));
	if (!json_is_object(object)) {
		json_decref(object);
		return STATUS_INVALID;
	}
	status = read_request(object, request);
	json_decref(object);
	return status;
}

json_t *api_refusal(enum status status, const char *words)
{
	const char *error = "failed";

	if (status == STATUS_DENIED) {
		error = "denied";
	} else if (status == STATUS_INVALID || status == STATUS_NOT_FOUND) {
		error = "invalid";
	}
	return json_pack("{s:b, s:s, s:s}", "ok", 0, "error", error, "words",
			 words);
}
