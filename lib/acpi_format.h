/* SPDX-License-Identifier: MIT */
/*
 * ACPI 6.5, chapter 5 (tables) and 20 (AML): offsets in bytes. Members are
 * not aligned, so they are read by offset.
 */
#ifndef OPENVBS_LIB_ACPI_FORMAT_H
#define OPENVBS_LIB_ACPI_FORMAT_H

/* 5.2.5.3: root system description pointer. */
#define RSDP_SIGNATURE	   "RSD PTR "
#define RSDP_REVISION	   15
#define RSDP_REVISION_XSDT 2
#define RSDP_RSDT	   16
#define RSDP_XSDT	   24
#define RSDP_BYTES_1	   20 /* revision 0; its checksum covers these */
#define RSDP_BYTES_2	   36

/* 5.2.6: header of every other table. */
#define TABLE_LENGTH	   4
#define TABLE_CHECKSUM	   9
#define TABLE_HEADER_BYTES 36
#define TABLE_BYTES_MAX	   0x1000000u /* our own bound */
#define TABLE_HIDDEN	   '-'	      /* first letter, our own */

/* 5.2.9: fixed description table. */
#define FADT_DSDT	  40
#define FADT_PM1A_CONTROL 64
#define FADT_PM1B_CONTROL 68
#define FADT_PM1_LENGTH	  89
#define FADT_FLAGS	  112
#define FADT_FLAG_RESET	  (1u << 10)
#define FADT_RESET	  116
#define FADT_RESET_VALUE  128
#define FADT_X_DSDT	  140
#define FADT_X_PM1A	  172
#define FADT_X_PM1B	  184
#define FADT_BYTES_1	  116 /* the oldest table that we accept */

/* 5.2.3.2: generic address structure. */
#define GAS_SPACE	 0
#define GAS_SPACE_MEMORY 0
#define GAS_SPACE_IO	 1
#define GAS_WIDTH_BITS	 1
#define GAS_ADDRESS	 4
#define GAS_BYTES	 12

/* PCI firmware specification 3.3, 4.1.2: MCFG. */
#define MCFG_ENTRIES	 44
#define MCFG_ENTRY_BYTES 16
#define MCFG_BASE	 0
#define MCFG_SEGMENT	 8
#define MCFG_BUS_LAST	 11

/* 20.2: AML. */
#define AML_ZERO	   0x00
#define AML_ONE		   0x01
#define AML_NAME	   0x08
#define AML_BYTE	   0x0a
#define AML_WORD	   0x0b
#define AML_DWORD	   0x0c
#define AML_PACKAGE	   0x12
#define AML_ROOT	   0x5c
#define AML_LENGTH_SHIFT   6 /* of PkgLeadByte: how many bytes follow */
#define AML_NAME_BYTES	   4
#define AML_SLEEP_TYPE_MAX 7 /* three bits, 4.8.3.2.1 */

#endif
