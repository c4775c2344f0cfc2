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

#endif
