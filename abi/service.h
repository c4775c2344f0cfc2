/* SPDX-License-Identifier: MIT */
/*
 * Services of VTL1, and what the secure kernel does for them.
 *
 * A service is a static ELF image at SERVICE_IMAGE_BASE. For each message the
 * secure kernel enters it at its ELF entry, in ring 3, on a stack of its own:
 *
 *	RDI  method		RSI  struct service_buffer *
 *	RSP  16-byte aligned	FS base  a page with a canary at 0x28
 *
 * The same buffer carries the reply. It ends with SERVICE_REPLY. A service
 * that is started, or started again after a crash, gets the method
 * SERVICE_METHOD_START before any other, alone, with its heap zeroed, and a
 * seed (struct service_start) as data, from SERVICE_CALLER_VTL1.
 *
 * Calls to the secure kernel are SYSCALL: RAX the number, RDI, RSI, RDX the
 * arguments, RAX the result (enum status). RCX, R11 are lost.
 */
#ifndef OPENVBS_ABI_SERVICE_H
#define OPENVBS_ABI_SERVICE_H

#include <stdint.h>

/* Services may call those with a smaller number. 0: the secure kernel. */
enum service_id {
	SERVICE_SECURE_KERNEL = 0,
	SERVICE_AUDIT = 1,
	SERVICE_ROOT = 2, /* at launch: the root secret, from the TPM */
	SERVICE_ECHO = 3, /* test image only: computes, crashes, echoes */
	SERVICE_KEYRING = 4,
	SERVICE_COUNT = 5,
};

#define SERVICE_METHOD_START 0u

/*
 * REPLY   RDI enum status, RSI bytes of data. Does not return
 * CALL    RDI service, RSI method, RDX struct service_buffer *: both ways
 * EVENT   RDI kind (abi/events.h), RSI a, RDX b
 * RANDOM  RDI where, RSI bytes, at most SERVICE_RANDOM_MAX
 * EPOCH   RDI the service's next epoch, one more than it is now, which it then
 *         is. While it has none, with a root that outlives the boot, any.
 *         STATUS_CONFLICT: it is none
 * OUTSIDE RDI struct service_buffer *: a TPM's command, then its response,
 *         both by VTL0's hands. STATUS_BUSY: there is none. STATUS_DENIED:
 *         this service may not ask, or is not serving VTL0
 * ROOT_SET RDI where SERVICE_ROOT_BYTES are, RSI enum root_verdict (abi/root.h):
 *         what has become of the root secret, once. STATUS_DENIED: another
 *         service's. STATUS_INVALID: no verdict. STATUS_CONFLICT: it is known,
 *         or the launch is over
 */
enum service_syscall {
	SERVICE_REPLY = 0,
	SERVICE_CALL = 1,
	SERVICE_EVENT = 2,
	SERVICE_RANDOM = 3,
	SERVICE_EPOCH = 4,
	SERVICE_OUTSIDE = 5,
	SERVICE_ROOT_SET = 6,
	SERVICE_SYSCALL_COUNT = 7,
};

#define SERVICE_RANDOM_MAX 64u

#define SERVICE_BUFFER_BYTES 4064u

/* Page-aligned, one page: request in, reply out. */
struct service_buffer {
	uint64_t caller; /* advisory user; all ones: VTL1 itself */
	uint32_t from;	 /* service that calls; SERVICE_SECURE_KERNEL: VTL0 */
	uint32_t bytes;	 /* of data: request's, then reply's */
	uint32_t bytes_max; /* reply's */
	uint32_t status;    /* reply's, enum status; for SERVICE_CALL */
	uint64_t reserved_zero;
	uint8_t data[SERVICE_BUFFER_BYTES];
};

/* With `from` 0: the secure kernel itself, which lets no VTL0 say this. */
#define SERVICE_CALLER_VTL1 UINT64_C(0xffffffffffffffff)

#define SERVICE_SEED_BYTES 48u
#define SERVICE_ROOT_BYTES 32u

