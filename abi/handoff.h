/* SPDX-License-Identifier: MIT */
/*
 * Boot hand-off: what a loader tells the hypervisor. The core knows nothing
 * of UEFI or multiboot; every loader fills this structure.
 *
 * Protocol. The loader places the hypervisor's ELF image at memory_base (it
 * is position independent; the loader applies its relative relocations), and
 * calls the ELF entry point with the System V calling convention:
 *
 *	uint64_t entry(const struct handoff *handoff, uint64_t cpu_index);
 *
 * first once with HANDOFF_PREPARE, which builds every table, may fail, and
 * changes nothing outside the reserved memory; then once on each CPU, with
 * that CPU's index in apic_id[], boot CPU last. That call returns STATUS_OK
 * with the caller already running as VTL0 guest. Any other result leaves the
 * calling CPU as it was. Results are enum status.
 *
 * At every call: long mode, paging identity-mapped, ring 0, interrupts off,
 * at least 16 KiB of stack.
 */
#ifndef OPENVBS_ABI_HANDOFF_H
#define OPENVBS_ABI_HANDOFF_H

#include <stddef.h>
#include <stdint.h>

#define HANDOFF_MAGIC	    UINT64_C(0x444e414853424f56) /* "VOBSHAND" */
#define HANDOFF_VERSION	    3
#define HANDOFF_PREPARE	    UINT64_C(0xffffffffffffffff)
#define HANDOFF_CPUS_MAX    64
#define HANDOFF_ALIGN_BYTES UINT64_C(0x200000)

/*
 * Memory the hypervisor needs behind its image: tables that grow with the
 * CPU's physical width, the IOMMUs' device table, what each CPU has for
 * itself, and pages for splits.
 */
#define HANDOFF_POOL_BYTES    UINT64_C(0xf00000)
#define HANDOFF_PER_CPU_BYTES UINT64_C(0x20000)

/* Where a register lives; kinds are those of ACPI's generic address. */
enum handoff_space {
	HANDOFF_SPACE_NONE = 0,
	HANDOFF_SPACE_MEMORY = 1,
	HANDOFF_SPACE_PORT = 2,
};

struct handoff_register {
	uint64_t address;
	uint32_t space; /* enum handoff_space */
	uint32_t width_bytes;
};

/* Chipsets whose address-decoding registers the hypervisor knows. */
enum handoff_chipset {
	HANDOFF_CHIPSET_UNKNOWN = 0,
	HANDOFF_CHIPSET_Q35 = 1,
};

/*
 * Ways out of the machine, and ways to move memory under it, as ACPI and the
 * chipset describe them.
 */
struct handoff_platform {
	uint64_t ecam_base; /* 0: none. Segment 0, bus 0 first */
	uint32_t ecam_bus_count;
	uint32_t chipset;			  /* enum handoff_chipset */
	struct handoff_register reset;		  /* FADT reset register */
	struct handoff_register sleep_control[2]; /* PM1a_CNT, PM1b_CNT */
	uint32_t reset_value;
	uint32_t s5_type[2];  /* SLP_TYP of \_S5 for PM1a, PM1b */
	uint16_t serial_port; /* for the hypervisor's last words; 0: none */
	uint16_t debug_port;  /* byte-wide debug console; 0: none */
	uint32_t reserved_zero[2];
};

#define HANDOFF_IOMMUS_MAX	    16
#define HANDOFF_DEVICE_SETTINGS_MAX 16

/* One IOMMU: a block of AMD's IVRS table (48882, 5.2.2). */
struct handoff_iommu {
	uint64_t base;	   /* physical, of its registers */
	uint16_t segment;  /* PCI */
	uint16_t function; /* its own: bus, device, function */
	uint8_t flags;	   /* IVHD flags */
	uint8_t reserved_zero[3];
};

/* What the platform asks for these devices: DTE setting of the IVHD entry. */
struct handoff_device_setting {
	uint16_t first;
	uint16_t last;
	uint8_t setting;
	uint8_t reserved_zero;
};

struct handoff_dma {
	uint32_t iommu_count; /* 0: devices reach all memory */
	uint32_t setting_count;
	struct handoff_iommu iommu[HANDOFF_IOMMUS_MAX];
	struct handoff_device_setting setting[HANDOFF_DEVICE_SETTINGS_MAX];
};

/* VTL1 as the loader has placed it: abi/vtl1.h. Addresses of its own space. */
struct handoff_vtl1 {
	uint64_t memory_base; /* reserved for it, HANDOFF_ALIGN_BYTES */
	uint64_t memory_size_bytes;
	uint64_t entry; /* virtual */
	uint64_t stack; /* virtual, of the boot processor */
	uint64_t root;	/* physical, of its page tables */
};

struct handoff {
	uint64_t magic;
	uint32_t version;
	uint32_t size_bytes;	    /* of this structure */
	uint64_t memory_base;	    /* reserved for us, HANDOFF_ALIGN_BYTES */
	uint64_t memory_size_bytes; /* multiple of HANDOFF_ALIGN_BYTES */
	uint64_t image_size_bytes;  /* loaded image, from memory_base */
	struct handoff_platform platform;
	struct handoff_dma dma;
	struct handoff_vtl1 vtl1;
	uint32_t cpu_count;
	uint32_t apic_id[HANDOFF_CPUS_MAX];
	uint32_t reserved_zero;
};

_Static_assert(sizeof(struct handoff_register) == 16, "layout");
_Static_assert(sizeof(struct handoff_platform) == 88, "layout");
_Static_assert(offsetof(struct handoff, platform) == 40, "layout");
_Static_assert(sizeof(struct handoff_iommu) == 16, "layout");
_Static_assert(sizeof(struct handoff_device_setting) == 6, "layout");
_Static_assert(sizeof(struct handoff_dma) == 360, "layout");
_Static_assert(sizeof(struct handoff) == 792, "layout");

#endif
