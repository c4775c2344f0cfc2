/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VTL1's memory, laid out as abi/vtl1.h draws it. Called by main.c: to place
 * before any processor is in VTL0, to call when all are. The firmware writes
 * the seed to where the hypervisor takes it away; no other copy exists.
 */
#include "boot/vtl1.h"
#include "abi/vtl1.h"
#include "abi/vtl_call.h"
#include "boot/console.h"
#include "boot/payload.h"
#include "boot/place.h"
#include "boot/ram.h"
#include "boot/state.h"
#include "boot/tpm.h"
#include "boot/uefi_protocol.h"
#include "boot/version.h"
#include "boot/x86.h"
#include "lib/bytes.h"

#define CLOCK_ROUNDS   3u
#define CLOCK_STALL_US 10000u
#define US_PER_S       1000000u

/* Page tables, in this order from VTL1_ROOT_OFFSET. */
struct vtl1_tables {
	uint64_t pml4[PAGE_ENTRIES];
	uint64_t pdpt[PAGE_ENTRIES];
	uint64_t directory[PAGE_ENTRIES];
};

_Static_assert(VTL1_ROOT_OFFSET + sizeof(struct vtl1_tables) < VTL1_STACK_TOP,
	       "the stack is behind the tables");

static struct vtl1_boot *vtl1_boot(const struct handoff_vtl1 *vtl1)
{
	return (struct vtl1_boot *)(uintptr_t)vtl1->memory_base;
}

static void tables_build(const struct handoff_vtl1 *vtl1)
{
	struct vtl1_tables *tables = (void *)(uintptr_t)vtl1->root;
	const uint64_t rights = PAGE_PRESENT | PAGE_WRITABLE;
	uint64_t count = vtl1->memory_size_bytes / HANDOFF_ALIGN_BYTES;

	tables->pml4[field_get(VTL1_VIRTUAL_BASE, PAGE_PML4_INDEX)] =
		(uintptr_t)tables->pdpt | rights;
	tables->pdpt[field_get(VTL1_VIRTUAL_BASE, PAGE_PDPT_INDEX)] =
		(uintptr_t)tables->directory | rights;
	for (uint64_t i = 0; i < count && i < PAGE_ENTRIES; i++) {
		tables->directory[i] =
			(vtl1->memory_base + i * HANDOFF_ALIGN_BYTES) | rights |
			PAGE_LARGE;
	}
}

/* After all our memory is reserved, so that the map shows it as such. */
static enum status ram_read(struct vtl1_boot *boot)
{
	struct ram_map map = {.descriptors = boot_state.memory_map,
			      .size_bytes = sizeof(boot_state.memory_map)};
	uint32_t left_out, version;
	uint64_t key;

	if (boot_state.boot->get_memory_map(&map.size_bytes,
					    boot_state.memory_map, &key,
					    &map.descriptor_bytes, &version) ||
	    map.descriptor_bytes < sizeof(struct efi_memory_descriptor)) {
		console_decline("the firmware's memory map cannot be read",
				"Update the firmware.");
		return STATUS_UNSUPPORTED;
	}
	left_out = ram_reduce(&map, boot);
	if (left_out > 0) {
		console_say("OpenVBS: the memory is in too many pieces; VTL1 "
			    "does without the %u smallest.",
			    left_out);
	}
	return STATUS_OK;
}

static void seed_read(struct vtl1_boot *boot)
{
	static const struct efi_guid guid = EFI_GUID_RNG;
	struct efi_rng *rng;
	void *interface = NULL;

	if (boot_state.boot->locate_protocol(&guid, NULL, &interface)) {
		return;
	}
	rng = interface;
	if (rng->get(rng, NULL, sizeof(boot->seed), boot->seed) ==
	    EFI_SUCCESS) {
		boot->seed_bytes = sizeof(boot->seed);
	}
}

/*
 * How fast the time-stamp counter runs, for VTL1, which has no other clock.
 * Stall() takes as long as asked or longer: the shortest one counts.
 */
static uint64_t time_per_second(void)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < CLOCK_ROUNDS; i++) {
		uint64_t begin = __builtin_ia32_rdtsc();
		uint64_t spent;

		(void)boot_state.boot->stall(CLOCK_STALL_US);
		spent = __builtin_ia32_rdtsc() - begin;
		least = spent < least ? spent : least;
	}
	return least * (US_PER_S / CLOCK_STALL_US);
}

