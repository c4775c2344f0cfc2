/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes of the instruction formats that the decoders understand.
 * APM vol. 3, 1.1 (formats), 1.2 (prefixes), 1.4 (ModRM, SIB), A (maps).
 */
#ifndef OPENVBS_HV_X86_OPCODE_H
#define OPENVBS_HV_X86_OPCODE_H

#include "lib/field.h"

/* Legacy prefixes, APM vol. 3, table 1-1. */
#define PREFIX_OPERAND_SIZE 0x66
#define PREFIX_ADDRESS_SIZE 0x67
#define PREFIX_CS	    0x2e
#define PREFIX_SS	    0x36
#define PREFIX_DS	    0x3e
#define PREFIX_ES	    0x26
#define PREFIX_FS	    0x64
#define PREFIX_GS	    0x65
#define PREFIX_LOCK	    0xf0
#define PREFIX_REPNE	    0xf2
#define PREFIX_REP	    0xf3

/* REX: APM vol. 3, 1.2.7. */
#define REX_MASK 0xf0
#define REX	 0x40
#define REX_W	 0x08
#define REX_R	 0x04
#define REX_X	 0x02
#define REX_B	 0x01

/* Opcodes, APM vol. 3, tables. */
#define OPCODE_ESCAPE	      0x0f
#define OPCODE_MOV_RM8_REG8   0x88
#define OPCODE_MOV_RM_REG     0x89
#define OPCODE_MOV_MOFFS8_AL  0xa2
#define OPCODE_MOV_MOFFS_AX   0xa3
#define OPCODE_MOV_RM8_IMM8   0xc6
#define OPCODE_MOV_RM_IMM     0xc7
#define OPCODE_HLT	      0xf4
#define OPCODE_JMP_SHORT      0xeb
#define JMP_TO_HLT	      0xfd /* back over both */
#define OPCODE_ESCAPED_INVD   0x08
#define OPCODE_ESCAPED_MOVNTI 0xc3
#define OPCODE_ESCAPED_GROUP7 0x01 /* ModRM.reg says which */
#define OPCODE_ESCAPED_CLTS   0x06
#define OPCODE_ESCAPED_MOV_CR 0x22
#define OPCODE_ESCAPED_MOV_DR 0x23
#define GROUP7_LGDT	      2
#define GROUP7_LIDT	      3
#define GROUP7_LMSW	      6

/* ModRM and SIB, APM vol. 3, 1.4.1 and 1.4.2. */
#define MODRM_MOD	MASK64(7, 6)
#define MODRM_REG	MASK64(5, 3)
#define MODRM_RM	MASK64(2, 0)
#define MODRM_MOD_DISP0 0
#define MODRM_MOD_DISP8 1
#define MODRM_MOD_DISP	2
#define MODRM_MOD_REG	3
#define MODRM_RM_SIB	4 /* 32- and 64-bit addressing */
#define MODRM_RM_DISP32 5 /* with mod 0 */
#define MODRM_RM_DISP16 6 /* 16-bit addressing, with mod 0 */
#define SIB_BASE	MASK64(2, 0)
#define SIB_BASE_DISP32 5 /* with mod 0 */
#define SIB_INDEX	MASK64(5, 3)
#define SIB_SCALE	MASK64(7, 6)
#define SIB_INDEX_NONE	4

/* General registers in encoding order, APM vol. 3, table 1-9. */
#define REGISTER_RAX	  0
#define REGISTER_HIGH8	  4 /* AH is 4, CH 5, DH 6, BH 7, without REX */
#define REGISTER_EXTENDED 8 /* what REX.R adds */

#endif
