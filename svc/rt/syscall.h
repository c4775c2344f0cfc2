/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls to the secure kernel, abi/service.h. All general registers but RCX and
 * R11 come back as they were, RAX is the result.
 */
#ifndef OPENVBS_SVC_RT_SYSCALL_H
#define OPENVBS_SVC_RT_SYSCALL_H

#include <stdint.h>

#include "abi/service.h"
#include "abi/status.h"

static inline uint64_t syscall_raw(uint64_t number, uint64_t a, uint64_t b,
				   uint64_t c)
{
	uint64_t result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return result;
}

/* Ends the message; does not come back. */
static inline void syscall_reply(enum status status, uint32_t len_bytes)
{
	syscall_raw(SERVICE_REPLY, status, len_bytes, 0);
}

/* A message to another service, both ways in `buffer`, page-aligned. */
static inline enum status syscall_call(uint32_t service, uint32_t method,
				       struct service_buffer *buffer)
{
	return (enum status)syscall_raw(SERVICE_CALL, service, method,
					(uintptr_t)buffer);
}

/* An event of this service for the log; abi/events.h. */
static inline enum status syscall_event(uint32_t kind, uint64_t a, uint64_t b)
{
	return (enum status)syscall_raw(SERVICE_EVENT, kind, a, b);
}

/* Begins the service's next epoch. */
static inline enum status syscall_epoch(uint64_t next)
{
	return (enum status)syscall_raw(SERVICE_EPOCH, next, 0, 0);
}

/* A TPM's command in `buffer`, page-aligned; then its response. */
static inline enum status syscall_outside(struct service_buffer *buffer)
{
	return (enum status)syscall_raw(SERVICE_OUTSIDE, (uintptr_t)buffer, 0,
					0);
}

/* The root secret, SERVICE_ROOT_BYTES in one page; enum root_verdict. */
static inline enum status syscall_root_set(const uint8_t *secret,
					   uint32_t verdict)
{
	return (enum status)syscall_raw(SERVICE_ROOT_SET, (uintptr_t)secret,
					verdict, 0);
}

/* Fresh random bytes, at most SERVICE_RANDOM_MAX. */
static inline enum status syscall_random(void *to, uint32_t len_bytes)
{
	return (enum status)syscall_raw(SERVICE_RANDOM, (uintptr_t)to,
					len_bytes, 0);
}

#endif
