/* SPDX-License-Identifier: MIT */
/* Questions to VTL1; each reply has the length its structure says. */
#include "host/libvbs/vtl1.h"

#include <string.h>

#include "host/libvbs/device.h"

static enum status ask(int device, struct device_call *call)
{
	size_t wanted_bytes = call->out_bytes;
	enum status status = device_call(device, call);

	if (status == STATUS_OK && call->out_bytes != wanted_bytes) {
		return STATUS_CORRUPT;
	}
	return status;
}

static enum status read_services(int device, struct vtl1 *vtl1)
{
	struct device_call call = {
		.service = SERVICE_SECURE_KERNEL,
		.method = SK_METHOD_SERVICES,
		.out = vtl1->service,
		.out_bytes = sizeof(vtl1->service),
	};
	enum status status = device_call(device, &call);

	if (status != STATUS_OK) {
		return status;
	}
	if (call.out_bytes % sizeof(vtl1->service[0]) != 0) {
		return STATUS_CORRUPT;
	}
	vtl1->service_count = call.out_bytes / sizeof(vtl1->service[0]);
	for (size_t i = 0; i < vtl1->service_count; i++) {
		vtl1->service[i].name[sizeof(vtl1->service[i].name) - 1] = 0;
	}
	return STATUS_OK;
}

enum status vtl1_read(int device, struct vtl1 *vtl1)
{
	struct device_call call = {
		.service = SERVICE_SECURE_KERNEL,
		.method = SK_METHOD_STATUS,
		.out = &vtl1->status,
		.out_bytes = sizeof(vtl1->status),
	};
	struct device_call policy = {
		.service = SERVICE_SECURE_KERNEL,
		.method = SK_METHOD_POLICY,
		.out = &vtl1->policy,
		.out_bytes = sizeof(vtl1->policy),
	};
	enum status status;

	memset(vtl1, 0, sizeof(*vtl1));
	status = device_version(device, &vtl1->version);
	if (status == STATUS_OK) {
		status = ask(device, &call);
	}
	if (status == STATUS_OK) {
		status = read_services(device, vtl1);
	}
	if (status == STATUS_OK) {
		status = ask(device, &policy);
	}
	vtl1->status.openvbs_version[sizeof(vtl1->status.openvbs_version) - 1] =
		0;
	return status;
}

enum status vtl1_audit_key(int device, struct audit_key *key)
{
	struct device_call call = {
		.service = SERVICE_AUDIT,
		.method = AUDIT_METHOD_KEY,
		.out = key,
		.out_bytes = sizeof(*key),
	};

	return ask(device, &call);
}

enum status vtl1_audit_head(int device, const uint8_t nonce[AUDIT_NONCE_BYTES],
			    struct audit_signed_head *head)
{
	struct device_call call = {
		.service = SERVICE_AUDIT,
		.method = AUDIT_METHOD_HEAD,
		.in = nonce,
		.in_bytes = AUDIT_NONCE_BYTES,
		.out = head,
		.out_bytes = sizeof(*head),
	};

	return ask(device, &call);
}

enum status vtl1_audit_report(int device,
			      const uint8_t nonce[AUDIT_NONCE_BYTES],
			      uint8_t report[ATTEST_REPORT_BYTES_MAX],
			      size_t *len_bytes)
{
	struct device_call call = {
		.service = SERVICE_AUDIT,
		.method = AUDIT_METHOD_REPORT,
		.in = nonce,
		.in_bytes = AUDIT_NONCE_BYTES,
		.out = report,
		.out_bytes = ATTEST_REPORT_BYTES_MAX,
	};
	enum status status = device_call(device, &call);

	*len_bytes = status == STATUS_OK ? call.out_bytes : 0;
	return status;
}

enum status vtl1_audit_read(int device, uint64_t acknowledged,
			    struct audit_batch *batch, size_t *len_bytes)
{
	struct audit_read request = {.acknowledged = acknowledged};
	struct device_call call = {
		.service = SERVICE_AUDIT,
		.method = AUDIT_METHOD_READ,
		.in = &request,
		.in_bytes = sizeof(request),
		.out = batch,
		.out_bytes = sizeof(*batch),
	};
	enum status status = device_call(device, &call);
	size_t head_bytes = offsetof(struct audit_batch, record);

	if (status != STATUS_OK) {
		return status;
	}
	if (call.out_bytes < head_bytes || batch->count > AUDIT_BATCH_MAX ||
	    call.out_bytes !=
		    head_bytes + batch->count * sizeof(batch->record[0])) {
		return STATUS_CORRUPT;
	}
	*len_bytes = call.out_bytes;
	return STATUS_OK;
}
