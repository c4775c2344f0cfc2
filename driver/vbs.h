/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of openvbs.ko share. main.c binds to the ACPI device; call.c
 * carries VTL calls; node.c is /dev/vbs; status.c is securityfs. The module
 * is in VTL0 and nobody trusts it: it decides nothing.
 */
#ifndef OPENVBS_DRIVER_VBS_H
#define OPENVBS_DRIVER_VBS_H

#ifndef pr_fmt
#define pr_fmt(format) "vbs: " format
#endif

#include <linux/fs.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "abi/service.h"
#include "abi/status.h"
#include "abi/vtl_call.h"

/* --- call.c: VTL calls, from process context on any CPU ------------------- */

/*
 * One crossing into VTL1. STATUS_UNSUPPORTED when no hypervisor is there.
 * `value` may be NULL.
 */
enum status call_once(enum vtl_call call, u64 argument, u64 *value);

/* A page for one message, zeroed; NULL without memory. Free it by the other. */
struct vtl_message *call_page_get(void);
void call_page_put(struct vtl_message *message);

/*
 * Carries a page from call_page_get() to its service and back, however often
 * it is interrupted. 0, -EINTR (the caller is being killed; what VTL1 has
 * begun goes on in the background, its reply is dropped) or another errno of
 * the way there. The service's own status is in the message.
 */
int call_message(struct vtl_message *message);

/*
 * Asks the secure kernel itself: `method` without data, the reply of exactly
 * `bytes` to `reply`. 0 or an errno.
 */
int call_secure_kernel(enum sk_method method, void *reply, size_t bytes);

/* Finishes what cancelled calls have left behind. May sleep. 0 or an errno. */
int call_drain(void);
void call_drain_work(struct work_struct *work);

/* enum status of the way to a service, as a negative errno; 0 for OK. */
int call_errno(enum status status);

/* --- node.c: /dev/vbs ------------------------------------------------------ */

int node_register(void);
void node_unregister(void);

/* --- status.c: /sys/kernel/security/vbs --------------------------------------- */

int status_register(void);
void status_unregister(void);

/* The facts, one line each, into the kernel log. 0 or an errno. */
int status_announce(void);

/* --- state.c ------------------------------------------------------------------- */

/* Runs call_drain(); queued after a call was cancelled. */
extern struct work_struct drain_work;

#define STATUS_FILES 13

/* securityfs: the folder, then its files. NULL while nothing is bound. */
extern struct dentry *status_entries[1 + STATUS_FILES];

#endif
