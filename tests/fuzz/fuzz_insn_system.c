/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoder of system instructions: VTL0 chooses every byte and every register.
 * What is decoded must make sense, and decode alike without the bytes behind.
 *
 * Links: hv/x86/insn.c
 */
#include <stdlib.h>
#include <string.h>

#include "hv/x86/insn.h"
#include "tests/fuzz/fuzz.h"

static void check(struct insn_cursor cursor, const uint64_t *registers,
		  const struct insn_system *insn)
{
	struct insn_system again;

	FUZZ_CHECK(insn->length_bytes >= 2);
	FUZZ_CHECK(insn->length_bytes <= cursor.count);
	FUZZ_CHECK(insn->kind <= INSN_SYSTEM_LIDT);
	FUZZ_CHECK(insn->control < 16);
	FUZZ_CHECK(insn->kind == INSN_SYSTEM_MOV_CR ||
		   insn->kind == INSN_SYSTEM_MOV_DR || insn->control == 0);
	FUZZ_CHECK(insn->kind != INSN_SYSTEM_LMSW || insn->value >> 16 == 0);
	FUZZ_CHECK(cursor.mode == INSN_MODE_64 || insn->value >> 32 == 0);
	cursor.count = insn->length_bytes;
	FUZZ_CHECK(insn_decode_system(cursor, registers, &again) == STATUS_OK);
	FUZZ_CHECK(again.value == insn->value && again.kind == insn->kind);
	cursor.count--;
	FUZZ_CHECK(insn_decode_system(cursor, registers, &again) ==
		   STATUS_INVALID);
}

/* Input: one byte of mode, then the instruction. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	struct insn_cursor cursor = {.rip = ~UINT64_C(0) / 255 * 0xfe};
	struct insn_system insn;
	uint64_t registers[16];
	uint8_t *bytes;

	if (len_bytes < 1 || len_bytes > 1 + INSN_BYTES_MAX) {
		return -1;
	}
	cursor.count = (unsigned)(len_bytes - 1);
	/* On the heap, so that a read behind the end is seen. */
	bytes = malloc(cursor.count > 0 ? cursor.count : 1);
	FUZZ_CHECK(bytes != NULL);
	memcpy(bytes, data + 1, cursor.count);
	for (unsigned i = 0; i < 16; i++) {
		registers[i] = ~UINT64_C(0) / 255 * (0xf0 + i);
	}
	cursor.bytes = bytes;
	cursor.mode = data[0] % 3;
	if (insn_decode_system(cursor, registers, &insn) == STATUS_OK) {
		check(cursor, registers, &insn);
	}
	free(bytes);
	return 0;
}
