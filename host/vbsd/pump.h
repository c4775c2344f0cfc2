/* SPDX-License-Identifier: MIT */
/*
 * Moves events from VTL1 to the journal and the stored log, in this order:
 *
 *	READ (acknowledging what is on disk) -> journal -> log file, synced
 *
 * so that a crash at any point loses nothing: what is not on disk comes again
 * and may then be in the journal twice. The log file is the memory of what
 * came last. A jump of the sequence, or records that VTL1 dropped, are told
 * as such and counted.
 */
#ifndef OPENVBS_HOST_VBSD_PUMP_H
#define OPENVBS_HOST_VBSD_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/audit.h"
#include "host/libvbs/log.h"
#include "host/libvbs/report.h"

struct pump {
	int device;
	const char *folder;
	struct log *log; /* NULL: to be opened */
	struct audit_key key;
	uint64_t next;	      /* sequence that should come */
	uint64_t journaled;   /* highest one sent in this life */
	uint64_t lost_seen;   /* of batch.lost, what was told */
	bool journal_refuses; /* took not the last entry; the log has it */
	struct report_events events;
	char trouble[160]; /* events.trouble points here or is NULL */
	struct audit_batch batch;
};

void pump_init(struct pump *pump, int device, const char *folder);

/*
 * One READ and what follows from it. Answers how many records of pump->batch
 * are new and stored; 0 when there is nothing, or trouble (pump->events).
 */
size_t pump_turn(struct pump *pump);

void pump_close(struct pump *pump);

#endif
