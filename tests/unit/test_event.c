/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event ring under a flood: what must survive, and how a loss shows. */
#include <string.h>

#include "hv/core/event.h"
#include "tests/unit/unit.h"

static struct event_ring ring;
static uint64_t cursor;

static int setup(void **unused)
{
	(void)unused;
	memset(&ring, 0, sizeof(ring));
	cursor = 0;
	return 0;
}

static void put(uint32_t kind, uint64_t a, uint64_t b)
{
	event_put(&ring, (struct event){.kind = kind, .a = a, .b = b});
}

static struct event take(void)
{
	struct event event;

	assert_true(event_take(&ring, &cursor, &event));
	return event;
}

static void refuses_unknown_kinds(void **unused)
{
	struct event event;

	(void)unused;
	put(EVENT_KIND_END, 1, 2);
	put(UINT32_MAX, 1, 2);
	assert_int_equal(ring.written, 0);
	assert_false(event_take(&ring, &cursor, &event));
	assert_string_equal(event_name(EVENT_KIND_END), "?");
	assert_string_equal(event_name(UINT32_MAX), "?");
	assert_string_equal(event_name(0), "?");
}

static void every_kind_has_its_name(void **unused)
{
	(void)unused;
	for (uint32_t kind = 1; kind < EVENT_KIND_END; kind++) {
		assert_string_not_equal(event_name(kind), "?");
	}
	assert_string_equal(event_name(EVENT_MSR_DENIED), "MSR_DENIED");
}

/* A harmless one first: its place is free again once it has been read. */
static void place_is_kept_for_the_unread(void **unused)
{
	(void)unused;
	put(EVENT_MSR_DENIED, 1, 0);
	assert_int_equal(take().a, 1);
	event_read(&ring, cursor);
	put(EVENT_MSR_DENIED, 2, 0);
	for (uint64_t i = 0; i < EVENT_RING_SIZE; i++) {
		put(EVENT_PORT_DENIED, i, 0);
	}
	put(EVENT_MSR_DENIED, 3, 0); /* the first that waits keeps it */
	for (uint64_t i = 0; i < EVENT_RING_SIZE; i++) {
		put(EVENT_PORT_DENIED, i, 1);
	}
	assert_int_equal(take().a, 2);
	assert_int_equal(take().a, 0);
	assert_int_equal(take().b, 1);
}

static void numbers_have_no_gaps(void **unused)
{
	struct event event;

	(void)unused;
	put(EVENT_MSR_DENIED, 5, 6);
	put(EVENT_PORT_DENIED, 7, 8);
	event = take();
	assert_int_equal(event.number, 1);
	assert_int_equal(event.kind, EVENT_MSR_DENIED);
	assert_int_equal(event.b, 6);
	assert_int_equal(take().number, 2);
	assert_false(event_take(&ring, &cursor, &event));
	put(EVENT_MSR_DENIED, 9, 9);
	assert_int_equal(take().number, 3);
}

/* Repeats are told at 1, 2, 4, 8: a million takes twenty places. */
static void repeats_are_counted(void **unused)
{
	struct event event;
	uint64_t expected = 1;

	(void)unused;
	for (unsigned i = 0; i <= 1000000; i++) {
		put(EVENT_MEMORY_DENIED, 42, i);
	}
	assert_int_equal(take().b, 0);
	while (event_take(&ring, &cursor, &event)) {
		assert_int_equal(event.kind, EVENT_REPEATED);
		assert_int_equal(event.a, EVENT_MEMORY_DENIED);
		assert_int_equal(event.b, expected);
		expected *= 2;
	}
	assert_int_equal(expected, 1 << 20);
}

/* Another address is another event, and starts a new count. */
static void other_arguments_are_told(void **unused)
{
	(void)unused;
	put(EVENT_MEMORY_DENIED, 1, 0);
	put(EVENT_MEMORY_DENIED, 1, 0);
	put(EVENT_MEMORY_DENIED, 2, 0);
	put(EVENT_MEMORY_DENIED, 2, 0);
	assert_int_equal(take().a, 1);
	assert_int_equal(take().kind, EVENT_REPEATED);
	assert_int_equal(take().a, 2);
	assert_int_equal(take().b, 1);
}

static void flood_keeps_the_first_and_shows_the_loss(void **unused)
{
	struct event event;

	(void)unused;
	put(EVENT_MSR_DENIED, 77, 0);
	for (uint64_t i = 0; i < 3 * EVENT_RING_SIZE; i++) {
		put(EVENT_MEMORY_DENIED, i, 0);
	}
	assert_int_equal(ring.first[EVENT_MSR_DENIED].a, 77);
	assert_int_equal(ring.first[EVENT_MSR_DENIED].number, 1);
	assert_int_equal(ring.first[EVENT_MEMORY_DENIED].a, 0);
	/* The first of each kind comes first, though the ring has lost it. */
	assert_int_equal(take().a, 77);
	event = take();
	assert_int_equal(event.number, 2);
	assert_int_equal(event.kind, EVENT_MEMORY_DENIED);
	for (uint64_t i = 2 * EVENT_RING_SIZE; i < 3 * EVENT_RING_SIZE; i++) {
		event = take();
		assert_int_equal(event.number, i + 2);
		assert_int_equal(event.a, i);
	}
	assert_false(event_take(&ring, &cursor, &event));
}

static void readers_have_their_own_cursors(void **unused)
{
	struct event event;
	uint64_t other = 0;

	(void)unused;
	put(EVENT_MSR_DENIED, 1, 0);
	put(EVENT_MSR_DENIED, 2, 0);
	assert_int_equal(take().a, 1);
	assert_true(event_take(&ring, &other, &event));
	assert_int_equal(event.a, 1);
	assert_int_equal(take().a, 2);
	assert_true(event_take(&ring, &other, &event));
	assert_int_equal(event.a, 2);
	assert_false(event_take(&ring, &other, &event));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(refuses_unknown_kinds, setup),
		cmocka_unit_test_setup(every_kind_has_its_name, setup),
		cmocka_unit_test_setup(numbers_have_no_gaps, setup),
		cmocka_unit_test_setup(repeats_are_counted, setup),
		cmocka_unit_test_setup(other_arguments_are_told, setup),
		cmocka_unit_test_setup(flood_keeps_the_first_and_shows_the_loss,
				       setup),
		cmocka_unit_test_setup(place_is_kept_for_the_unread, setup),
		cmocka_unit_test_setup(readers_have_their_own_cursors, setup),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
