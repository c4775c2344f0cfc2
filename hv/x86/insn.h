/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stores that drivers and firmware use on device registers, decoded from
 * the instruction's bytes. The processor gives the address of the access
 * (nested fault) but neither its size nor its value.
 *
 * Understood: MOV r/m,r (88 89), MOV r/m,imm (C6 C7), MOV moffs,rAX (A2 A3),
 * MOVNTI (0F C3), with legacy prefixes and REX. Everything else is
 * STATUS_UNSUPPORTED: nothing else is written to APIC or configuration space
 * by software that we know.
 *
 * And writes of system registers (insn_system.c), of which the processor says
 * that there was one, but not what it would have written.
 */
#ifndef OPENVBS_HV_X86_INSN_H
#define OPENVBS_HV_X86_INSN_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/status.h"

#define INSN_BYTES_MAX 15

enum insn_mode {
	INSN_MODE_16,
	INSN_MODE_32,
	INSN_MODE_64,
};

struct insn_store {
	uint64_t value;	      /* zero-extended */
	uint8_t size_bytes;   /* of the store: 1, 2, 4 or 8 */
	uint8_t length_bytes; /* of the instruction */
};

/*
 * Decodes the instruction at `bytes`, of which `count` were readable.
 * `registers` holds the sixteen general registers in encoding order.
 * STATUS_INVALID: the bytes end inside the instruction.
 */
enum status insn_decode_store(const uint8_t *bytes, unsigned count,
			      enum insn_mode mode, const uint64_t *registers,
			      struct insn_store *store);

enum insn_system_kind {
	INSN_SYSTEM_MOV_CR,
	INSN_SYSTEM_MOV_DR,
	INSN_SYSTEM_LMSW,
	INSN_SYSTEM_CLTS,
	INSN_SYSTEM_LGDT,
	INSN_SYSTEM_LIDT,
};

struct insn_system {
	enum insn_system_kind kind;
	uint8_t length_bytes;
	uint8_t control; /* MOV_CR, MOV_DR: the register's number */
	uint64_t value;	 /* LGDT, LIDT: offset of the operand in DS */
};

/* --- what both decoders are made of: insn.c --------------------------------- */

struct insn_cursor {
	const uint8_t *bytes;
	unsigned count; /* at most INSN_BYTES_MAX */
	unsigned next;	/* beyond count once the bytes have run out */
	uint64_t rip;	/* of the first; insn_decode_system() only */
	enum insn_mode mode;
	uint8_t rex; /* 0: none */
	bool operand_prefix;
	bool address_prefix;
	bool segment_prefix; /* one that counts in this mode */
	bool lock_prefix;
};

/* The next byte, or 0 past the end; insn_ended() tells. */
uint8_t insn_byte(struct insn_cursor *cursor);
uint64_t insn_number(struct insn_cursor *cursor, unsigned size_bytes);
bool insn_ended(const struct insn_cursor *cursor);

/* Eats all prefixes and returns the first opcode byte. */
uint8_t insn_opcode(struct insn_cursor *cursor);

/*
 * MOV CRn (0F 22), MOV DRn (0F 23), LMSW of a register (0F 01 /6), CLTS (0F 06), LGDT and LIDT
 * (0F 01 /2, /3) without a segment prefix; outside 64-bit mode these two with
 * a plain address and a 32-bit operand only. The cursor stands at the first
 * byte; results as above.
 */
enum status insn_decode_system(struct insn_cursor cursor,
			       const uint64_t *registers,
			       struct insn_system *insn);

#endif