/*
 * The root secret is the service's own, and the same at each start for as long
 * as the root lives from which the secure kernel derives it; so is the epoch,
 * which only grows. Zero for a service whose manifest row asks for none.
 */
struct service_start {
	uint8_t seed[SERVICE_SEED_BYTES];
	uint64_t restarts; /* how often it has crashed before */
	uint8_t root[SERVICE_ROOT_BYTES];
	uint64_t epoch;
	uint64_t time_per_second; /* of the time-stamp counter; 0: not known */
	uint64_t root_anchored;	  /* 0: the root lives as long as this boot */
};

/* Where things are in a service's address space. */
#define SERVICE_IMAGE_BASE  UINT64_C(0x400000)
#define SERVICE_HEAP_BASE   UINT64_C(0x10000000)
#define SERVICE_HEAP_BYTES  UINT64_C(0x100000)
#define SERVICE_STACK_BASE  UINT64_C(0x20000000) /* guard pages between */
#define SERVICE_BUFFER_BASE UINT64_C(0x30000000)

/* --- messages to the secure kernel itself (SERVICE_SECURE_KERNEL) ---------- */

enum sk_method {
	SK_METHOD_STATUS = 1,	/* reply: struct sk_status */
	SK_METHOD_SERVICES = 2, /* reply: struct sk_service[] */
	SK_METHOD_POLICY = 3,	/* reply: struct policy (abi/policy.h) */
};

/*
 * Test image only: struct sk_test_restrict; struct sk_test_watch, for the CPU
 * that calls; a service's number (32 bits), which then counts as crashed;
 * struct sk_test_seed. No reply.
 */
#define SK_METHOD_TEST_RESTRICT 256u
#define SK_METHOD_TEST_WATCH	257u
#define SK_METHOD_TEST_CRASH	258u
#define SK_METHOD_TEST_SEED	259u

struct sk_test_restrict {
	uint64_t frame;	 /* number */
	uint64_t rights; /* HV_MAP_GPA_*: what VTL0 keeps */
};

struct sk_test_watch {
	uint64_t control; /* HV_CR_INTERCEPT_*: kept as they are; 0: nothing */
	uint64_t cr0_mask;
	uint64_t cr4_mask;
	uint64_t quiet; /* what is refused is skipped, without #GP */
};

/* What the generator's state is from here on: HMAC_DRBG's, SP 800-90A. */
struct sk_test_seed {
	uint8_t key[64];
	uint8_t value[64];
};

struct sk_status {
	uint32_t version; /* VTL_CALL_INTERFACE */
	uint32_t cpu_count;
	uint32_t facts; /* VTL1_FACT_*, abi/vtl1.h */
	uint32_t service_count;
	uint32_t launched;	/* the launch latch is closed */
	uint32_t random_seeded; /* RANDOM_FROM_* that were there */
	uint32_t root;		/* enum root_verdict, abi/root.h */
	uint32_t reserved_zero;
	uint64_t calls;	      /* VTL calls since boot */
	uint64_t events_lost; /* gaps in the hypervisor's rings */
	uint64_t memory_free_bytes;
	uint8_t policy_digest[32];
	char openvbs_version[32];
};

#define RANDOM_FROM_FIRMWARE 0x1u
#define RANDOM_FROM_RDSEED   0x2u
#define RANDOM_FROM_RDRAND   0x4u

enum sk_service_state {
	SK_SERVICE_STOPPED = 0, /* crashed too often */
	SK_SERVICE_RUNNING = 1,
};

struct sk_service {
	char name[16];
	uint32_t id;
	uint32_t state; /* enum sk_service_state */
	uint64_t calls;
	uint64_t restarts;
};

_Static_assert(sizeof(struct service_buffer) == 4096, "one page");
_Static_assert(sizeof(struct service_start) == 112, "layout");
_Static_assert(sizeof(struct sk_status) == 120, "layout");
_Static_assert(sizeof(struct sk_service) == 40, "layout");

#endif
