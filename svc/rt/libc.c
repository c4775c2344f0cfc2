/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the archives ask of a C library. Called by nettle, hogweed and GMP, and
 * by services for memory. Invariant: a failure never returns to a library that
 * does not expect one.
 */
#include "svc/rt/libc.h"

#include "lib/bytes.h"
#include "svc/rt/rt.h"
#include "svc/rt/state.h"

void *stderr;

void *malloc(size_t len_bytes)
{
	enum status status;
	void *block = NULL;

	lock_take(&rt_state.heap_lock);
	status = heap_alloc(&rt_state.heap, len_bytes, &block);
	lock_release(&rt_state.heap_lock);
	if (status == STATUS_CORRUPT) {
		rt_crash();
	}
	return block;
}

void free(void *block)
{
	enum status status;

	if (block == NULL) {
		return;
	}
	lock_take(&rt_state.heap_lock);
	status = heap_free(&rt_state.heap, block);
	lock_release(&rt_state.heap_lock);
	if (status != STATUS_OK) {
		rt_crash();
	}
}

void *realloc(void *old, size_t len_bytes)
{
	enum status status;
	size_t old_bytes;
	void *block;

	if (old == NULL) {
		return malloc(len_bytes);
	}
	lock_take(&rt_state.heap_lock);
	status = heap_bytes(&rt_state.heap, old, &old_bytes);
	lock_release(&rt_state.heap_lock);
	if (status != STATUS_OK) {
		rt_crash();
	}
	if (len_bytes <= old_bytes) {
		return old;
	}
	block = malloc(len_bytes);
	if (block != NULL) {
		memcpy(block, old, old_bytes);
		free(old);
	}
	return block;
}

size_t strlen(const char *text)
{
	size_t count = 0;

	while (text[count] != '\0') {
		count++;
	}
	return count;
}

char *strchr(const char *text, int wanted)
{
	for (; *text != (char)wanted; text++) {
		if (*text == '\0') {
			return NULL;
		}
	}
	return (char *)(uintptr_t)text;
}

char *getenv(const char *name)
{
	(void)name;
	return NULL;
}

char *secure_getenv(const char *name)
{
	return getenv(name);
}

size_t fwrite(const void *from, size_t size, size_t count, void *file)
{
	(void)from;
	(void)size;
	(void)file;
	return count;
}

int __fprintf_chk(void *file, int flag, const char *format, ...)
{
	(void)file;
	(void)flag;
	(void)format;
	return 0;
}

_Noreturn void abort(void)
{
	rt_crash();
}

_Noreturn int raise(int signal)
{
	(void)signal;
	rt_crash();
}

_Noreturn void __stack_chk_fail(void)
{
	rt_crash();
}

_Noreturn void __assert_fail(const char *words, const char *file, unsigned line,
			     const char *function)
{
	(void)words;
	(void)file;
	(void)line;
	(void)function;
	rt_crash();
}
