// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a crossing takes: "vtl_clock CALL ROUNDS", "vtl_clock_message SERVICE
 * METHOD ROUNDS", "vtl_clock_interrupted SERVICE METHOD ROUNDS" and
 * "vtl_clock_hypercall ROUNDS" tell the fewest ticks of the
 * time-stamp counter, which are instructions where the emulator counts them.
 * "vtl_loop MILLISECONDS" calls VTL_CALL_NULL all the
 * time on every CPU and tells how often. Called by main.c
 * for bench/.
 */
#include "attack.h"
#include "vtl.h"

#include <asm/msr.h>
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/sched.h>

#include "hv/x86/call_test.h"

#define LOOP_CALLS 100 /* between two looks at the clock */

static void say_ticks(u64 least, u64 rounds)
{
	say("%llu rounds, least 0x%llx", rounds, least);
}

/* The cheapest of so many crossings, with interrupts off. */
static void clock(void (*cross)(u64 argument), u64 argument, u64 rounds)
{
	u64 least = ~0ULL;
	u64 i;

	for (i = 0; i < rounds; i++) {
		unsigned long flags;
		u64 began;

		local_irq_save(flags);
		began = rdtsc();
		cross(argument);
		least = min(least, rdtsc() - began);
		local_irq_restore(flags);
	}
	say_ticks(least, rounds);
}

static void cross_vtl(u64 call)
{
	u64 value;

	try_vtl(call, 0, &value);
}

static void cross_hypercall(u64 call)
{
	u64 value;

	hypervisor_call(call, 0, 0, &value);
}

void attack_vtl_clock(const struct command *command)
{
	clock(cross_vtl, command_number(command, 1),
	      command_number(command, 2));
}

void attack_vtl_clock_hypercall(const struct command *command)
{
	clock(cross_hypercall, CALL_TEST_BASE, command_number(command, 1));
}

/* Rounds that an interrupt cuts short do not count. */
void attack_vtl_clock_message(const struct command *command)
{
	u64 rounds = command_number(command, 3);
	u64 least = ~0ULL;
	u64 i;

	for (i = 0; i < rounds; i++) {
		u64 began, ticks, value;
		u32 status;

		vtl_compose((u32)command_number(command, 1),
			    (u32)command_number(command, 2), 0);
		began = rdtsc();
		status = try_vtl(VTL_CALL_MESSAGE, vtl_page_address(), &value);
		ticks = rdtsc() - began;
		if (status == STATUS_OK) {
			least = min(least, ticks);
		}
		while (status == STATUS_INTERRUPTED) {
			status = try_vtl(VTL_CALL_RESUME, value, &value);
		}
	}
	say_ticks(least, rounds);
}

/* An interrupt waits from before the call until VTL1 has given way: the most. */
void attack_vtl_clock_interrupted(const struct command *command)
{
	u64 rounds = command_number(command, 3);
	u64 most = 0;
	u64 i;

	for (i = 0; i < rounds; i++) {
		u64 ticks, value;
		u32 status;

		vtl_compose((u32)command_number(command, 1),
			    (u32)command_number(command, 2), 0);
		status = clock_vtl_interrupted(
			VTL_CALL_MESSAGE, vtl_page_address(), &value, &ticks);
		if (status == STATUS_INTERRUPTED) {
			most = max(most, ticks);
		}
		while (status == STATUS_INTERRUPTED) {
			status = try_vtl(VTL_CALL_RESUME, value, &value);
		}
	}
	say("%llu rounds, most 0x%llx", rounds, most);
}

static atomic64_t loop_rounds;
static ktime_t loop_end;

static int loop(void *unused)
{
	u64 rounds = 0;
	u64 value;

	while (ktime_before(ktime_get(), loop_end)) {
		unsigned int i;

		for (i = 0; i < LOOP_CALLS; i++) {
			try_vtl(VTL_CALL_NULL, 0, &value);
		}
		rounds += LOOP_CALLS;
		cond_resched();
	}
	atomic64_add(rounds, &loop_rounds);
	while (!kthread_should_stop()) {
		schedule_timeout_interruptible(1);
	}
	return 0;
}

/* On all CPUs at once. */
void attack_vtl_loop(const struct command *command)
{
	static struct task_struct *tasks[NR_CPUS];
	int cpu;

	atomic64_set(&loop_rounds, 0);
	loop_end = ktime_add_ms(ktime_get(), command_number(command, 1));
	for_each_online_cpu(cpu)
	{
		tasks[cpu] = kthread_run_on_cpu(loop, NULL, cpu, "vtl/%u");
	}
	msleep(command_number(command, 1));
	for_each_online_cpu(cpu)
	{
		if (!IS_ERR(tasks[cpu])) {
			kthread_stop(tasks[cpu]);
		}
	}
	say("0x%llx", (u64)atomic64_read(&loop_rounds));
}
