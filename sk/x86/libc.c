/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the archive of nettle asks of a C library, beside lib/bytes.c. Called
 * by nobody of ours. Invariant: what cannot go on stops the machine.
 */
#include "sk/core/machine.h"

void *stderr;

char *getenv(const char *name);
char *secure_getenv(const char *name);
size_t strlen(const char *text);
char *strchr(const char *text, int wanted);
int __fprintf_chk(void *stream, int flag, const char *format, ...);
size_t fwrite(const void *bytes, size_t size, size_t count, void *stream);
_Noreturn void __assert_fail(const char *what, const char *file, unsigned line,
			     const char *function);
_Noreturn void abort(void);

/* Nobody overrides what the processor says of itself. */
char *getenv(const char *name)
{
	(void)name;
	return NULL;
}

char *secure_getenv(const char *name)
{
	return getenv(name);
}

/* Only ever for the words of an override. */
size_t strlen(const char *text)
{
	(void)text;
	return 0;
}

char *strchr(const char *text, int wanted)
{
	(void)text;
	(void)wanted;
	return NULL;
}

int __fprintf_chk(void *stream, int flag, const char *format, ...)
{
	(void)stream;
	(void)flag;
	(void)format;
	return 0;
}

size_t fwrite(const void *bytes, size_t size, size_t count, void *stream)
{
	(void)bytes;
	(void)size;
	(void)stream;
	return count;
}

_Noreturn void __assert_fail(const char *what, const char *file, unsigned line,
			     const char *function)
{
	(void)function;
	machine_stop(file, (int)line, what);
}

_Noreturn void abort(void)
{
	machine_stop(__FILE__, __LINE__, "the library gave up");
}
