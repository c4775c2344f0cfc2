/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Methods of SERVICE_ECHO, which is in the test image only. All from VTL0; a
 * request is struct echo_request unless said otherwise.
 */
#ifndef OPENVBS_SVC_ECHO_ECHO_H
#define OPENVBS_SVC_ECHO_ECHO_H

#include <stdint.h>

/*
 * ECHO     request: bytes; reply: the same bytes
 * NULL     nothing, and no reply: what a call into a service costs
 * SPIN     computes `a` rounds
 * CRASH    `a`: enum echo_crash
 * READ     reply: the 8 bytes at address `a`
 * CALL     SERVICE_CALL of service `a`, method `b`; reply: its 64-bit result,
 *          then the callee's 64-bit status
 * EVENTS   `a` events of kind `b`, numbered in their a
 * CANARY   fills memory with numbers that follow from `a`: ECHO_CANARY_*
 * COUNT    how many messages this incarnation has had: 64 bits
 */
enum echo_method {
	ECHO_METHOD_ECHO = 1,
	ECHO_METHOD_NULL = 2,
	ECHO_METHOD_SPIN = 3,
	ECHO_METHOD_CRASH = 4,
	ECHO_METHOD_READ = 5,
	ECHO_METHOD_CALL = 6,
	ECHO_METHOD_EVENTS = 7,
	ECHO_METHOD_COUNT = 8,
	ECHO_METHOD_CANARY = 9,
};

enum echo_crash {
	ECHO_CRASH_NULL = 0,	/* reads address 0 */
	ECHO_CRASH_TEXT = 1,	/* writes to its own code */
	ECHO_CRASH_STACK = 2,	/* executes its stack */
	ECHO_CRASH_RING0 = 3,	/* HLT */
	ECHO_CRASH_DEEP = 4,	/* overflows its stack */
	ECHO_CRASH_SYSCALL = 5, /* a system call of no number */
	ECHO_CRASH_CANARY = 6,	/* writes to the canary page */
};

/* The n-th: (s ^ s >> 30) * FACTOR, s = a + n * STEP, n from 1. Four pages. */
#define ECHO_CANARIES	   2048u
#define ECHO_CANARY_STEP   UINT64_C(0x9e3779b97f4a7c15)
#define ECHO_CANARY_FACTOR UINT64_C(0xbf58476d1ce4e5b9)

#define ECHO_RET 0xc3 /* the instruction, for ECHO_CRASH_STACK */

struct echo_request {
	uint64_t a;
	uint64_t b;
};

#endif
