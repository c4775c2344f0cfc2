/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers of known chipsets. Intel 3 Series (Q35) host bridge, 5.1
 * (316966); ICH9 LPC bridge, 13.1 (316972). QEMU 7.2 q35 decodes those that
 * the table in config_space.c marks, and its own at F_SMBASE.
 */
#ifndef OPENVBS_HV_CORE_CHIPSET_H
#define OPENVBS_HV_CORE_CHIPSET_H

#define Q35_HOST_DEVICE	  0
#define Q35_HOST_FUNCTION 0
#define Q35_EPBAR	  0x40
#define Q35_MCHBAR	  0x48
#define Q35_EXT_TSEG	  0x50 /* QEMU only */
#define Q35_PCIEXBAR	  0x60
#define Q35_DMIBAR	  0x68
#define Q35_PAM0	  0x90
#define Q35_LAC		  0x97
#define Q35_REMAPBASE	  0x98
#define Q35_REMAPLIMIT	  0x9a
#define Q35_F_SMBASE	  0x9c /* QEMU only */
#define Q35_SMRAM	  0x9d
#define Q35_ESMRAMC	  0x9e
#define Q35_TOM		  0xa0
#define Q35_TOUUD	  0xa2
#define Q35_GBSM	  0xa4
#define Q35_TSEGMB	  0xac
#define Q35_TOLUD	  0xb0

/* QEMU's configuration device: a write here starts DMA past any IOMMU. */
#define FW_CFG_DMA_PORT	 0x514u
#define FW_CFG_DMA_BYTES 8u
/* QEMU's kvmvapic: a write here patches memory at addresses of VTL0's. */
#define VAPIC_PORT  0x7eu
#define VAPIC_BYTES 2u

#define ICH9_LPC_DEVICE	  31
#define ICH9_LPC_FUNCTION 0
#define ICH9_PMBASE	  0x40
#define ICH9_ACPI_CNTL	  0x44
#define ICH9_GEN_PMCON_1  0xa0
#define ICH9_RCBA	  0xf0

#endif