static uint32_t facts_read(const struct handoff *handoff)
{
	static const struct efi_guid global = EFI_GUID_GLOBAL_VARIABLE;
	static const struct efi_guid tcg2 = EFI_GUID_TCG2;
	static const struct efi_guid shim = EFI_GUID_SHIM_LOCK;
	uint32_t facts = vtl1_build_facts;
	void *interface = NULL;
	uint8_t secure = 0;
	uint64_t size = sizeof(secure);

	if (boot_state.system->runtime->get_variable(u"SecureBoot", &global,
						     NULL, &size,
						     &secure) == EFI_SUCCESS &&
	    secure == 1) {
		facts |= VTL1_FACT_SECURE_BOOT;
	}
	if (boot_state.boot->locate_protocol(&tcg2, NULL, &interface) ==
	    EFI_SUCCESS) {
		facts |= VTL1_FACT_TPM;
	}
	if (boot_state.boot->locate_protocol(&shim, NULL, &interface) ==
	    EFI_SUCCESS) {
		facts |= VTL1_FACT_SHIM;
	}
	/* There is no VTL0 unless the hypervisor has them all started. */
	if (handoff->dma.iommu_count > 0) {
		facts |= VTL1_FACT_IOMMU;
	}
	return facts;
}

static enum status boot_fill(const struct handoff *handoff,
			     uint64_t image_size_bytes)
{
	struct vtl1_boot *boot = vtl1_boot(&handoff->vtl1);

	*boot = (struct vtl1_boot){
		.magic = VTL1_BOOT_MAGIC,
		.version = VTL1_BOOT_VERSION,
		.size_bytes = sizeof(*boot),
		.memory_base = handoff->vtl1.memory_base,
		.memory_size_bytes = handoff->vtl1.memory_size_bytes,
		.image_size_bytes = image_size_bytes,
		.cpu_count = handoff->cpu_count,
		.facts = facts_read(handoff),
		.time_per_second = time_per_second(),
		.openvbs_version = OPENVBS_VERSION,
	};
	seed_read(boot);
	return ram_read(boot);
}

enum status vtl1_place(struct handoff *handoff)
{
	struct handoff_vtl1 *vtl1 = &handoff->vtl1;
	struct place place = {
		.file = payload_sk_start,
		.file_end = payload_sk_end,
		.image_offset = VTL1_IMAGE_OFFSET,
		.behind_bytes = VTL1_FREE_BYTES,
		.virtual_base = VTL1_VIRTUAL_BASE,
	};
	enum status status = place_image(&place);

	if (status != STATUS_OK) {
		return status;
	}
	*vtl1 = (struct handoff_vtl1){
		.memory_base = place.memory_base,
		.memory_size_bytes = place.memory_size_bytes,
		.entry = place.entry,
		.stack = VTL1_VIRTUAL_BASE + VTL1_STACK_TOP,
		.root = place.memory_base + VTL1_ROOT_OFFSET,
	};
	tables_build(vtl1);
	status = boot_fill(handoff, place.image_size_bytes);
	if (status != STATUS_OK) {
		vtl1_free(vtl1);
	}
	return status;
}

void vtl1_free(const struct handoff_vtl1 *vtl1)
{
	bytes_wipe(vtl1_boot(vtl1), sizeof(struct vtl1_boot));
	place_free(vtl1->memory_base, vtl1->memory_size_bytes);
}

enum status vtl1_start(void)
{
	uint64_t version = 0;
	enum status status = x86_vtl_call(VTL_CALL_VERSION, &version);

	if (status == STATUS_OK && version != VTL_CALL_INTERFACE) {
		return STATUS_UNSUPPORTED;
	}
	return status;
}

enum status vtl1_exchange(enum service_id service, uint32_t method,
			  uint32_t in_bytes, uint32_t out_bytes)
{
	struct vtl_message *message = &boot_state.message;
	uint64_t handle = 0;
	enum status status;

	message->version = VTL_MESSAGE_VERSION;
	message->service = (uint32_t)service;
	message->method = method;
	message->in_bytes = in_bytes;
	message->out_bytes_max = out_bytes;
	message->reserved_zero = 0;
	message->caller = 0;
	status = x86_vtl_call_with(VTL_CALL_MESSAGE, (uintptr_t)message,
				   &handle);
	while (status == STATUS_INTERRUPTED || status == STATUS_OUTSIDE) {
		if (status == STATUS_OUTSIDE) {
			tpm_answer(message);
		}
		status = x86_vtl_call_with(VTL_CALL_RESUME, handle, &handle);
	}
	if (status == STATUS_OK) {
		status = (enum status)message->status;
	}
	if (status == STATUS_OK && message->out_bytes != out_bytes) {
		status = STATUS_INVALID;
	}
	return status;
}

enum status vtl1_ask(enum service_id service, uint32_t method, void *reply,
		     uint32_t bytes)
{
	enum status status = vtl1_exchange(service, method, 0, bytes);

	if (status == STATUS_OK) {
		memcpy(reply, boot_state.message.data, bytes);
	}
	return status;
}

enum status vtl1_close_launch(void)
{
	uint64_t unused;
	enum status status;

	do {
		status = x86_vtl_call(VTL_CALL_LAUNCHED, &unused);
	} while (status == STATUS_INTERRUPTED);
	return status;
}
