// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VTL calls (abi/vtl_call.h). Called in process context with interrupts on,
 * from any CPU at once: an interrupt that ends a call early is taken by the
 * return to VTL0 itself, and the call is then resumed on whatever CPU this
 * task is by then. One page per message, and nothing of it stays behind.
 */
#include "driver/vbs.h"

#include <asm/alternative.h>
#include <asm/asm.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "abi/vtl.h"

/* How long to leave VTL1 to others before it is asked again. */
#define BUSY_US_MIN 50
#define BUSY_US_MAX 200

/* The crossing itself; a processor that has no hypervisor raises #UD. */
static inline bool cross(u64 *rax, u64 *rdx, u64 r8)
{
	register u64 r8_both asm("r8") = r8;
	u64 rcx = HVCALL_VTL_CALL;
	u64 missing = 1;

	asm volatile(
		"1:\t" ALTERNATIVE(
			"vmcall", "vmmcall",
			X86_FEATURE_VMMCALL) "\n\t"
					     "xorl %k[missing], %k[missing]\n"
					     "2:\n" _ASM_EXTABLE(1b, 2b)
		: "+a"(*rax), "+c"(rcx), "+d"(*rdx),
		  "+r"(r8_both), [missing] "+S"(missing)
		:
		: "r9", "r10", "r11", "memory", "cc");
	return missing == 0;
}

enum status call_once(enum vtl_call call, u64 argument, u64 *value)
{
	u64 rax = 0;
	u64 rdx = call;

	if (!cross(&rax, &rdx, argument)) {
		return STATUS_UNSUPPORTED;
	}
	if (value != NULL) {
		*value = rdx;
	}
	return (enum status)rax;
}

int call_errno(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return 0;
	case STATUS_INVALID:
		return -EINVAL;
	case STATUS_DENIED:
		return -EACCES;
	case STATUS_NOT_FOUND:
		return -ENOENT;
	case STATUS_NO_MEMORY:
		return -ENOMEM;
	case STATUS_NO_SPACE:
		return -ENOSPC;
	case STATUS_UNSUPPORTED:
		return -EOPNOTSUPP;
	case STATUS_CORRUPT:
		return -EBADMSG;
	case STATUS_BUSY:
		return -EBUSY;
	case STATUS_CONFLICT:
		return -EEXIST;
	case STATUS_INTERRUPTED:
		return -EINTR;
	case STATUS_CRASHED:
		return -EREMOTEIO;
	case STATUS_OUTSIDE:
		break; /* no way for a call to end */
	}
	return -EPROTO;
}

struct vtl_message *call_page_get(void)
{
	return (struct vtl_message *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
}

void call_page_put(struct vtl_message *message)
{
	memzero_explicit(message, sizeof(*message));
	free_page((unsigned long)message);
}

/* Gives up a call. Once this returns, VTL1 writes to its page no more. */
static void cancel(u64 handle)
{
	while (call_once(VTL_CALL_CANCEL, handle, NULL) == STATUS_BUSY) {
		usleep_range(BUSY_US_MIN, BUSY_US_MAX);
	}
	queue_work(system_unbound_wq, &drain_work);
}

int call_message(struct vtl_message *message)
{
	enum vtl_call call = VTL_CALL_MESSAGE;
	u64 argument = virt_to_phys(message);
	u64 value;

	for (;;) {
		enum status status = call_once(call, argument, &value);

		if (status == STATUS_INTERRUPTED) {
			call = VTL_CALL_RESUME;
			argument = value;
			cond_resched();
		} else if (status == STATUS_OUTSIDE) {
			/* No service asks for a TPM behind the launch. */
			message->in_bytes = 0;
			call = VTL_CALL_RESUME;
			argument = value;
		} else if (status == STATUS_BUSY) {
			call = VTL_CALL_MESSAGE;
			argument = virt_to_phys(message);
			usleep_range_state(BUSY_US_MIN, BUSY_US_MAX,
					   TASK_KILLABLE);
		} else {
			return call_errno(status);
		}
		if (fatal_signal_pending(current)) {
			if (call == VTL_CALL_RESUME) {
				cancel(argument);
			}
			return -EINTR;
		}
	}
}

int call_secure_kernel(enum sk_method method, void *reply, size_t bytes)
{
	struct vtl_message *message = call_page_get();
	int error;

	if (message == NULL) {
		return -ENOMEM;
	}
	message->version = VTL_MESSAGE_VERSION;
	message->service = SERVICE_SECURE_KERNEL;
	message->method = method;
	message->out_bytes_max = bytes;
	error = call_message(message);
	if (error == 0) {
		error = call_errno(message->status);
	}
	if (error == 0 && message->out_bytes != bytes) {
		error = -EPROTO;
	}
	if (error == 0) {
		memcpy(reply, message->data, bytes);
	}
	call_page_put(message);
	return error;
}

int call_drain(void)
{
	for (;;) {
		enum status status = call_once(VTL_CALL_DRAIN, 0, NULL);

		if (status == STATUS_INTERRUPTED) {
			cond_resched();
		} else if (status == STATUS_BUSY) {
			usleep_range(BUSY_US_MIN, BUSY_US_MAX);
		} else {
			return call_errno(status);
		}
	}
}

void call_drain_work(struct work_struct *work)
{
	int error = call_drain();

	if (error != 0) {
		pr_warn("cancelled calls are left unfinished: error %d\n",
			error);
	}
}
