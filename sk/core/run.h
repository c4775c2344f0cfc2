/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running threads through services. All of these may return
 * STATUS_INTERRUPTED, as soon as VTL0 wants the CPU; to be called again then.
 */
#ifndef OPENVBS_SK_CORE_RUN_H
#define OPENVBS_SK_CORE_RUN_H

#include "abi/status.h"
#include "sk/core/service.h"
#include "sk/core/thread.h"

/*
 * Sees to it that a service runs: START is over. STATUS_NOT_FOUND: it stays
 * stopped. STATUS_BUSY: another CPU is at it.
 */
enum status run_start(struct service *service);

/* The same for all that are not, at the end of the launch. */
enum status run_start_all(void);

/* Gives the audit service the events that wait, if it is there. */
enum status run_events(void);

/*
 * Delivers a thread's message to a service, after helping out whoever is in
 * the way. STATUS_NOT_FOUND, STATUS_BUSY.
 */
enum status run_deliver(struct thread *thread, struct service *service);

/* Runs a delivered thread. STATUS_OK: it is done. */
enum status run_thread(struct thread *thread);

/* Runs somebody else's thread, and lets go of it. */
enum status run_other(struct thread *thread);

/* A system call of the thread's top activation, which is entered. */
void syscall_handle(struct thread *thread);

/* Ends the top activation, of which a caller learns this status. */
void run_pop(struct thread *thread, enum status status);

#endif
