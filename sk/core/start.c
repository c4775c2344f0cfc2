/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The start of the secure kernel's core. Called once, on the boot processor.
 * A service that does not start stays stopped, and status says so; without
 * memory, random numbers or a policy there is no VTL1.
 */
#include "lib/bytes.h"
#include "sk/core/entry.h"
#include "sk/core/root.h"
#include "sk/core/run.h"
#include "sk/core/state.h"

static enum status boot_check(const struct vtl1_boot *boot, uint64_t first_free)
{
	uint64_t first = boot->memory_base / PAGE_BYTES;
	uint64_t count = boot->memory_size_bytes / PAGE_BYTES;

	if (boot->magic != VTL1_BOOT_MAGIC ||
	    boot->version != VTL1_BOOT_VERSION ||
	    boot->size_bytes != sizeof(*boot)) {
		return STATUS_UNSUPPORTED;
	}
	if (boot->ram_count > VTL1_RAM_MAX || first_free <= first ||
	    first_free - first > count) {
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

/* Our copy has no seed; the loader's page loses it. */
static void boot_keep(const struct vtl1_boot *boot)
{
	frame_t page = {boot->memory_base / PAGE_BYTES};
	struct vtl1_boot *loaders = machine_frame(page);

	state.boot = *boot;
	bytes_wipe(state.boot.seed, sizeof(state.boot.seed));
	bytes_wipe(loaders->seed, sizeof(loaders->seed));
}

/* All but those that want the root, which the launch is still to find. */
static enum status services_start(void)
{
	enum status status = service_init();

	if (status != STATUS_OK) {
		return status;
	}
	state.starting = true;
	for (uint32_t i = 1; i < SERVICE_COUNT; i++) {
		struct service *service = service_find(i);

		if (service != NULL && !service->row->has_root) {
			status = run_start(service);
			CHECK(status == STATUS_OK ||
			      status == STATUS_NOT_FOUND);
		}
	}
	state.starting = false;
	return STATUS_OK;
}

enum status entry_start(const struct vtl1_boot *boot, uint64_t first_free)
{
	enum status status = boot_check(boot, first_free);

	if (status != STATUS_OK) {
		return status;
	}
	frame_init(first_free,
		   (boot->memory_base + boot->memory_size_bytes) / PAGE_BYTES);
	status = random_init(boot);
	if (status != STATUS_OK) {
		return status;
	}
	root_init();
	boot_keep(boot);
	status = policy_init();
	if (status != STATUS_OK) {
		return status;
	}
	event_note(EVENT_VTL1_STARTED, boot->cpu_count, 0);
	return services_start();
}
