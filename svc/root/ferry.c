/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Called by launch.c. The buffer is one page, whose address the kernel takes. */
#include "svc/root/ferry.h"

#include "lib/bytes.h"
#include "svc/root/state.h"
#include "svc/rt/syscall.h"

enum status ferry_send(const uint8_t *to, uint32_t to_bytes, uint8_t *from,
		       uint32_t *from_bytes)
{
	struct service_buffer *page = &root_page;
	enum status status;

	if (to_bytes > sizeof(page->data)) {
		return STATUS_NO_SPACE;
	}
	memcpy(page->data, to, to_bytes);
	page->bytes = to_bytes;
	status = syscall_outside(page);
	if (status != STATUS_OK) {
		return status;
	}
	if (page->bytes > *from_bytes || page->bytes > sizeof(page->data)) {
		return STATUS_CORRUPT;
	}
	memcpy(from, page->data, page->bytes);
	*from_bytes = page->bytes;
	return STATUS_OK;
}
