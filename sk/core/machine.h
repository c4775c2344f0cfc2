/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the secure kernel's core asks of the processor and of the hypervisor.
 * sk/x86 answers in VTL1, tests/fake on a PC; the linker checks that both are
 * complete. Everything runs with interrupts off on the calling CPU's stack.
 */
#ifndef OPENVBS_SK_CORE_MACHINE_H
#define OPENVBS_SK_CORE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/events.h"
#include "abi/status.h"
#include "abi/vtl_layout.h"

#define PAGE_SHIFT 12
#define PAGE_BYTES (UINT64_C(1) << PAGE_SHIFT)

/* A frame of VTL1, by number; a frame of VTL0, by number: never mixed. */
typedef struct {
	uint64_t number;
} frame_t;

typedef struct {
	uint64_t number;
} vtl0_frame_t;

/* Index of the calling CPU, below the boot information's cpu_count. */
uint32_t machine_cpu(void);

/* Time-stamp counter. */
uint64_t machine_time(void);

/* The bytes of a frame of VTL1, in the linear map: writable, not executable. */
void *machine_frame(frame_t frame);

/* --- address spaces of services -------------------------------------------- */

#define MAP_READ    1u
#define MAP_WRITE   2u
#define MAP_EXECUTE 4u /* never together with MAP_WRITE */

/* Gives frames for page tables; false when there are none. Zeroed. */
typedef bool (*frame_source_t)(frame_t *frame);

struct space {
	frame_t root;
};

/* An address space with nothing in its user half. STATUS_NO_MEMORY. */
enum status machine_space_create(struct space *space, frame_source_t source);

/*
 * Maps one frame at a page-aligned user address where nothing is yet.
 * STATUS_NO_MEMORY, STATUS_CONFLICT (something is there).
 */
enum status machine_space_map(struct space *space, uint64_t address,
			      frame_t frame, unsigned rights,
			      frame_source_t source);

/*
 * The frame mapped at a user address of a space with these rights; false when
 * there is none. How core reaches a service's memory: never by its address.
 */
bool machine_space_lookup(const struct space *space, uint64_t address,
			  unsigned rights, frame_t *frame);

/* --- ring 3 ----------------------------------------------------------------- */

#define USER_STATE_BYTES 1024u /* FPU and SSE, FXSAVE or XSAVE form */

/* A thread's state while it is not running. All zero but these to begin. */
struct user_state {
	uint64_t rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rip, rflags;
	uint64_t fs_base;
	uint64_t reserved_zero[3];
	uint8_t vector_state[USER_STATE_BYTES] __attribute__((aligned(64)));
};

/* A state that starts at `entry`, with a clean FPU. */
void machine_user_init(struct user_state *state, uint64_t entry, uint64_t stack,
		       uint64_t fs_base);

enum user_exit {
	USER_SYSCALL,	  /* RAX the number; results go to RAX */
	USER_INTERRUPTED, /* VTL0 wants the CPU: leave soon */
	USER_FAULT,	  /* an exception, see struct user_fault */
};

struct user_fault {
	uint64_t vector;
	uint64_t error;
	uint64_t address; /* CR2 of a page fault */
};

/*
 * Runs ring 3 in `space` until one of the above. The first call during a VTL
 * call has VTL0's vector state put aside; machine_vtl_leave() brings it back.
 */
enum user_exit machine_user_run(struct user_state *state,
				const struct space *space,
				struct user_fault *fault);

/* --- VTL0 -------------------------------------------------------------------- */

/* VTL0's own rights to a frame, HV_MAP_GPA_*; 0 when it is not VTL0's. */
unsigned machine_vtl0_rights(vtl0_frame_t frame);

/* VTL0 keeps these of its rights. STATUS_DENIED: not VTL0's, or a device's. */
enum status machine_vtl0_restrict(vtl0_frame_t frame, unsigned rights);

/* What VTL1 watches on the calling CPU. */
struct machine_watch {
	uint64_t control; /* HV_CR_INTERCEPT_* */
	uint64_t cr0_mask;
	uint64_t cr4_mask;
};

void machine_watch(const struct machine_watch *watch);

/*
 * VTL0's registers on the calling CPU, HV_REGISTER_*. Setting is refused where
 * the processor would not take the value.
 */
void machine_vtl0_register(uint32_t name, union hv_register_value *value);
bool machine_vtl0_register_set(uint32_t name,
			       const union hv_register_value *value);

/* The HV_REGISTER_* of an MSR that can be watched; 0: none. */
uint32_t machine_msr_name(uint32_t msr);

/*
 * Maps one frame of VTL0, not executable, into this CPU's window, in place of
 * the last; NULL unmaps it. Only sk/core/window.c calls this, after its checks.
 */
void *machine_window(const vtl0_frame_t *frame);

/*
 * Takes up to `count` events of the hypervisor's, at least HV_EVENTS_MAX;
 * returns how many. `lost` grows by those that were overwritten before. One
 * caller at a time.
 */
unsigned machine_events_take(struct event *to, unsigned count, uint64_t *lost);

/* --- chance ------------------------------------------------------------------ */

/* Random words of the processor; false when it has none or gives none. */
bool machine_rdseed(uint64_t *word);
bool machine_rdrand(uint64_t *word);

/* SHA-512 by the library, with the vector state in order. 64 bytes. */
void machine_sha512(const void *bytes, size_t count, uint8_t digest[64]);
void machine_sha256(const void *bytes, size_t count, uint8_t digest[32]);

/* --- our own bugs ------------------------------------------------------------ */

/* Stops the machine with these words. Never for an act of VTL0's. */
_Noreturn void machine_stop(const char *file, int line, const char *what);

#define CHECK(condition)                                              \
	do {                                                          \
		if (!(condition)) {                                   \
			machine_stop(__FILE__, __LINE__, #condition); \
		}                                                     \
	} while (0)

#endif
