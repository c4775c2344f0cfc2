/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fake machine under the secure kernel: answers sk/core/machine.h on a PC.
 * VTL1's frames and VTL0's are real memory but few. Ring 3 is an interpreter:
 * a service does what the script says that comes as the message's data, from
 * its first byte, one step a character:
 *
 *	i  an interrupt comes		f  faults
 *	s  a system call of no number	w  replies more than was asked for
 *	e  EVENT			E  EVENT of no kind
 *	x  RANDOM into its buffer	X  RANDOM to where nothing is mapped
 *	p  calls sk_fake.pause		v  RANDOM of too many bytes
 *	cN(...)  CALL to service N, with the inner script as data
 *	dN CALL with an address that is none
 *	lN CALL with more data than a buffer holds
 *	y  RANDOM into its own code
 *	t  OUTSIDE, "ask"; the answer is kept
 *	T  OUTSIDE with a command that is too long
 *	u  OUTSIDE from an address that is none
 *	o  ROOT_SET, what its buffer begins with
 *	r  replies CONFLICT		anything else, or the end: replies OK
 *
 * A reply carries "done", or as much of it as the caller takes. START and PUT
 * have scripts of their own.
 */
#ifndef OPENVBS_TESTS_FAKE_SK_MACHINE_H
#define OPENVBS_TESTS_FAKE_SK_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/audit.h"
#include "abi/service.h"
#include "abi/vtl.h"
#include "abi/vtl1.h"
#include "abi/vtl_call.h"
#include "sk/core/entry.h"
#include "sk/core/machine.h"

#define SK_FAKE_CPUS 4u

/* VTL1's frames, and how many of them are the image's. */
#define SK_FAKE_VTL1_FIRST UINT64_C(0x8000)
#define SK_FAKE_VTL1_COUNT UINT64_C(2048)
#define SK_FAKE_IMAGE	   UINT64_C(16)

/* VTL0's: memory in two runs, a device behind them, the hypervisor's. */
#define SK_FAKE_RAM_FIRST    UINT64_C(0x100)
#define SK_FAKE_RAM_COUNT    UINT64_C(36)
#define SK_FAKE_HIGH_FIRST   UINT64_C(0x400)
#define SK_FAKE_HIGH_COUNT   UINT64_C(4)
#define SK_FAKE_DEVICE_FIRST UINT64_C(0x7000)
#define SK_FAKE_HV_FIRST     UINT64_C(0x9000)

#define SK_FAKE_ECHO	  SERVICE_ECHO
#define SK_FAKE_METHOD	  7u
#define SK_FAKE_TAKEN_MAX 512u
#define SK_FAKE_REGISTERS 32u
#define SK_FAKE_MSR_LSTAR 0xc0000082u

struct sk_fake {
	struct vtl1_boot boot;
	bool rdseed;
	bool rdrand;
	const char *start_script[SERVICE_COUNT];
	const char *put_script;
	void (*pause)(void); /* step p; ring 3 runs meanwhile */

	/* what the hypervisor has to give, then what PUT brought */
	struct event pending[HV_EVENTS_MAX];
	unsigned pending_count;
	uint64_t pending_lost;
	struct event put[SK_FAKE_TAKEN_MAX];
	uint32_t put_source[SK_FAKE_TAKEN_MAX];
	unsigned put_count;

	/* VTL0's registers, as far as they are asked for; CPUs have the same */
	struct hv_register_assoc registers[SK_FAKE_REGISTERS];
	uint32_t register_bad; /* setting this one is refused */
	struct machine_watch watch[SK_FAKE_CPUS];

	unsigned user_runs;
	unsigned deepest;  /* CPUs in ring 3 at once */
	uint64_t last_rax; /* of the last CALL, OUTSIDE, ROOT_SET so far */
	uint8_t answer[8]; /* of the last OUTSIDE */
	uint32_t answer_bytes;
	uint64_t seen_caller;
	uint32_t seen_from;
};

extern struct sk_fake sk_fake;

/* A machine before its start; sk_fake may be changed, then started. */
void sk_fake_reset(void);
enum status sk_fake_start(void);

/* The time-stamp counter, which grows by one each time it is read. */
void sk_fake_time(uint64_t time);

/* The calling thread is this CPU from here on. */
void sk_fake_cpu(uint32_t cpu);

/* VTL0's own rights to one of its frames, and its bytes. */
void sk_fake_rights(uint64_t frame, unsigned rights);
void *sk_fake_page(uint64_t frame);

/* A request in VTL0's first page, or another; then the call. */
struct vtl_message *sk_fake_message(uint64_t frame, uint32_t service,
				    const char *script);
enum status sk_fake_send(uint64_t frame, uint32_t service, const char *script,
			 uint64_t *handle);
enum status sk_fake_call(enum vtl_call call, uint64_t argument,
			 uint64_t *value);

/* RESUME until there is another answer. */
enum status sk_fake_finish(enum status status, uint64_t handle);

/* Sends, and resumes until there is another answer. */
enum status sk_fake_ask(uint64_t frame, uint32_t service, const char *script);

/* A register of VTL0's, to look at or to change. */
union hv_register_value *sk_fake_register(uint32_t name);

/* How many events of a kind PUT has brought. */
unsigned sk_fake_events(enum event_kind kind);

/* Whether everything is at rest: no thread, no window, no slot taken. */
void sk_fake_check_rest(void);

#endif
