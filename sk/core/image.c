/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building and rebuilding a service's memory. Called at the start, and after
 * a crash by the last CPU that leaves.
 *
 *	SERVICE_STACK_BASE + slot * STACK_STRIDE
 *	| nothing | stack (16 pages) | nothing | canary | nothing ... |
 *
 * Invariant: no page is both writable and executable, and no frame is in two
 * spaces.
 */
#include "sk/core/image.h"

#include "lib/bytes.h"
#include "lib/elf.h"
#include "sk/core/frame.h"
#include "sk/core/random.h"
#include "sk/core/state.h"

#define STACK_STRIDE  (UINT64_C(32) * PAGE_BYTES)
#define STACK_OFFSET  PAGE_BYTES
#define STACK_BYTES   (IMAGE_STACK_PAGES * PAGE_BYTES)
#define CANARY_OFFSET (STACK_OFFSET + STACK_BYTES + PAGE_BYTES)
#define BUFFER_STRIDE (2 * PAGE_BYTES)

uint64_t image_stack_top(uint32_t slot)
{
	return SERVICE_STACK_BASE + slot * STACK_STRIDE + STACK_OFFSET +
	       STACK_BYTES;
}

uint64_t image_canary(uint32_t slot)
{
	return SERVICE_STACK_BASE + slot * STACK_STRIDE + CANARY_OFFSET;
}

uint64_t image_buffer(uint32_t slot)
{
	return SERVICE_BUFFER_BASE + slot * BUFFER_STRIDE;
}

/* New zeroed memory at [address, address + size_bytes). */
static enum status map(struct service *service, uint64_t address,
		       uint64_t size_bytes, unsigned rights)
{
	for (uint64_t at = 0; at < size_bytes; at += PAGE_BYTES) {
		enum status status;
		frame_t frame;

		if (!frame_take(&frame)) {
			return STATUS_NO_MEMORY;
		}
		status = machine_space_map(&service->space, address + at, frame,
					   rights, frame_take);
		if (status != STATUS_OK) {
			frame_give(frame);
			return status;
		}
	}
	return STATUS_OK;
}

static void *page_of(const struct service *service, uint64_t address,
		     unsigned rights)
{
	frame_t frame;

	CHECK(machine_space_lookup(&service->space, address, rights, &frame));
	return machine_frame(frame);
}

/* Memory that is ours to write, whatever the service may do with it. */
static void fill(const struct service *service, const struct elf_part *part)
{
	for (uint64_t at = 0; at < part->memory_bytes; at += PAGE_BYTES) {
		uint8_t *page = page_of(service, part->address + at, MAP_READ);
		uint64_t count = 0;

		if (at < part->file_bytes) {
			count = part->file_bytes - at;
			count = count < PAGE_BYTES ? count : PAGE_BYTES;
			memcpy(page, part->bytes + at, count);
		}
		bytes_zero(page + count, PAGE_BYTES - count);
	}
}

static void zero(const struct service *service, uint64_t address,
		 uint64_t size_bytes)
{
	for (uint64_t at = 0; at < size_bytes; at += PAGE_BYTES) {
		bytes_zero(page_of(service, address + at, MAP_WRITE),
			   PAGE_BYTES);
	}
}

static enum status open_image(const struct service *service,
			      struct elf_executable *executable)
{
	const struct manifest_row *row = service->row;
	uint64_t size_bytes = (uint64_t)(row->image_end - row->image);

	return elf_executable_open(row->image, size_bytes, SERVICE_IMAGE_BASE,
				   executable);
}

static enum status build_parts(struct service *service)
{
	struct elf_executable executable;
	enum status status = open_image(service, &executable);

	for (uint32_t i = 0; status == STATUS_OK && i < executable.count; i++) {
		const struct elf_part *part = &executable.part[i];
		unsigned rights = MAP_READ | (part->writable ? MAP_WRITE : 0) |
				  (part->executable ? MAP_EXECUTE : 0);

		status =
			map(service, part->address, part->memory_bytes, rights);
		if (status == STATUS_OK) {
			fill(service, part);
		}
	}
	service->entry = executable.entry;
	return status;
}

static void canary_set(const struct service *service, uint32_t slot)
{
	uint8_t *page = page_of(service, image_canary(slot), MAP_READ);

	random_take(page + IMAGE_CANARY_AT, sizeof(uint64_t));
}

static enum status build_slot(struct service *service, uint32_t slot)
{
	enum status status;

	status = map(service, image_stack_top(slot) - STACK_BYTES, STACK_BYTES,
		     MAP_READ | MAP_WRITE);
	if (status != STATUS_OK) {
		return status;
	}
	status = map(service, image_canary(slot), PAGE_BYTES, MAP_READ);
	if (status != STATUS_OK) {
		return status;
	}
	canary_set(service, slot);
	status = map(service, image_buffer(slot), PAGE_BYTES,
		     MAP_READ | MAP_WRITE);
	if (status != STATUS_OK) {
		return status;
	}
	CHECK(machine_space_lookup(&service->space, image_buffer(slot),
				   MAP_WRITE, &service->buffer[slot]));
	return STATUS_OK;
}

enum status image_build(struct service *service)
{
	enum status status;

	CHECK(service->row->threads != 0 &&
	      service->row->threads <= SERVICE_SLOTS_MAX);
	status = machine_space_create(&service->space, frame_take);
	if (status == STATUS_OK) {
		status = build_parts(service);
	}
	if (status == STATUS_OK) {
		status = map(service, SERVICE_HEAP_BASE, SERVICE_HEAP_BYTES,
			     MAP_READ | MAP_WRITE);
	}
	for (uint32_t i = 0; status == STATUS_OK && i < service->row->threads;
	     i++) {
		status = build_slot(service, i);
	}
	return status;
}

void image_reset(struct service *service)
{
	struct elf_executable executable;

	CHECK(open_image(service, &executable) == STATUS_OK);
	for (uint32_t i = 0; i < executable.count; i++) {
		if (executable.part[i].writable) {
			fill(service, &executable.part[i]);
		}
	}
	zero(service, SERVICE_HEAP_BASE, SERVICE_HEAP_BYTES);
	for (uint32_t i = 0; i < service->row->threads; i++) {
		zero(service, image_stack_top(i) - STACK_BYTES, STACK_BYTES);
		zero(service, image_buffer(i), PAGE_BYTES);
		canary_set(service, i);
	}
}
