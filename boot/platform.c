/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Platform facts. Called by main.c before anything has changed, and after the
 * start to change ACPI: sleep states go, the driver's device comes.
 */
#include "boot/platform.h"
#include "boot/chipset.h"
#include "boot/console.h"
#include "boot/payload.h"
#include "boot/state.h"
#include "boot/uefi_protocol.h"
#include "boot/x86.h"
#include "lib/acpi.h"
#include "lib/bytes.h"
#include "lib/ivrs.h"

#define IOMMU_TABLE "IVRS"

static uint32_t platform_bridge_read(uint32_t offset)
{
	x86_out32(PCI_ADDRESS_PORT, PCI_ENABLE | offset);
	return x86_in32(PCI_DATA_PORT);
}

static bool platform_has_serial(void)
{
	uint16_t port = SERIAL_PORT + SERIAL_SCRATCH;
	uint8_t before = x86_in8(port);
	uint8_t seen;

	x86_out8(port, SERIAL_SCRATCH_PROBE);
	seen = x86_in8(port);
	x86_out8(port, before);
	return seen == SERIAL_SCRATCH_PROBE;
}

/*
 * Code in system management mode runs above the hypervisor. It must be out of
 * reach before VTL0 starts: locked by the chipset, or by every processor.
 */
static bool platform_smm_locked(const struct smp *smp,
				const struct handoff_platform *platform)
{
	if (platform->chipset == HANDOFF_CHIPSET_Q35) {
		uint32_t smram = platform_bridge_read(Q35_SMRAM);

		return (smram & Q35_SMRAM_D_LOCK) != 0 &&
		       (smram & Q35_SMRAM_D_OPEN) == 0;
	}
	for (uint32_t i = 0; i < smp->count; i++) {
		if (!smp->facts[i].smm_locked) {
			return false;
		}
	}
	return true;
}

static void *platform_rsdp(void)
{
	static const struct efi_guid guids[] = {EFI_GUID_ACPI_20,
						EFI_GUID_ACPI_10};
	const struct efi_system *system = boot_state.system;

	for (unsigned g = 0; g < sizeof(guids) / sizeof(guids[0]); g++) {
		for (uint64_t i = 0; i < system->table_count; i++) {
			if (bytes_equal(&system->tables[i].guid, &guids[g],
					sizeof(guids[g]))) {
				return system->tables[i].data;
			}
		}
	}
	return NULL;
}

enum status platform_survey(const struct smp *smp,
			    struct handoff_platform *platform)
{
	if (platform_bridge_read(PCI_ID) == Q35_ID) {
		platform->chipset = HANDOFF_CHIPSET_Q35;
	}
	if (!platform_smm_locked(smp, platform)) {
		console_decline("the firmware leaves its SMM memory unlocked",
				"Use firmware with SMM protection; with QEMU, "
				"OVMF_CODE_4M.secboot.fd and smm=on.");
		return STATUS_UNSUPPORTED;
	}
	switch (acpi_facts_read(platform_rsdp(), platform)) {
	case STATUS_OK:
		break;
	case STATUS_NOT_FOUND:
		console_decline("ACPI does not say how to power off (\\_S5)",
				"Update the firmware.");
		return STATUS_UNSUPPORTED;
	default:
		console_decline("the ACPI tables are missing or damaged",
				"Update the firmware.");
		return STATUS_UNSUPPORTED;
	}
	if (platform_has_serial()) {
		platform->serial_port = SERIAL_PORT;
	}
	if (x86_in8(DEBUG_PORT) == DEBUG_PORT_VALUE) {
		platform->debug_port = DEBUG_PORT;
	}
	return STATUS_OK;
}

enum status platform_iommus_read(struct handoff_dma *dma)
{
	const uint8_t *table = acpi_find(platform_rsdp(), IOMMU_TABLE);
	enum status status;

	status = table == NULL ? STATUS_OK
			       : ivrs_read(table, acpi_length(table), dma);
	if (status == STATUS_OK && dma->iommu_count == 0) {
		console_say("OpenVBS: no IOMMU (AMD-Vi) is switched on: "
			    "devices will reach all memory.");
	}
	if (status != STATUS_OK) {
		console_decline(status == STATUS_UNSUPPORTED
					? "the machine has several PCI segments"
					: "the firmware's table of IOMMUs "
					  "(IVRS) is damaged or too long",
				"Update the firmware, or switch the IOMMU off "
				"in its setup.");
	}
	return status;
}

bool platform_devices_clash(const struct handoff *handoff)
{
	const uint8_t *table = acpi_find(platform_rsdp(), IOMMU_TABLE);
	uint32_t length = table != NULL ? acpi_length(table) : 0;

	if (table == NULL ||
	    (!ivrs_wants(table, length, handoff->memory_base,
			 handoff->memory_size_bytes) &&
	     !ivrs_wants(table, length, handoff->vtl1.memory_base,
			 handoff->vtl1.memory_size_bytes))) {
		return false;
	}
	console_decline("the firmware wants devices to reach memory that it "
			"gave to us",
			"Update the firmware.");
	return true;
}

void platform_iommus_hide(void)
{
	acpi_hide(platform_rsdp(), IOMMU_TABLE);
}

void platform_sleep_withdraw(void)
{
	unsigned count = acpi_sleep_withdraw(platform_rsdp());

	if (count > 0) {
		console_say("Sleep states withdrawn: %u; power-off stays.",
			    count);
	}
}

void platform_device_add(void)
{
	static const struct efi_guid guid = EFI_GUID_ACPI_TABLE;
	uint64_t size = (uint64_t)(payload_device_end - payload_device_start);
	struct efi_acpi_table *acpi;
	void *interface = NULL;
	uint64_t key = 0;
	efi_status_t status;

	status = boot_state.boot->locate_protocol(&guid, NULL, &interface);
	if (status == EFI_SUCCESS) {
		acpi = interface;
		status = acpi->install(acpi, payload_device_start, size, &key);
	}
	if (status != EFI_SUCCESS) {
		console_say("OpenVBS: Linux cannot find VTL1, as the firmware "
			    "takes no ACPI table (%s).",
			    console_efi_words(status));
	}
}
