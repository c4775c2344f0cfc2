/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AMD I/O Virtualization Technology (IOMMU) Specification, 48882 rev. 3.09:
 * registers (3.4), device table entries (2.2.2), commands (2.4), event log
 * (2.5).
 */
#ifndef OPENVBS_HV_IOMMU_AMD_FORMAT_H
#define OPENVBS_HV_IOMMU_AMD_FORMAT_H

#include "lib/field.h"

/* 3.4: registers, by their offsets. */
#define AMD_REGISTERS_BYTES	    UINT64_C(0x4000)
#define AMD_REGISTERS_COUNTER_BYTES UINT64_C(0x80000) /* with counters */
#define AMD_DEVICE_TABLE	    0x00u
#define AMD_COMMAND_BASE	    0x08u
#define AMD_EVENT_BASE		    0x10u
#define AMD_CONTROL		    0x18u
#define AMD_EXCLUSION_BASE	    0x20u
#define AMD_EXCLUSION_LIMIT	    0x28u
#define AMD_EXCLUSION_ENABLE	    BIT64(0)
#define AMD_FEATURES		    0x30u
#define AMD_COMMAND_HEAD	    0x2000u
#define AMD_COMMAND_TAIL	    0x2008u
#define AMD_EVENT_HEAD		    0x2010u
#define AMD_EVENT_TAIL		    0x2018u
#define AMD_STATUS		    0x2020u

/* Sizes: pages of the device table less one; exponent of the rings' entries. */
#define AMD_DEVICE_TABLE_SIZE MASK64(8, 0)
#define AMD_RING_LENGTH	      MASK64(59, 56)

#define AMD_CONTROL_ENABLE	    BIT64(0)
#define AMD_CONTROL_EVENT_LOG	    BIT64(2)
#define AMD_CONTROL_INVALID_TIMEOUT MASK64(7, 5) /* kept as it is */
#define AMD_CONTROL_COHERENT	    BIT64(10)
#define AMD_CONTROL_COMMANDS	    BIT64(12)
#define AMD_CONTROL_NEEDED	    (AMD_CONTROL_ENABLE | AMD_CONTROL_COMMANDS)
#define AMD_CONTROL_SEGMENTS	    MASK64(36, 34) /* of the device table */

/* IVHD flags (5.2.2.1) and the control bits that they ask for. */
#define AMD_IVHD_HT_TUNNEL	BIT64(0)
#define AMD_IVHD_PASS_PW	BIT64(1)
#define AMD_IVHD_RES_PASS_PW	BIT64(2)
#define AMD_IVHD_ISOCHRONOUS	BIT64(3)
#define AMD_CONTROL_HT_TUNNEL	BIT64(1)
#define AMD_CONTROL_PASS_PW	BIT64(8)
#define AMD_CONTROL_RES_PASS_PW BIT64(9)
#define AMD_CONTROL_ISOCHRONOUS BIT64(11)

#define AMD_FEATURE_INVALIDATE_ALL BIT64(6)
#define AMD_FEATURE_COUNTERS	   BIT64(9)

#define AMD_STATUS_EVENT_OVERFLOW BIT64(0) /* written 1: cleared */
#define AMD_STATUS_EVENTS_RUN	  BIT64(3)
#define AMD_STATUS_COMMANDS_RUN	  BIT64(4)

/* 2.2.2: a device table entry is four of these words. */
#define AMD_DEVICE_WORDS     4u
#define AMD_DEVICES	     0x10000u
#define AMD_DTE_VALID	     BIT64(0)
#define AMD_DTE_TRANSLATED   BIT64(1)
#define AMD_DTE_LEVELS	     MASK64(11, 9)
#define AMD_DTE_ROOT	     MASK64(51, 12)
#define AMD_DTE_READ	     BIT64(61)
#define AMD_DTE_WRITE	     BIT64(62)
#define AMD_DTE1_DOMAIN	     MASK64(15, 0)
#define AMD_DTE1_SYSTEM	     MASK64(41, 40) /* system management range */
#define AMD_SETTING_SYSTEM   MASK64(5, 4)   /* in IVHD's DTE setting */
#define AMD_TRANSLATE_LEVELS 4

/* 2.4: commands, of two words. */
#define AMD_COMMAND_BYTES	  16u
#define AMD_COMMAND_OPERATION	  MASK64(63, 60)
#define AMD_COMPLETION_WAIT	  0x1
#define AMD_INVALIDATE_PAGES	  0x3
#define AMD_INVALIDATE_ALL	  0x8
#define AMD_COMPLETION_STORE	  BIT64(0)
#define AMD_COMPLETION_ADDRESS	  MASK64(51, 3)
#define AMD_INVALIDATE_DOMAIN	  MASK64(47, 32)
#define AMD_INVALIDATE_SIZE	  BIT64(0)
#define AMD_INVALIDATE_DIRECTORY  BIT64(1)
#define AMD_INVALIDATE_EVERYTHING MASK64(62, 12) /* with SIZE: all pages */

/* 2.5: event log entries, of two words. */
#define AMD_EVENT_BYTES	    16u
#define AMD_EVENT_DEVICE    MASK64(15, 0)
#define AMD_EVENT_CODE	    MASK64(63, 60)
#define AMD_EVENT_PAGE	    0x2 /* IO_PAGE_FAULT */
#define AMD_EVENT_INTERRUPT BIT64(51)

#endif
