/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers to exceptions and refused instructions. Endless delivery is tried
 * here, as QEMU's emulated processor cannot be brought to it.
 * Links: hv/x86/state.c
 */
#include "hv/core/handlers.h"
#include "hv/core/machine.h"
#include "hv/x86/registers.h"
#include "hv/x86/state.h"
#include "hv/x86/vendor.h"
#include "tests/unit/unit.h"

/* --- what the handlers call ---------------------------------------------- */

static uint32_t event_kind;
static uint64_t event_a;
static unsigned events;

void cpu_event(struct cpu *cpu, const struct exit *exit, uint32_t kind,
	       uint64_t a, uint64_t b)
{
	(void)cpu;
	(void)exit;
	(void)b;
	event_kind = kind;
	event_a = a;
	events++;
}

void vendor_fetch(const struct cpu *cpu, struct vendor_fetch *fetch)
{
	(void)cpu;
	(void)fetch;
	fail();
}

unsigned walk_copy(const struct walk_root *root, uint64_t linear, uint8_t *to,
		   unsigned count)
{
	(void)root;
	(void)linear;
	(void)to;
	(void)count;
	fail();
	return 0;
}

void lock_take(struct lock *lock, struct cpu *cpu)
{
	(void)lock;
	(void)cpu;
}

void lock_release(struct lock *lock)
{
	(void)lock;
}

_Noreturn void machine_panic(const char *file, int line, const char *what)
{
	(void)what;
	_fail(file, line);
	__builtin_unreachable();
}

/* ------------------------------------------------------------------------- */

static struct cpu cpu;

static int reset(void **unused)
{
	(void)unused;
	event_kind = 0;
	event_a = 0;
	events = 0;
	return 0;
}

static void plain_exceptions_go_back(void **unused)
{
	struct exit debug = {.kind = EXIT_EXCEPTION, .vector = VECTOR_DB};
	struct exit align = {.kind = EXIT_EXCEPTION,
			     .vector = VECTOR_AC,
			     .has_error = true,
			     .error = 0};
	struct answer answer = instruction_exception(&cpu, &debug);

	(void)unused;
	assert_int_equal(answer.kind, ANSWER_INJECT);
	assert_int_equal(answer.vector, VECTOR_DB);
	assert_false(answer.has_error);
	answer = instruction_exception(&cpu, &align);
	assert_int_equal(answer.kind, ANSWER_INJECT);
	assert_int_equal(answer.vector, VECTOR_AC);
	assert_true(answer.has_error);
	assert_int_equal(answer.error, 0);
	assert_int_equal(events, 0);
}

/* Each round of an endless delivery is told, and goes on for VTL0. */
static void a_loop_is_told(void **unused)
{
	const uint8_t vectors[] = {VECTOR_DB, VECTOR_AC};

	(void)unused;
	for (unsigned i = 0; i < ARRAY_COUNT(vectors); i++) {
		struct exit exit = {.kind = EXIT_EXCEPTION,
				    .vector = vectors[i],
				    .has_error = vectors[i] == VECTOR_AC,
				    .delivering = true};
		struct answer answer = instruction_exception(&cpu, &exit);

		assert_int_equal(answer.kind, ANSWER_INJECT);
		assert_int_equal(answer.vector, vectors[i]);
		assert_int_equal(event_kind, EVENT_EXCEPTION_LOOP);
		assert_int_equal(event_a, vectors[i]);
		assert_int_equal(events, i + 1);
	}
}

static void virtualization_is_undefined(void **unused)
{
	const uint64_t code = 0x80;
	struct exit exit = {.kind = EXIT_VIRT_INSTRUCTION, .code = code};
	struct answer answer = instruction_virtualization(&cpu, &exit);

	(void)unused;
	assert_int_equal(answer.kind, ANSWER_INJECT);
	assert_int_equal(answer.vector, VECTOR_UD);
	assert_int_equal(event_kind, EVENT_VIRT_DENIED);
	assert_int_equal(event_a, code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(plain_exceptions_go_back, reset),
		cmocka_unit_test_setup(a_loop_is_told, reset),
		cmocka_unit_test_setup(virtualization_is_undefined, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
