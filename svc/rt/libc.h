/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of a C library that nettle, hogweed and GMP call, and no
 * other. What reports a failure ends the service; what only a library with an
 * environment needs says that there is none. memcpy and its kin: lib/bytes.h.
 */
#ifndef OPENVBS_SVC_RT_LIBC_H
#define OPENVBS_SVC_RT_LIBC_H

#include <stddef.h>

/* As in ISO C; the bytes come zeroed. Misuse is a crash. */
void *malloc(size_t len_bytes);
void *realloc(void *old, size_t len_bytes);
void free(void *block);
size_t strlen(const char *text);
char *strchr(const char *text, int wanted);

/* There is no environment: NULL. */
char *getenv(const char *name);
char *secure_getenv(const char *name);

/* Complaints before an abort() go nowhere. */
extern void *stderr;
size_t fwrite(const void *from, size_t size, size_t count, void *file);
int __fprintf_chk(void *file, int flag, const char *format, ...);

/* All of these are rt_crash(). */
_Noreturn void abort(void);
_Noreturn int raise(int signal);
_Noreturn void __stack_chk_fail(void);
_Noreturn void __assert_fail(const char *words, const char *file, unsigned line,
			     const char *function);

#endif
