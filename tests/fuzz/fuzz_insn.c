/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Store decoder: VTL0 chooses every byte of the instruction and every
 * register. Whatever it takes must make sense, and a decoded instruction
 * must decode alike without the bytes behind it.
 */
#include <stdlib.h>
#include <string.h>

#include "hv/x86/insn.h"
#include "tests/fuzz/fuzz.h"

static void check_store(const struct insn_store *store, unsigned count)
{
	unsigned size = store->size_bytes;

	FUZZ_CHECK(size == 1 || size == 2 || size == 4 || size == 8);
	FUZZ_CHECK(store->length_bytes > 0 && store->length_bytes <= count);
	FUZZ_CHECK(store->length_bytes <= INSN_BYTES_MAX);
	FUZZ_CHECK(size == 8 || store->value >> (8 * size) == 0);
}

static void check_shorter(const uint8_t *bytes, enum insn_mode mode,
			  const uint64_t *registers,
			  const struct insn_store *store)
{
	struct insn_store again;

	FUZZ_CHECK(insn_decode_store(bytes, store->length_bytes, mode,
				     registers, &again) == STATUS_OK);
	FUZZ_CHECK(again.value == store->value);
	FUZZ_CHECK(again.size_bytes == store->size_bytes);
	FUZZ_CHECK(insn_decode_store(bytes, store->length_bytes - 1u, mode,
				     registers, &again) == STATUS_INVALID);
}

/* Input: one byte of mode, then the instruction. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	uint64_t registers[16];
	struct insn_store store;
	uint8_t *bytes;
	unsigned count;

	if (len_bytes < 1 || len_bytes > 1 + INSN_BYTES_MAX) {
		return -1;
	}
	count = (unsigned)(len_bytes - 1);
	/* On the heap, so that a read behind the end is seen. */
	bytes = malloc(count > 0 ? count : 1);
	FUZZ_CHECK(bytes != NULL);
	memcpy(bytes, data + 1, count);
	for (unsigned i = 0; i < 16; i++) {
		registers[i] = ~UINT64_C(0) / 255 * (0xf0 + i);
	}
	if (insn_decode_store(bytes, count, data[0] % 3, registers, &store) ==
	    STATUS_OK) {
		check_store(&store, count);
		check_shorter(bytes, data[0] % 3, registers, &store);
	}
	free(bytes);
	return 0;
}
