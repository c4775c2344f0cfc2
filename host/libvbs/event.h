/* SPDX-License-Identifier: MIT */
/* One record of the event log, for people and for programs. */
#ifndef OPENVBS_HOST_LIBVBS_EVENT_H
#define OPENVBS_HOST_LIBVBS_EVENT_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "abi/audit.h"

/*
 * {sequence, stored, source, event, kind, words, cpu, number, time, a, b, rip};
 * 64-bit values as "0x..."; `stored` in microseconds since 1970.
 */
json_t *event_json(const struct audit_record *record, uint64_t stored_us);

/* One line for people, from what event_json() makes; nothing for less. */
void event_print(const json_t *event, FILE *to);

#endif
