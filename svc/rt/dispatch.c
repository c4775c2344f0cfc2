/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a message to a handler: who calls, how long the request is, how much
 * the caller takes. Called by enter.c, and by tests on a PC.
 */
#include "svc/rt/rt.h"

#include "lib/bytes.h"

uint32_t rt_caller(const struct service_buffer *buffer)
{
	if (buffer->from != SERVICE_SECURE_KERNEL) {
		return RT_FROM_SERVICE;
	}
	return buffer->caller == SERVICE_CALLER_VTL1 ? RT_FROM_KERNEL
						     : RT_FROM_VTL0;
}

static enum status dispatch_row(const struct rt_method *row,
				struct service_buffer *buffer)
{
	enum status status;

	if ((row->from & rt_caller(buffer)) == 0) {
		return STATUS_DENIED;
	}
	if (buffer->bytes < row->in_min || buffer->bytes > row->in_max ||
	    buffer->bytes > sizeof(buffer->data)) {
		return STATUS_INVALID;
	}
	if (buffer->bytes_max < row->out_min) {
		return STATUS_NO_SPACE;
	}
	if (buffer->bytes_max > sizeof(buffer->data)) {
		buffer->bytes_max = sizeof(buffer->data);
	}
	status = row->handle(buffer);
	if (status == STATUS_OK && buffer->bytes > buffer->bytes_max) {
		rt_crash();
	}
	return status;
}

enum status rt_dispatch(const struct rt_service *service, uint64_t method,
			struct service_buffer *buffer)
{
	enum status status = STATUS_NOT_FOUND;

	for (uint32_t i = 0; i < service->method_count; i++) {
		if (service->method[i].number == method) {
			status = dispatch_row(&service->method[i], buffer);
			break;
		}
	}
	if (status != STATUS_OK) {
		buffer->bytes = 0;
	}
	return status;
}
