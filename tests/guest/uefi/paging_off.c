/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the hypervisor's memory right after an exit that an emulator returns
 * from with paging off (see probe.S). A page of its own, read the same way, is
 * the positive control. Started by the loader of the test image.
 */
#include "tests/guest/uefi/probe.h"
#include "tests/guest/uefi/program.h"

#define MARKER		  0x600dbeefu
#define DESCRIPTOR_CODE32 UINT64_C(0x00cf9b000000ffff)
#define DESCRIPTOR_DATA32 UINT64_C(0x00cf93000000ffff)
#define DESCRIPTOR_CODE64 UINT64_C(0x00af9b000000ffff)
#define GATE32		  UINT64_C(0x00008e0000080000)
#define VECTOR_GP	  13

static struct probe probe __attribute__((aligned(16)));
static uint32_t own = MARKER;

static void put_register(uint8_t *to, uint16_t limit, const void *base)
{
	uint64_t address = (uint64_t)base;

	to[0] = (uint8_t)limit;
	to[1] = (uint8_t)(limit >> 8);
	for (unsigned i = 0; i < sizeof(address); i++) {
		to[2 + i] = (uint8_t)(address >> (8 * i));
	}
}

static void prepare(void)
{
	uint64_t handler = (uint64_t)probe_fault;

	probe.gdt[1] = DESCRIPTOR_CODE32;
	probe.gdt[2] = DESCRIPTOR_DATA32;
	probe.gdt[3] = DESCRIPTOR_CODE64;
	probe.idt[VECTOR_GP] =
		GATE32 | (handler & 0xffff) | (handler >> 16 & 0xffff) << 48;
	put_register(probe.gdtr, sizeof(probe.gdt) - 1, probe.gdt);
	put_register(probe.idtr, sizeof(probe.idt) - 1, probe.idt);
}

static void attack(struct efi_system *system, const efi_char_t *name,
		   uint64_t address)
{
	probe.address = (uint32_t)address;
	probe.faulted = 0;
	probe.value = 0;
	probe_run(&probe);
	say(system, name);
	say(system, probe.faulted ? u": refused\r\n" : u": reached\r\n");
}

efi_status_t EFIAPI efi_main(efi_handle_t image, struct efi_system *system)
{
	(void)image;
	prepare();
	attack(system, u"own page", (uint64_t)&own);
	if (probe.value != MARKER) {
		say(system, u"own page: not read\r\n");
	}
	attack(system, u"hypervisor page", test_call(CALL_TEST_BASE));
	say(system, u"probes done\r\n");
	return EFI_SUCCESS;
}
