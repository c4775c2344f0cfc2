/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VTL calls: the input is a list of calls with their arguments, of changes to
 * VTL0's pages and rights between them, and of messages whose data is what
 * ring 3 then does (tests/fake/sk_machine.h). Whatever comes, the secure
 * kernel answers with a status, and all threads can be finished in the end.
 *
 * Links: sk/core sk/core/method_test.c
 * Links: tests/fake/sk_machine.c tests/fake/sk_user.c
 * Links: lib/bytes.c lib/elf.c lib/policy.c
 * Libs: -lnettle
 */
#include <string.h>

#include "abi/vtl.h"
#include "sk/core/state.h"
#include "tests/fake/sk_machine.h"
#include "tests/fuzz/fuzz.h"

#define HANDLES	    8u
#define SCRIPT_MOST 12u

struct input {
	const uint8_t *at;
	const uint8_t *end;
};

static struct state pristine; /* as the start leaves it */
static uint64_t handles[HANDLES];
static struct input *pausing;

static uint64_t take(struct input *input, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes && input->at < input->end; i++) {
		value = value << 8 | *input->at++;
	}
	return value;
}

static void act(struct input *input);

/* A second CPU acts while ring 3 runs on the first; not deeper. */
static void pause(void)
{
	struct input *input = pausing;

	if (input != NULL) {
		pausing = NULL;
		sk_fake_cpu(1);
		act(input);
		sk_fake_cpu(0);
		pausing = input;
	}
}

/* A page of VTL0's, sometimes its neighbour, sometimes anything. */
static uint64_t address(struct input *input)
{
	uint64_t choice = take(input, 1);

	switch (choice % 8) {
	case 0:
		return take(input, 8);
	case 1:
		return (SK_FAKE_RAM_FIRST - 1) * PAGE_BYTES;
	case 2:
		return SK_FAKE_VTL1_FIRST * PAGE_BYTES;
	case 3:
		return SK_FAKE_RAM_FIRST * PAGE_BYTES + take(input, 2);
	default:
		return (SK_FAKE_RAM_FIRST + choice / 8 % 4) * PAGE_BYTES;
	}
}

/* A message that is nearly good: one member may be anything. */
static void write_message(struct input *input)
{
	char script[SCRIPT_MOST + 1] = {0};
	uint64_t page = SK_FAKE_RAM_FIRST + take(input, 1) % 4;
	uint64_t service = take(input, 1) % (SERVICE_COUNT + 1);
	struct vtl_message *message;
	uint64_t flaw = take(input, 1);

	for (unsigned i = 0; i < SCRIPT_MOST; i++) {
		script[i] = (char)take(input, 1);
	}
	message = sk_fake_message(page, (uint32_t)service, script);
	if (flaw < offsetof(struct vtl_message, data)) {
		uint8_t byte = (uint8_t)take(input, 1);

		memcpy((uint8_t *)message + flaw, &byte, 1);
	}
}

static void call(struct input *input)
{
	uint64_t choice = take(input, 1);
	uint64_t number = choice % (VTL_CALL_COUNT + 1);
	uint64_t *handle = &handles[choice / 16 % HANDLES];
	struct vtl_call_frame frame = {.rdx = number, .r9 = ~UINT64_C(0)};

	frame.r8 = number == VTL_CALL_MESSAGE ? address(input) : *handle;
	entry_vtl_call(&frame);
	FUZZ_CHECK(frame.rax <= STATUS_OUTSIDE);
	FUZZ_CHECK(number < VTL_CALL_COUNT || frame.rax == STATUS_UNSUPPORTED);
	if (frame.rax == STATUS_OUTSIDE ||
	    (frame.rax == STATUS_INTERRUPTED && number != VTL_CALL_DRAIN)) {
		*handle = frame.rdx;
	}
}

static void act(struct input *input)
{
	uint64_t choice = take(input, 1);

	switch (choice % 8) {
	case 0:
		sk_fake_rights(SK_FAKE_RAM_FIRST + choice / 8 % 4,
			       (unsigned)take(input, 1) % 16);
		break;
	case 1:
		handles[choice / 8 % HANDLES] = take(input, 8);
		break;
	case 2:
	case 3:
	case 4:
		write_message(input);
		break;
	default:
		call(input);
	}
}

/* After ADOPT, DRAIN comes to an end, and nothing is left. */
static void finish(void)
{
	enum status status;
	unsigned rounds = 0;

	FUZZ_CHECK(sk_fake_call(VTL_CALL_ADOPT, 0, NULL) == STATUS_OK);
	do {
		status = sk_fake_call(VTL_CALL_DRAIN, 0, NULL);
		FUZZ_CHECK(rounds++ < 10000);
	} while (status == STATUS_INTERRUPTED);
	FUZZ_CHECK(status == STATUS_OK);
	sk_fake_check_rest();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	struct input input = {data, data + len_bytes};

	if (pristine.boot.magic == 0) {
		sk_fake_reset();
		sk_fake.pause = pause;
		FUZZ_CHECK(sk_fake_start() == STATUS_OK);
		pristine = state;
	}
	memcpy(&state, &pristine, sizeof(state));
	sk_fake.put_count = 0;
	for (uint64_t i = 0; i < 4; i++) {
		sk_fake_rights(SK_FAKE_RAM_FIRST + i,
			       HV_MAP_GPA_READABLE | HV_MAP_GPA_WRITABLE);
	}
	memset(handles, 0, sizeof(handles));
	pausing = &input;
	while (input.at < input.end) {
		act(&input);
	}
	pausing = NULL;
	finish();
	return 0;
}
