/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Protocols of the UEFI specification that the loader asks for: see uefi.h. */
#ifndef OPENVBS_BOOT_UEFI_PROTOCOL_H
#define OPENVBS_BOOT_UEFI_PROTOCOL_H

#include "boot/uefi.h"

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
#define EFI_GUID_ACPI_TABLE \
	EFI_GUID(0xffe06bdd, 0x6107, 0x46a6, 0x7bb25a9c7ec5275c)
#define EFI_GUID_RNG EFI_GUID(0x3152bca5, 0xeade, 0x433d, 0x862ec01cdc291f44)
/* What shim installs for the loaders behind it. */
#define EFI_GUID_SHIM_LOCK \
	EFI_GUID(0x605dab50, 0xe046, 0x4300, 0xabb63dd810dd8b23)
#define EFI_GUID_TCG2 EFI_GUID(0x607f766c, 0x7455, 0x42be, 0x930be4d76db2720f)

/* 7.2.7: page attributes, on firmware that enforces them. */
struct efi_memory_attribute {
	void *get;
	void *set;
	efi_status_t(EFIAPI *clear)(struct efi_memory_attribute *self,
				    uint64_t base, uint64_t bytes,
				    uint64_t attributes);
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

/* 13.5: files. */
#define EFI_FILE_READ	UINT64_C(1)
#define EFI_FILE_WRITE	UINT64_C(2)
#define EFI_FILE_CREATE (UINT64_C(1) << 63)

struct efi_file {
	uint64_t revision;
	efi_status_t(EFIAPI *open)(struct efi_file *self,
				   struct efi_file **file,
				   const efi_char_t *name, uint64_t mode,
				   uint64_t attributes);
	efi_status_t(EFIAPI *close)(struct efi_file *self);
	efi_status_t(EFIAPI *delete)(struct efi_file *self); /* and closes */
	efi_status_t(EFIAPI *read)(struct efi_file *self, uint64_t *size_bytes,
				   void *buffer);
	efi_status_t(EFIAPI *write)(struct efi_file *self, uint64_t *size_bytes,
				    const void *buffer);
	void *unused[4];
	efi_status_t(EFIAPI *flush)(struct efi_file *self);
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

/* 20.2: ACPI tables. */
struct efi_acpi_table {
	efi_status_t(EFIAPI *install)(struct efi_acpi_table *self,
				      const void *table, uint64_t bytes,
				      uint64_t *key);
};

/* 37.5: random numbers. */
struct efi_rng {
	void *info;
	efi_status_t(EFIAPI *get)(struct efi_rng *self,
				  const struct efi_guid *algorithm,
				  uint64_t bytes, uint8_t *to);
};

/* TCG EFI Protocol Specification (family 2.0), 6. */
#define EFI_TCG2_EVENT_VERSION 1
#define EFI_TCG2_EV_IPL	       0x0d /* what a loader has to say */

struct efi_tcg2_event {
	uint32_t bytes; /* of all of it */
	uint32_t header_bytes;
	uint16_t header_version;
	uint32_t pcr;
	uint32_t type;
	uint8_t text[]; /* not terminated */
} __attribute__((packed));

#define EFI_TCG2_EVENT_HEADER_BYTES 14

/* TPM 2.0 Library, Part 1, 18: tag, size, code; big-endian. */
#define TPM_SIZE_OFFSET 2
#define TPM_CODE_OFFSET 6

/* Part 3, 22.4: of the SHA-256 bank; which PCRs, the last three bytes say. */
#define TPM_PCR_READ \
	0x80, 1, 0, 0, 0, 20, 0, 0, 1, 0x7e, 0, 0, 0, 1, 0, 0x0b, 3, 0, 0, 0
#define TPM_PCR_READ_SELECT 17
#define TPM_PCR_READ_BYTES  30 /* of the answer, in front of one value */
#define TPM_HASH_BYTES	    32

struct efi_tcg2 {
	void *get_capability;
	void *get_event_log;
	efi_status_t(EFIAPI *hash_log_extend)(struct efi_tcg2 *self,
					      uint64_t flags, uint64_t data,
					      uint64_t data_bytes,
					      struct efi_tcg2_event *event);
	efi_status_t(EFIAPI *submit)(struct efi_tcg2 *self,
				     uint32_t command_bytes,
				     const uint8_t *command,
				     uint32_t response_bytes,
				     uint8_t *response);
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

EFI_LAYOUT(efi_file, read, 32);
EFI_LAYOUT(efi_file, flush, 80);
EFI_LAYOUT(efi_loaded_image, image_bytes, 72);
EFI_LAYOUT(efi_mp, startup_all, 16);
EFI_LAYOUT(efi_tcg2, submit, 24);
EFI_LAYOUT(efi_tcg2_event, text, 18);
_Static_assert(sizeof(struct efi_device_path) == 4, "layout");

#endif
