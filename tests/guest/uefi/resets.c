/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes one door out of the machine at each start: the ways to reset it that
 * need neither a kernel nor a second processor, and losing what the processor
 * itself must read. Started by the loader of the test image after each reset;
 * a variable of the firmware says which door is next, and "resets done" comes
 * when none is left. Whatever comes back from a door is said.
 */
#include <stddef.h>

#include "boot/x86.h"
#include "hv/core/doors.h"
#include "hv/x86/intrinsics.h"
#include "hv/x86/paging.h"
#include "hv/x86/platform.h"
#include "tests/guest/uefi/program.h"

#define NEXT_NAME u"OpenVBSResets"
/* 0xCF9 by the upper byte of a word: system, CPU, full reset. */
#define RESET_CONTROL_WORD 0x0e00u
#define FAST_RESET	   ((uint8_t)(DOOR_FAST_RESET | DOOR_FAST_A20))
/* The local APIC's command register: INIT, asserted, to whoever writes it. */
#define APIC_ICR_LOW 0x300u
#define INIT_TO_SELF 0x44500u
/* An entry of the highest level that firmware leaves free. */
#define ALIAS_SLOT 0x55u
#define ALIAS	   field_put(0, PAGE_PML4_INDEX, ALIAS_SLOT)

struct table_register {
	uint16_t limit;
	const void *base;
} __attribute__((packed));

static void by_reset_control(void)
{
	out8(RESET_CONTROL_PORT, RESET_CONTROL_ARM);
	out8(RESET_CONTROL_PORT, RESET_CONTROL_FULL);
}

static void by_reset_control_in_word(void)
{
	out16(CONFIG_ADDRESS_PORT, RESET_CONTROL_WORD);
}

static void by_keyboard_pulse(void)
{
	out8(KEYBOARD_COMMAND_PORT, KEYBOARD_PULSE_RESET);
}

static void by_keyboard_output_port(void)
{
	out8(DOOR_KEYBOARD_COMMAND, DOOR_COMMAND_OUTPUT);
	out8(DOOR_KEYBOARD_DATA, (uint8_t)~DOOR_OUTPUT_RESET);
}

static void by_port_92(void)
{
	out8(DOOR_SYSTEM_CONTROL, FAST_RESET);
}

static void by_init(void)
{
	*(volatile uint32_t *)(APIC_DEFAULT_ADDRESS + APIC_ICR_LOW) =
		INIT_TO_SELF;
}

static void fault_with_idt(struct table_register idt)
{
	__asm__ volatile("cli; lidt %0; int3" : : "m"(idt) : "memory");
}

static void by_triple_fault(void)
{
	fault_with_idt((struct table_register){0, NULL});
}

/* A frame that VTL0 may not read; firmware maps it like all memory. */
static uint64_t hidden(void)
{
	return test_call(CALL_TEST_BASE);
}

static void lose_cr3(void)
{
	__asm__ volatile("cli; mov %0, %%cr3" : : "r"(hidden()) : "memory");
}

/*
 * Goes on in an alias of all memory, code and stack, and then has the alias's
 * table hidden. Handlers stay readable, but there is no stack to enter them.
 */
static void lose_code(void)
{
	static uint64_t root[PAGE_ENTRIES]
		__attribute__((aligned(EFI_PAGE_BYTES)));
	const uint64_t *now = (const uint64_t *)(cr3_read() & PAGING_ROOT);

	for (unsigned i = 0; i < PAGE_ENTRIES; i++) {
		root[i] = now[i];
	}
	root[ALIAS_SLOT] = root[0];
	__asm__ volatile("cli\n\t"
			 "mov %[root], %%cr3\n\t"
			 "lea 1f(%%rip), %%rax\n\t"
			 "add %[alias], %%rax\n\t"
			 "jmp *%%rax\n"
			 "1:\tadd %[alias], %%rsp\n\t"
			 "mov %[lost], (%[entry])\n\t"
			 "mov %[root], %%cr3\n\t"
			 "hlt"
			 :
			 : [root] "r"(root), [alias] "r"(ALIAS),
			   [entry] "r"(&root[ALIAS_SLOT]),
			   [lost] "r"(hidden() | PAGE_PRESENT | PAGE_WRITABLE)
			 : "rax", "memory");
}

static void lose_idt(void)
{
	fault_with_idt((struct table_register){EFI_PAGE_BYTES - 1,
					       (const void *)hidden()});
}

static void lose_gdt(void)
{
	struct table_register gdt = {EFI_PAGE_BYTES - 1,
				     (const void *)hidden()};

	__asm__ volatile("cli; lgdt %0; int3" : : "m"(gdt) : "memory");
}

/* tests/e2e/test_attacks_power.py judges by the same order. */
static const struct {
	const efi_char_t *name;
	void (*take)(void);
} doors[] = {
	{u"reset control", by_reset_control},
	{u"reset control in a word", by_reset_control_in_word},
	{u"keyboard pulse", by_keyboard_pulse},
	{u"keyboard output port", by_keyboard_output_port},
	{u"port 92", by_port_92},
	{u"INIT to itself", by_init},
	{u"triple fault", by_triple_fault},
	{u"lose CR3", lose_cr3},
	{u"lose code", lose_code},
	{u"lose IDT", lose_idt},
	{u"lose GDT", lose_gdt},
};

#define DOORS (sizeof(doors) / sizeof(doors[0]))

static const struct efi_guid vendor = EFI_GUID_OPENVBS;

static uint8_t next_read(const struct efi_runtime_services *runtime)
{
	uint32_t attributes;
	uint8_t next = 0;
	uint64_t size = sizeof(next);

	runtime->get_variable(NEXT_NAME, &vendor, &attributes, &size, &next);
	return next;
}

static efi_status_t next_write(const struct efi_runtime_services *runtime,
			       uint8_t next)
{
	return runtime->set_variable(NEXT_NAME, &vendor,
				     EFI_VARIABLE_NON_VOLATILE |
					     EFI_VARIABLE_BOOT_SERVICE,
				     sizeof(next), &next);
}

efi_status_t EFIAPI efi_main(efi_handle_t image, struct efi_system *system)
{
	uint8_t next = next_read(system->runtime);

	(void)image;
	if (next >= DOORS) {
		say(system, u"resets done\r\n");
		return EFI_SUCCESS;
	}
	say(system, doors[next].name);
	if (next_write(system->runtime, next + 1) != EFI_SUCCESS) {
		say(system, u": not tried, no variable\r\n");
		return EFI_SUCCESS;
	}
	say(system, u": tried\r\n");
	doors[next].take();
	say(system, doors[next].name);
	say(system, u": no way out\r\n");
	return EFI_SUCCESS;
}
