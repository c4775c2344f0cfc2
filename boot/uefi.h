/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the UEFI specification (2.10) that the loader uses, in its own
 * words. Members nobody calls are named by their count and pinned by offset.
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

/* Appendix D: status codes. */
#define EFI_ERROR_BIT	       (UINT64_C(1) << 63)
#define EFI_SUCCESS	       UINT64_C(0)
#define EFI_LOAD_ERROR	       (EFI_ERROR_BIT | 1)
#define EFI_UNSUPPORTED	       (EFI_ERROR_BIT | 3)
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
#define EFI_GUID_LOADED_IMAGE \
	EFI_GUID(0x5b1b31a1, 0x9562, 0x11d2, 0x8e3f00a0c969723b)
#define EFI_GUID_DEVICE_PATH \
	EFI_GUID(0x09576e91, 0x6d3f, 0x11d2, 0x8e3900a0c969723b)
#define EFI_GUID_FILE_SYSTEM \
	EFI_GUID(0x964e5b22, 0x6459, 0x11d2, 0x8e3900a0c969723b)
#define EFI_GUID_MP_SERVICES \
	EFI_GUID(0x3fdda605, 0xa76e, 0x4f46, 0xad2912f4531b3d08)
#define EFI_GUID_MEMORY_ATTRIBUTE \
	EFI_GUID(0xf4560cf6, 0x40ec, 0x4b4a, 0xa192bf1d57d0b189)
#define EFI_GUID_ACPI_20 \
	EFI_GUID(0x8868e871, 0xe4f1, 0x11d3, 0xbc220080c73c8881)
#define EFI_GUID_ACPI_10 \
	EFI_GUID(0xeb9d2d30, 0x2d88, 0x11d3, 0x9a160090273fc14d)
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
};

#define EFI_MEMORY_NO_EXECUTE UINT64_C(0x4000)

/* 7.2.7: page attributes, on firmware that enforces them. */
struct efi_memory_attribute {
	void *get;
	void *set;
	efi_status_t(EFIAPI *clear)(struct efi_memory_attribute *self,
				    uint64_t base, uint64_t bytes,
				    uint64_t attributes);
};

/* 8.2: variables. */
#define EFI_VARIABLE_BOOT_SERVICE 2u

/* 8.5.1: reset. */
enum efi_reset {
	EFI_RESET_COLD,
};

/* 10.2: device paths. */
struct efi_device_path {
	uint8_t type;
	uint8_t subtype;
	uint8_t length[2]; /* of this node, little-endian */
};

#define EFI_PATH_MEDIA	    4
#define EFI_PATH_MEDIA_FILE 4
#define EFI_PATH_END	    0x7f
#define EFI_PATH_END_ALL    0xff

/* 12.4: text output. */
struct efi_text_output {
	void *reset;
	efi_status_t(EFIAPI *output_string)(struct efi_text_output *self,
					    const efi_char_t *text);
};

/* 13.5: files. */
#define EFI_FILE_READ UINT64_C(1)

struct efi_file {
	uint64_t revision;
	efi_status_t(EFIAPI *open)(struct efi_file *self,
				   struct efi_file **file,
				   const efi_char_t *name, uint64_t mode,
				   uint64_t attributes);
	efi_status_t(EFIAPI *close)(struct efi_file *self);
	void *delete;
	efi_status_t(EFIAPI *read)(struct efi_file *self, uint64_t *size_bytes,
				   void *buffer);
};

struct efi_file_system {
	uint64_t revision;
	efi_status_t(EFIAPI *open_volume)(struct efi_file_system *self,
					  struct efi_file **root);
};

/* 9.1: a loaded image. */
struct efi_loaded_image {
	uint32_t revision;
	efi_handle_t parent;
	void *system;
	efi_handle_t device;
	struct efi_device_path *file_path;
	void *reserved;
	uint32_t load_options_bytes;
	const void *load_options;
	void *image_base;
	uint64_t image_bytes;
};

/* PI 1.7, vol. 2, 13.4: multiprocessor services. */
typedef void(EFIAPI *efi_procedure_t)(void *argument);

struct efi_mp {
	efi_status_t(EFIAPI *count)(struct efi_mp *self, uint64_t *total,
				    uint64_t *enabled);
	void *info;
	efi_status_t(EFIAPI *startup_all)(struct efi_mp *self,
					  efi_procedure_t procedure,
					  bool one_by_one, void *event,
					  uint64_t timeout_us, void *argument,
					  uint64_t **failed);
};

/* 4.4: boot services. */
struct efi_boot_services {
	uint64_t header[3];
	void *skipped_2[2];
	efi_status_t(EFIAPI *allocate_pages)(enum efi_allocate how,
					     enum efi_memory type,
					     uint64_t count, uint64_t *address);
	efi_status_t(EFIAPI *free_pages)(uint64_t address, uint64_t count);
	void *skipped_12[12];
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

EFI_LAYOUT(efi_file, read, 32);
EFI_LAYOUT(efi_loaded_image, image_bytes, 72);
EFI_LAYOUT(efi_mp, startup_all, 16);
EFI_LAYOUT(efi_boot_services, allocate_pages, 40);
EFI_LAYOUT(efi_boot_services, handle_protocol, 152);
EFI_LAYOUT(efi_boot_services, load_image, 200);
EFI_LAYOUT(efi_boot_services, stall, 248);
EFI_LAYOUT(efi_boot_services, locate_protocol, 320);
EFI_LAYOUT(efi_runtime_services, set_variable, 88);
EFI_LAYOUT(efi_runtime_services, reset_system, 104);
EFI_LAYOUT(efi_system, tables, 112);
_Static_assert(sizeof(struct efi_guid) == 16, "layout");
_Static_assert(sizeof(struct efi_device_path) == 4, "layout");
_Static_assert(sizeof(struct efi_table) == 24, "layout");

#endif
