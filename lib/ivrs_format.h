/* SPDX-License-Identifier: MIT */
/*
 * AMD I/O Virtualization Technology (IOMMU) Specification, 48882, 5.2: offsets
 * in bytes. Members are not aligned, so they are read by offset.
 */
#ifndef OPENVBS_LIB_IVRS_FORMAT_H
#define OPENVBS_LIB_IVRS_FORMAT_H

#define IVRS_BLOCKS 48 /* behind the header and IVinfo */

/* Any block. */
#define IVRS_TYPE	 0
#define IVRS_FLAGS	 1
#define IVRS_LENGTH	 2
#define IVRS_BYTES_LEAST 4

/* 5.2.2.1: IVHD, one IOMMU. */
#define IVHD_TYPE_10	   0x10
#define IVHD_TYPE_11	   0x11
#define IVHD_TYPE_40	   0x40
#define IVHD_FUNCTION	   4
#define IVHD_BASE	   8
#define IVHD_SEGMENT	   16
#define IVHD_DEVICES_10	   24
#define IVHD_DEVICES_LATER 40

/* 5.2.2.2 to 5.2.2.8: device entries; bits 7:6 of the type give the size. */
#define DEVICE_TYPE	      0
#define DEVICE_ID	      1
#define DEVICE_SETTING	      3
#define DEVICE_SETTING_KEPT   0x30 /* system management range: amd.c */
#define DEVICE_BYTES(type)    (4u << ((type) >> 6))
#define DEVICE_ALL	      1
#define DEVICE_SELECT	      2
#define DEVICE_RANGE	      3
#define DEVICE_RANGE_END      4
#define DEVICE_ALIAS	      0x42 /* the setting is for the alias */
#define DEVICE_ALIAS_RANGE    0x43
#define DEVICE_ALIAS_ID	      5
#define DEVICE_EXTENDED	      0x46
#define DEVICE_EXTENDED_RANGE 0x47
#define DEVICE_SPECIAL	      0x48
#define DEVICE_SPECIAL_ID     5
#define DEVICE_NAMED	      0xf0 /* its size is at the end */
#define DEVICE_NAMED_BYTES    22
#define DEVICE_NAMED_EXTRA    21

/* 5.2.3: IVMD, memory that devices reach whatever else. */
#define IVMD_TYPE_FIRST 0x20
#define IVMD_TYPE_LAST	0x22
#define IVMD_START	16
#define IVMD_BYTES	24
#define IVMD_LENGTH	32

#endif
