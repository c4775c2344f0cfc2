/* SPDX-License-Identifier: MIT */
/*
 * Events: what happened that a person should know. One structure from the
 * hypervisor's ring to the journal. Numbers are never reused; the words go
 * into the docs and the log.
 *
 * `a` and `b` mean what the third column says.
 */
#ifndef OPENVBS_ABI_EVENTS_H
#define OPENVBS_ABI_EVENTS_H

#include <stdint.h>

#define EVENT_LIST(X)                                                          \
	X(LAUNCH, 1, "cpu entered VTL0 (a: APIC id)")                          \
	X(MEMORY_DENIED, 2, "access to protected memory (a: gpa, b: access)")  \
	X(TABLE_DENIED, 3, "page walk through protected memory (a: gpa)")      \
	X(MSR_DENIED, 4, "MSR write refused (a: MSR, b: value)")               \
	X(MSR_DROPPED, 5, "MSR write discarded (a: MSR, b: value)")            \
	X(VIRT_DENIED, 6, "virtualization instruction refused (a: exit code)") \
	X(CONFIG_DENIED, 7, "PCI config write refused (a: address, b: value)") \
	X(PORT_DENIED, 8, "port access refused (a: port, b: value)")           \
	X(SLEEP_DENIED, 9, "sleep state refused (a: port, b: value)")          \
	X(RESET, 10, "machine reset asked for (a: door, b: value)")            \
	X(POWER_OFF, 11, "power off asked for (a: register, b: value)")        \
	X(CPU_INIT, 12, "INIT (a: target APIC id)")                            \
	X(CPU_START, 13, "start-up IPI (a: target APIC id, b: vector)")        \
	X(APIC_DENIED, 14, "APIC access refused (a: gpa, b: value)")           \
	X(MSI_DENIED, 15, "forged interrupt message refused (a: gpa)")         \
	X(EXCEPTION_LOOP, 16, "endless exception delivery (a: vector)")        \
	X(CACHE_DISCARD, 17, "INVD executed as WBINVD (a: rip)")               \
	X(MICROCODE_DROPPED, 18, "microcode load discarded (a: address)")      \
	X(SHUTDOWN, 19, "triple fault (a: rip)")                               \
	X(REPEATED, 20, "an event came again (a: kind, b: times)")             \
	X(PANIC, 21, "hypervisor stopped (a: reason)")                         \
	X(INSTRUCTION_DENIED, 22,                                              \
	  "device access not understood (a: gpa, b: rip)")                     \
	X(VTL1_STARTED, 23, "secure kernel runs (a: CPUs)")                    \
	X(LAUNCHED, 24, "launch calls are closed from here on")                \
	X(SERVICE_STARTED, 25, "service runs (a: service, b: restarts)")       \
	X(SERVICE_CRASHED, 26, "service crashed (a: service, b: vector)")      \
	X(CALL_DENIED, 27, "VTL call refused (a: call, b: argument)")          \
	X(CALLS_BOUND, 28, "too many unfinished VTL calls (a: count)")         \
	X(DRIVER_BOUND, 29, "a driver has bound (a: calls it dropped)")        \
	X(INTERCEPT, 30,                                                       \
	  "VTL1 is asked (a: gpa, MSR or register, b: access or value)")       \
	X(RING_LOST, 31,                                                       \
	  "events of a CPU were overwritten (a: CPU, b: count)")               \
	X(LOG_LOST, 32, "records dropped for want of room (a: count)")         \
	X(INTERCEPT_DENIED, 33,                                                \
	  "VTL1 refused (a: gpa, MSR or register, b: access or value)")        \
	X(VAULT_CREATED, 34, "a vault begins empty (a: epoch)")                \
	X(VAULT_OPENED, 35, "a stored vault is open (a: epoch, b: objects)")   \
	X(BLOB_DENIED, 36, "stored key refused (a: object, b: verdict)")       \
	X(KEY_CREATED, 37, "key made or imported (a: object, b: origin)")      \
	X(KEY_DELETED, 38, "key deleted (a: object)")                          \
	X(KEY_USED, 39, "key used (a: object, b: times since last told)")      \
	X(KEY_DENIED, 40, "key's use refused (a: object, b: reason)")          \
	X(PIN_DENIED, 41, "wrong PIN (a: object, b: tries left)")              \
	X(PIN_SET, 42, "PIN set or changed (a: object, b: role)")              \
	X(TOKEN_CLEARED, 43, "all keys of a token deleted (a: owner)")         \
	X(IOMMU_DENIED, 44,                                                    \
	  "access to an IOMMU refused (a: address, b: value)")                 \
	X(DMA_DENIED, 45, "device access refused (a: device, b: address)")     \
	X(IOMMU_FAULT, 46, "an IOMMU reports an error (a, b: its log entry)")  \
	X(ROOT_MADE, 47, "a root secret made and sealed by the TPM")           \
	X(ROOT_UNSEALED, 48, "the root secret unsealed by the TPM")            \
	X(ROOT_DENIED, 49, "no root secret from the TPM (a: enum root_verdict)")

enum event_kind {
#define EVENT_ENUM(name, number, words) EVENT_##name = number,
	EVENT_LIST(EVENT_ENUM)
#undef EVENT_ENUM
	EVENT_KIND_END = 50,
};

struct event {
	uint64_t number; /* per CPU, from 1, without gaps when written */
	uint64_t time;	 /* time-stamp counter */
	uint32_t kind;	 /* enum event_kind */
	uint32_t cpu;	 /* index of the CPU that saw it */
	uint64_t a;
	uint64_t b;
	uint64_t rip; /* of VTL0 */
};

_Static_assert(sizeof(struct event) == 48, "layout");

#endif
