/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the UEFI specification (2.10) that the loader uses, in its own
 * words: the system table and what hangs on it; uefi_protocol.h has what must
 * be asked for by name. Members nobody calls are named by their count and pinned by offset.
 */
#ifndef OPENVBS_BOOT_UEFI_H
#define OPENVBS_BOOT_UEFI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EFIAPI __attribute__((ms_abi))

typedef uint64_t efi_status_t;
typedef void *efi_handle_t;
typedef uint16_t efi_char_t; /* what u"..." is made of */

struct efi_device_path; /* boot/uefi_protocol.h */

/* Appendix D: status codes. */
#define EFI_ERROR_BIT	       (UINT64_C(1) << 63)
#define EFI_SUCCESS	       UINT64_C(0)
#define EFI_LOAD_ERROR	       (EFI_ERROR_BIT | 1)
#define EFI_UNSUPPORTED	       (EFI_ERROR_BIT | 3)
#define EFI_DEVICE_ERROR       (EFI_ERROR_BIT | 7)
#define EFI_OUT_OF_RESOURCES   (EFI_ERROR_BIT | 9)
#define EFI_NOT_FOUND	       (EFI_ERROR_BIT | 14)
#define EFI_ACCESS_DENIED      (EFI_ERROR_BIT | 15)
#define EFI_ALREADY_STARTED    (EFI_ERROR_BIT | 20)
#define EFI_TIMEOUT	       (EFI_ERROR_BIT | 18)
#define EFI_SECURITY_VIOLATION (EFI_ERROR_BIT | 26)

/* Appendix A: the last two groups are big-endian, the others little-endian. */
struct efi_guid {
	uint32_t a;
	uint16_t b;
	uint16_t c;
	uint64_t d;
};

#define EFI_GUID(a, b, c, d)                  \
	{                                     \
		a, b, c, __builtin_bswap64(d) \
	}
#define EFI_GUID_ACPI_20 \
	EFI_GUID(0x8868e871, 0xe4f1, 0x11d3, 0xbc220080c73c8881)
#define EFI_GUID_ACPI_10 \
	EFI_GUID(0xeb9d2d30, 0x2d88, 0x11d3, 0x9a160090273fc14d)
#define EFI_GUID_GLOBAL_VARIABLE \
	EFI_GUID(0x8be4df61, 0x93ca, 0x11d2, 0xaa0d00e098032b8c)
/* TCG Platform Reset Attack Mitigation 1.10, 4 and 5. */
#define EFI_GUID_MEMORY_OVERWRITE \
	EFI_GUID(0xe20939be, 0x32d4, 0x41be, 0xa150897f85d49829)
#define EFI_GUID_MEMORY_OVERWRITE_LOCK \
	EFI_GUID(0xbb983ccf, 0x151d, 0x40e1, 0xa07b4a17be168292)
/* Ours: vendor of the loader's variables. */
#define EFI_GUID_OPENVBS \
	EFI_GUID(0xe4ea5660, 0x0b0d, 0x462a, 0x8b283075f9065fd3)

/* 7.2: memory. */
#define EFI_PAGE_BYTES UINT64_C(4096)

enum efi_allocate {
	EFI_ALLOCATE_BELOW = 1,
};

enum efi_memory {
	EFI_MEMORY_RESERVED = 0,
	EFI_MEMORY_LOADER_CODE = 1,
	EFI_MEMORY_BOOT_SERVICES_DATA = 4, /* with all between them */
	EFI_MEMORY_CONVENTIONAL = 7,
	EFI_MEMORY_UNUSABLE = 8,
	EFI_MEMORY_ACPI_RECLAIM = 9,
};

struct efi_memory_descriptor {
	uint32_t type; /* enum efi_memory */
	uint64_t base;
	uint64_t virtual_base;
	uint64_t count; /* of EFI_PAGE_BYTES */
	uint64_t attributes;
};

#define EFI_MEMORY_NO_EXECUTE UINT64_C(0x4000)

/* 8.2: variables. */
#define EFI_VARIABLE_NON_VOLATILE 1u
#define EFI_VARIABLE_BOOT_SERVICE 2u
#define EFI_VARIABLE_RUNTIME	  4u

