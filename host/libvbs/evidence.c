/* SPDX-License-Identifier: MIT */
/* The evidence file, written and read. */
#include "host/libvbs/evidence.h"

#include <nettle/base64.h>
#include <stdlib.h>
#include <string.h>

static const char *const item_name[EVIDENCE_ITEMS] = {
	[EVIDENCE_REPORT] = "report",
	[EVIDENCE_QUOTE] = "quote",
	[EVIDENCE_SIGNATURE] = "signature",
	[EVIDENCE_AK] = "ak",
	[EVIDENCE_LOG] = "log",
	[EVIDENCE_EK_CERTIFICATE] = "ek_certificate",
};

static json_t *base64(struct bytes_view view)
{
	size_t len = BASE64_ENCODE_RAW_LENGTH(view.len_bytes);
	char *text = malloc(len);
	json_t *value;

	if (text == NULL) {
		return NULL;
	}
	base64_encode_raw(text, view.len_bytes, view.bytes);
	value = json_stringn(text, len);
	free(text);
	return value;
}

json_t *evidence_json(const struct evidence *evidence)
{
	json_t *document = json_pack("{s:s}", "format", EVIDENCE_FORMAT);

	for (size_t i = 0; i < EVIDENCE_ITEMS; i++) {
		if (evidence->item[i].len_bytes != 0 &&
		    json_object_set_new(document, item_name[i],
					base64(evidence->item[i])) != 0) {
			json_decref(document);
			return NULL;
		}
	}
	return document;
}

static bool from_base64(const json_t *value, struct bytes_view *to)
{
	size_t len = json_string_length(value), len_bytes = 0;
	struct base64_decode_ctx context;
	uint8_t *bytes;

	if (len == 0 || BASE64_DECODE_LENGTH(len) > EVIDENCE_ITEM_BYTES) {
		return false;
	}
	bytes = malloc(BASE64_DECODE_LENGTH(len));
	if (bytes == NULL) {
		return false;
	}
	base64_decode_init(&context);
	if (base64_decode_update(&context, &len_bytes, bytes, len,
				 json_string_value(value)) == 0 ||
	    base64_decode_final(&context) == 0 || len_bytes == 0) {
		free(bytes);
		return false;
	}
	*to = (struct bytes_view){bytes, len_bytes};
	return true;
}

bool evidence_read(json_t *document, struct evidence *evidence)
{
	const char *format =
		json_string_value(json_object_get(document, "format"));
	size_t found = 0;

	*evidence = (struct evidence){0};
	if (format == NULL || strcmp(format, EVIDENCE_FORMAT) != 0) {
		return false;
	}
	for (size_t i = 0; i < EVIDENCE_ITEMS; i++) {
		const json_t *value = json_object_get(document, item_name[i]);

		if (value == NULL && i >= EVIDENCE_NEEDED) {
			continue;
		}
		if (!from_base64(value, &evidence->item[i])) {
			evidence_free(evidence);
			return false;
		}
		found++;
	}
	if (json_object_size(document) != found + 1) {
		evidence_free(evidence);
		return false;
	}
	return true;
}

void evidence_free(struct evidence *evidence)
{
	for (size_t i = 0; i < EVIDENCE_ITEMS; i++) {
		free((void *)(uintptr_t)evidence->item[i].bytes);
	}
	*evidence = (struct evidence){0};
}
