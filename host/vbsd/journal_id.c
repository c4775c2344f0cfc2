/* SPDX-License-Identifier: MIT */
/*
 * What the journal and its catalog have in common. The first 28 digits of a
 * MESSAGE_ID are OpenVBS's, drawn at random once; the last 4 are the kind.
 */
#include <stdio.h>
#include <syslog.h>

#include "host/vbsd/journal.h"

#define ID_OURS	  "6c8e0b7f2d514a39bb71e3f9c4a8"
#define KIND_MASK 0xffffu

void journal_id(uint32_t kind, char id[JOURNAL_ID_BYTES])
{
	(void)snprintf(id, JOURNAL_ID_BYTES, "%s%04x", ID_OURS,
		       kind & KIND_MASK);
}

int journal_priority(uint32_t kind)
{
	switch (kind) {
	case EVENT_LAUNCH:
	case EVENT_CPU_INIT:
	case EVENT_CPU_START:
	case EVENT_VTL1_STARTED:
	case EVENT_LAUNCHED:
	case EVENT_SERVICE_STARTED:
	case EVENT_DRIVER_BOUND:
	case EVENT_ROOT_UNSEALED:
		return LOG_INFO;
	case EVENT_ROOT_MADE:
	case EVENT_RESET:
	case EVENT_POWER_OFF:
	case EVENT_SHUTDOWN:
		return LOG_NOTICE;
	case EVENT_PANIC:
	case EVENT_SERVICE_CRASHED:
	case EVENT_RING_LOST:
	case EVENT_LOG_LOST:
	case JOURNAL_GAP:
	case JOURNAL_LOST:
		return LOG_ERR;
	default:
		return LOG_WARNING;
	}
}
