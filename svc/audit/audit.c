/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The methods of the audit service (abi/audit.h). Called by the runtime, which
 * has checked caller and lengths by the table below. A request and its reply
 * share the buffer: a handler copies what it needs before it writes.
 */
#include <stddef.h>

#include "abi/attest.h"
#include "lib/bytes.h"
#include "svc/audit/report.h"
#include "svc/audit/state.h"
#include "svc/rt/rt.h"

#define PUT_ENTRY_BYTES	   sizeof(((struct audit_put *)0)->entry[0])
#define PUT_HEADER_BYTES   offsetof(struct audit_put, entry)
#define BATCH_HEADER_BYTES offsetof(struct audit_batch, record)

static enum status audit_start(const struct service_start *start)
{
	uint8_t private_key[AUDIT_PRIVATE_BYTES];
	uint8_t boot_id[AUDIT_BOOT_ID_BYTES];

	rt_random(NULL, sizeof(private_key), private_key);
	rt_random(NULL, sizeof(boot_id), boot_id);
	audit_log_start(&audit_log, private_key, boot_id, start->restarts,
			rt_time());
	bytes_wipe(private_key, sizeof(private_key));
	return STATUS_OK;
}

static enum status audit_key(struct service_buffer *buffer)
{
	struct audit_key key = {.anchored = 0};

	memcpy(key.boot_id, audit_log.boot_id, sizeof(key.boot_id));
	memcpy(key.public_key, audit_log.public_key, sizeof(key.public_key));
	memcpy(buffer->data, &key, sizeof(key));
	buffer->bytes = sizeof(key);
	return STATUS_OK;
}

static enum status audit_read(struct service_buffer *buffer)
{
	struct audit_batch *batch = (void *)buffer->data;
	struct audit_read request;
	enum status status;
	uint32_t count_max;

	memcpy(&request, buffer->data, sizeof(request));
	status = audit_log_acknowledge(&audit_log, request.acknowledged,
				       rt_time());
	if (status != STATUS_OK) {
		return status;
	}
	count_max = (uint32_t)((buffer->bytes_max - BATCH_HEADER_BYTES) /
			       sizeof(batch->record[0]));
	if (count_max > AUDIT_BATCH_MAX) {
		count_max = AUDIT_BATCH_MAX;
	}
	batch->lost = audit_log.lost;
	batch->reserved_zero = 0;
	batch->count = audit_log_read(&audit_log, count_max, batch->record,
				      &batch->head, rt_time());
	buffer->bytes = (uint32_t)(BATCH_HEADER_BYTES +
				   batch->count * sizeof(batch->record[0]));
	return STATUS_OK;
}

static enum status audit_head(struct service_buffer *buffer)
{
	struct audit_signed_head head;
	uint8_t nonce[AUDIT_NONCE_BYTES];

	memcpy(nonce, buffer->data, sizeof(nonce));
	audit_log_head(&audit_log, nonce, &head, rt_time());
	memcpy(buffer->data, &head, sizeof(head));
	buffer->bytes = sizeof(head);
	return STATUS_OK;
}

static enum status audit_report(struct service_buffer *buffer)
{
	uint8_t nonce[AUDIT_NONCE_BYTES];

	memcpy(nonce, buffer->data, sizeof(nonce));
	buffer->bytes = report_write(&audit_log, nonce, buffer->data);
	return STATUS_OK;
}

static enum status audit_put(struct service_buffer *buffer)
{
	const struct audit_put *put = (const void *)buffer->data;

	if (put->count == 0 || put->count > AUDIT_PUT_MAX ||
	    put->reserved_zero != 0 ||
	    buffer->bytes != PUT_HEADER_BYTES + put->count * PUT_ENTRY_BYTES) {
		return STATUS_INVALID;
	}
	for (uint32_t i = 0; i < put->count; i++) {
		if (put->entry[i].reserved_zero != 0) {
			return STATUS_INVALID;
		}
	}
	for (uint32_t i = 0; i < put->count; i++) {
		audit_log_put(&audit_log, put->entry[i].source,
			      &put->entry[i].event, rt_time());
	}
	buffer->bytes = 0;
	return STATUS_OK;
}

static const struct rt_method methods[] = {
	{AUDIT_METHOD_KEY, RT_FROM_VTL0, 0, 0, sizeof(struct audit_key),
	 audit_key},
	{AUDIT_METHOD_READ, RT_FROM_VTL0, sizeof(struct audit_read),
	 sizeof(struct audit_read), BATCH_HEADER_BYTES, audit_read},
	{AUDIT_METHOD_HEAD, RT_FROM_VTL0, AUDIT_NONCE_BYTES, AUDIT_NONCE_BYTES,
	 sizeof(struct audit_signed_head), audit_head},
	{AUDIT_METHOD_REPORT, RT_FROM_VTL0, AUDIT_NONCE_BYTES,
	 AUDIT_NONCE_BYTES, ATTEST_REPORT_BYTES_MAX, audit_report},
	{AUDIT_METHOD_PUT, RT_FROM_KERNEL, PUT_HEADER_BYTES + PUT_ENTRY_BYTES,
	 sizeof(struct audit_put), 0, audit_put},
};

const struct rt_service rt_service = {
	.method = methods,
	.method_count = sizeof(methods) / sizeof(methods[0]),
	.start = audit_start,
};
