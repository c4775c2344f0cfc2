/* SPDX-License-Identifier: MIT */
/* Events in the system's journal: one MESSAGE_ID for each kind. */
#ifndef OPENVBS_HOST_VBSD_JOURNAL_H
#define OPENVBS_HOST_VBSD_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/audit.h"

/* Kinds of vbsd's own, behind those of abi/events.h. */
#define JOURNAL_GAP  0xfff0u /* records are missing (a: first, b: last) */
#define JOURNAL_LOST 0xfff1u /* VTL1 dropped records (a: how many) */

/* MESSAGE_ID of a kind, 32 hexadecimal digits. */
#define JOURNAL_ID_BYTES 33
void journal_id(uint32_t kind, char id[JOURNAL_ID_BYTES]);

/* As in syslog(3), from 0, the worst. */
int journal_priority(uint32_t kind);

/* False when the journal does not take it. */
bool journal_record(const struct audit_record *record);
bool journal_missing(uint32_t kind, uint64_t a, uint64_t b);

#endif
