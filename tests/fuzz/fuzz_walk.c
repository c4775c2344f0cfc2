/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest page walk: VTL0 writes the tables, the roots and the address. No frame
 * that is not its own may be touched, and what is found must be its own.
 */
#include <stdbool.h>
#include <string.h>

#include "hv/core/machine.h"
#include "hv/core/protect.h"
#include "hv/x86/walk.h"
#include "tests/fuzz/fuzz.h"

/* Guest memory: frames 0..15, of which 4 and 5 are the hypervisor's. */
#define FRAMES	  16
#define OWN_FIRST 4
#define OWN_END	  6

static _Alignas(4096) uint8_t memory[FRAMES][PAGE_BYTES];

static bool is_vtl0(uint64_t frame)
{
	return frame < FRAMES && (frame < OWN_FIRST || frame >= OWN_END);
}

bool protect_is_vtl0(gpa_t address, uint64_t len_bytes)
{
	uint64_t last = address.value + len_bytes - 1;

	FUZZ_CHECK(len_bytes > 0 && len_bytes <= PAGE_BYTES);
	return last >= address.value && is_vtl0(address.value >> PAGE_SHIFT) &&
	       is_vtl0(last >> PAGE_SHIFT);
}

void *machine_frame(spa_t frame)
{
	FUZZ_CHECK(frame.value % PAGE_BYTES == 0);
	FUZZ_CHECK(is_vtl0(frame.value >> PAGE_SHIFT));
	return memory[frame.value >> PAGE_SHIFT];
}

/* A frame, an offset in it and what stands there. */
struct poke {
	uint8_t frame;
	uint8_t reserved_zero;
	uint16_t offset;
	uint32_t low;
	uint32_t high;
};

struct input {
	struct walk_root root;
	uint64_t linear;
};

static void check_found(const struct walk_root *root, uint64_t linear)
{
	uint8_t bytes[INT8_MAX];
	unsigned count = linear % (sizeof(bytes) - 1);
	gpa_t address;

	memset(bytes, 0, sizeof(bytes));
	if (walk_translate(root, linear, &address) == STATUS_OK) {
		FUZZ_CHECK(is_vtl0(address.value >> PAGE_SHIFT));
		FUZZ_CHECK(address.value % PAGE_BYTES == linear % PAGE_BYTES);
	}
	FUZZ_CHECK(walk_copy(root, linear, bytes, count) <= count);
	FUZZ_CHECK(bytes[count] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	struct input input;
	struct poke poke;

	if (len_bytes < sizeof(input)) {
		return -1;
	}
	memcpy(&input, data, sizeof(input));
	memset(memory, 0, sizeof(memory));
	for (size_t at = sizeof(input); at + sizeof(poke) <= len_bytes;
	     at += sizeof(poke)) {
		memcpy(&poke, data + at, sizeof(poke));
		memcpy(&memory[poke.frame % FRAMES][poke.offset % 512 * 8],
		       &poke.low, 8);
	}
	check_found(&input.root, input.linear);
	return 0;
}
