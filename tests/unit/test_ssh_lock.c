/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ssh agent's lock: only its passphrase opens it, wrong tries make the
 * next one wait, and longer each time; nothing of it stays when it is open.
 *
 * Links: host/ssh-agent/lock.c
 * Libs: -lnettle
 */
#include "host/ssh-agent/lock.h"

#include <string.h>

#include "tests/unit/unit.h"

static struct der_bytes text(const char *text)
{
	return (struct der_bytes){(const uint8_t *)text, strlen(text)};
}

static void only_its_passphrase(void **unused)
{
	static const struct lock none;
	struct lock lock = {0};

	(void)unused;
	assert_int_equal(lock_unlock(&lock, text("a"), 0), STATUS_CONFLICT);
	assert_int_equal(lock_lock(&lock, text("a")), STATUS_OK);
	assert_int_equal(lock_lock(&lock, text("b")), STATUS_CONFLICT);
	assert_int_equal(lock_unlock(&lock, text("b"), 0), STATUS_DENIED);
	assert_int_equal(lock_unlock(&lock, text(""), LOCK_WAIT_MS),
			 STATUS_DENIED);
	assert_true(lock.locked);
	assert_int_equal(lock_unlock(&lock, text("a"), LOCK_WAIT_MAX_MS),
			 STATUS_OK);
	assert_memory_equal(&lock, &none, sizeof(lock));
}

static void wrong_tries_wait(void **unused)
{
	struct lock lock = {0};
	int64_t now_ms = 0, wait_ms = LOCK_WAIT_MS;

	(void)unused;
	assert_int_equal(lock_lock(&lock, text("a")), STATUS_OK);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(lock_unlock(&lock, text("b"), now_ms),
				 STATUS_DENIED);
		now_ms += wait_ms - 1;
		assert_int_equal(lock_unlock(&lock, text("a"), now_ms),
				 STATUS_BUSY); /* right, but too soon */
		now_ms++;
		wait_ms = wait_ms * 2 < LOCK_WAIT_MAX_MS ? wait_ms * 2
							 : LOCK_WAIT_MAX_MS;
	}
	assert_int_equal(wait_ms, LOCK_WAIT_MAX_MS);
	assert_int_equal(lock_unlock(&lock, text("a"), now_ms), STATUS_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_its_passphrase),
		cmocka_unit_test(wrong_tries_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
