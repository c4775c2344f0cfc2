/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a service sees of its runtime. It defines one rt_service; the runtime
 * enters it by messages (abi/service.h) and looks the method up in its table.
 */
#ifndef OPENVBS_SVC_RT_RT_H
#define OPENVBS_SVC_RT_RT_H

#include <stddef.h>
#include <stdint.h>

#include "abi/service.h"
#include "abi/status.h"

/* Who may call a method. */
#define RT_FROM_VTL0	1u
#define RT_FROM_KERNEL	2u
#define RT_FROM_SERVICE 4u

/*
 * A handler finds the request in buffer->data and leaves the reply there,
 * with its length in buffer->bytes, at most buffer->bytes_max. Nobody else
 * writes the buffer meanwhile. On a failure nothing of it goes back.
 */
typedef enum status (*rt_handler_t)(struct service_buffer *buffer);

struct rt_method {
	uint32_t number;
	uint32_t from;	  /* RT_FROM_* */
	uint32_t in_min;  /* bytes of a request */
	uint32_t in_max;  /* equal to in_min: exactly so many */
	uint32_t out_min; /* bytes that the caller must take */
	rt_handler_t handle;
};

struct rt_service {
	const struct rt_method *method;
	uint32_t method_count;
	/* Once, before any method; heap and random numbers are there. */
	enum status (*start)(const struct service_start *start);
};

extern const struct rt_service rt_service;

/* RT_FROM_* of a message. */
uint32_t rt_caller(const struct service_buffer *buffer);

/*
 * Finds the method's row, checks caller and lengths, calls the handler.
 * STATUS_NOT_FOUND: no such method. STATUS_DENIED: not for this caller.
 * STATUS_INVALID: a request of another length. STATUS_NO_SPACE: the caller
 * takes too little. Else the handler's. buffer->bytes is the reply's.
 */
enum status rt_dispatch(const struct rt_service *service, uint64_t method,
			struct service_buffer *buffer);

/* Random bytes, in the form that hogweed asks for; `unused` may be NULL. */
void rt_random(void *unused, size_t len_bytes, uint8_t *to);

/* Time-stamp counter. */
static inline uint64_t rt_time(void)
{
	return __builtin_ia32_rdtsc();
}

/* Ends the service by an exception; the secure kernel starts it anew. */
_Noreturn void rt_crash(void);

#endif
