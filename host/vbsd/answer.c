/* SPDX-License-Identifier: MIT */
/* One function for each call of the API. */
#include "host/vbsd/answer.h"

#include "host/libvbs/hex.h"
#include "host/libvbs/report.h"
#include "host/libvbs/version.h"
#include "host/libvbs/vtl1.h"
#include "lib/status.h"

static json_t *failed(enum status status)
{
	return api_refusal(status == STATUS_OK ? STATUS_CORRUPT : status,
			   status_words(status));
}

static json_t *answer_version(const struct answer_source *source)
{
	struct vtl1 vtl1;
	enum status status = vtl1_read(source->device, &vtl1);

	if (status != STATUS_OK) {
		return json_pack("{s:b, s:s}", "ok", 1, "vbsd", VBS_VERSION);
	}
	return json_pack(
		"{s:b, s:s, s:s, s:I, s:I}", "ok", 1, "vbsd", VBS_VERSION,
		"openvbs", vtl1.status.openvbs_version, "ioctl_version",
		(json_int_t)vtl1.version.ioctl_version, "vtl_call_version",
		(json_int_t)vtl1.version.vtl_call_version);
}

static json_t *answer_status(const struct answer_source *source)
{
	struct vtl1 vtl1;
	enum status status = vtl1_read(source->device, &vtl1);
	const struct report_input input = {
		.vtl1 = status == STATUS_OK ? &vtl1 : NULL,
		.reason = status_words(status),
		.remedy = "see `journalctl -k -g vbs:` for what VTL1 does",
		.facts = &source->facts,
		.events = &source->pump->events,
		.vault_lost = keys_vault_lost(source->keys),
	};

	return json_pack("{s:b, s:o}", "ok", 1, "report", report_make(&input));
}

static json_t *answer_policy(const struct answer_source *source)
{
	char policy[2 * sizeof(struct policy) + 1];
	struct vtl1 vtl1;
	enum status status = vtl1_read(source->device, &vtl1);

	if (status != STATUS_OK) {
		return failed(status);
	}
	hex_write(&vtl1.policy, sizeof(vtl1.policy), policy);
	return json_pack("{s:b, s:s}", "ok", 1, "policy", policy);
}

static json_t *answer_head(const struct answer_source *source,
			   const struct api_request *request)
{
	char key_text[2 * sizeof(struct audit_key) + 1];
	char head_text[2 * sizeof(struct audit_signed_head) + 1];
	struct audit_signed_head head;
	struct audit_key key;
	enum status status = vtl1_audit_key(source->device, &key);

	if (status == STATUS_OK) {
		status = vtl1_audit_head(source->device, request->nonce, &head);
	}
	if (status != STATUS_OK) {
		return failed(status);
	}
	hex_write(&key, sizeof(key), key_text);
	hex_write(&head, sizeof(head), head_text);
	return json_pack("{s:b, s:s, s:s}", "ok", 1, "key", key_text, "head",
			 head_text);
}

static json_t *answer_report(const struct answer_source *source,
			     const struct api_request *request)
{
	char text[2 * ATTEST_REPORT_BYTES_MAX + 1];
	uint8_t report[ATTEST_REPORT_BYTES_MAX];
	size_t len_bytes;
	enum status status = vtl1_audit_report(source->device, request->nonce,
					       report, &len_bytes);

	if (status != STATUS_OK) {
		return failed(status);
	}
	hex_write(report, len_bytes, text);
	return json_pack("{s:b, s:s}", "ok", 1, "report", text);
}

json_t *answer(const struct answer_source *source,
	       const struct api_request *request)
{
	switch (request->call) {
	case API_VERSION:
		return answer_version(source);
	case API_STATUS:
		return answer_status(source);
	case API_POLICY:
		return answer_policy(source);
	case API_HEAD:
		return answer_head(source, request);
	case API_REPORT:
		return answer_report(source, request);
	default:
		return json_pack("{s:b}", "ok", 1);
	}
}
