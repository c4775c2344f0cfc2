/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev/vbs for tests of the host programs: VTL1 with its real audit log, in
 * memory that outlives a process, so that the reader can die at each step.
 * Answers host/libvbs/device.h at link time.
 */
#ifndef OPENVBS_TESTS_FAKE_VBS_DEVICE_H
#define OPENVBS_TESTS_FAKE_VBS_DEVICE_H

#include <stdint.h>

#include "abi/policy.h"
#include "abi/service.h"
#include "abi/status.h"
#include "svc/audit/log.h"

#define VBS_FAKE_KILLED 77 /* exit status of a process that was killed */

struct vbs_fake {
	struct audit_log log;
	uint32_t batch_max;  /* records in a reply */
	uint32_t kill_at;    /* steps until the process dies; 0: never */
	enum status failure; /* of all messages, if not STATUS_OK */
	struct sk_status status;
	struct sk_service service;
	struct policy policy;
};

/* Shared memory, made once. */
extern struct vbs_fake *vbs_fake;

/* A new boot: an empty log with its own key. */
void vbs_fake_boot(uint8_t boot);

void vbs_fake_put(uint32_t kind, unsigned count);

/* One step of the process under test, after which it may be dead. */
void vbs_fake_step(void);

#endif