/* 8.5.1: reset. */
enum efi_reset {
	EFI_RESET_COLD,
};

/* 12.4: text output. */
struct efi_text_output {
	void *reset;
	efi_status_t(EFIAPI *output_string)(struct efi_text_output *self,
					    const efi_char_t *text);
};

/* 4.4: boot services. */
struct efi_boot_services {
	uint64_t header[3];
	void *skipped_2[2];
	efi_status_t(EFIAPI *allocate_pages)(enum efi_allocate how,
					     enum efi_memory type,
					     uint64_t count, uint64_t *address);
	efi_status_t(EFIAPI *free_pages)(uint64_t address, uint64_t count);
	efi_status_t(EFIAPI *get_memory_map)(uint64_t *bytes, void *map,
					     uint64_t *key,
					     uint64_t *descriptor_bytes,
					     uint32_t *version);
	void *skipped_11[11];
	efi_status_t(EFIAPI *handle_protocol)(efi_handle_t handle,
					      const struct efi_guid *guid,
					      void **interface);
	void *skipped_5[5];
	efi_status_t(EFIAPI *load_image)(bool boot_policy, efi_handle_t parent,
					 const struct efi_device_path *path,
					 const void *source, uint64_t bytes,
					 efi_handle_t *image);
	efi_status_t(EFIAPI *start_image)(efi_handle_t image,
					  uint64_t *exit_bytes,
					  efi_char_t **exit_data);
	void *exit;
	efi_status_t(EFIAPI *unload_image)(efi_handle_t image);
	void *skipped_2c[2];
	efi_status_t(EFIAPI *stall)(uint64_t microseconds);
	efi_status_t(EFIAPI *set_watchdog)(uint64_t seconds, uint64_t code,
					   uint64_t bytes,
					   const efi_char_t *data);
	void *skipped_7[7];
	efi_status_t(EFIAPI *locate_protocol)(const struct efi_guid *guid,
					      void *registration,
					      void **interface);
};

/* 4.5: runtime services. */
struct efi_runtime_services {
	uint64_t header[3];
	void *skipped_6[6];
	efi_status_t(EFIAPI *get_variable)(const efi_char_t *name,
					   const struct efi_guid *vendor,
					   uint32_t *attributes,
					   uint64_t *bytes, void *data);
	void *skipped_1;
	efi_status_t(EFIAPI *set_variable)(const efi_char_t *name,
					   const struct efi_guid *vendor,
					   uint32_t attributes, uint64_t bytes,
					   const void *data);
	void *skipped_1b;
	void(EFIAPI *reset_system)(enum efi_reset how, efi_status_t status,
				   uint64_t bytes, void *data);
};

/* 4.6: configuration tables. */
struct efi_table {
	struct efi_guid guid;
	void *data;
};

/* 4.3: the system table. */
struct efi_system {
	uint64_t header[3];
	efi_char_t *vendor;
	uint32_t revision;
	void *console_in[2];
	efi_handle_t console_out_handle;
	struct efi_text_output *console_out;
	void *standard_error[2];
	struct efi_runtime_services *runtime;
	struct efi_boot_services *boot;
	uint64_t table_count;
	struct efi_table *tables;
};

#define EFI_LAYOUT(type, member, offset) \
	_Static_assert(offsetof(struct type, member) == (offset), "layout")

EFI_LAYOUT(efi_boot_services, allocate_pages, 40);
EFI_LAYOUT(efi_boot_services, get_memory_map, 56);
EFI_LAYOUT(efi_boot_services, handle_protocol, 152);
EFI_LAYOUT(efi_boot_services, load_image, 200);
EFI_LAYOUT(efi_boot_services, stall, 248);
EFI_LAYOUT(efi_boot_services, locate_protocol, 320);
EFI_LAYOUT(efi_runtime_services, set_variable, 88);
EFI_LAYOUT(efi_runtime_services, reset_system, 104);
EFI_LAYOUT(efi_system, tables, 112);
_Static_assert(sizeof(struct efi_guid) == 16, "layout");
_Static_assert(sizeof(struct efi_memory_descriptor) == 40, "layout");
_Static_assert(sizeof(struct efi_table) == 24, "layout");

#endif
