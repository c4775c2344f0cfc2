/* SPDX-License-Identifier: MIT */
/*
 * The status model: what is known of this machine's protection goes in, one
 * JSON document comes out, which says how well the machine is protected and
 * why not better. vbsd makes it for its callers, vbsctl by itself when vbsd
 * does not run; the text for people is printed from the document.
 *
 *	level		"enforced", "degraded", "off"
 *	vbs		"running", "not running"
 *	reason		why it does not run, and `remedy`
 *	openvbs, cpus	version, processors of VTL1
 *	services	{configured: [...], running: [...]}
 *	properties	{required: [...], available: [...]}
 *	kernel_integrity, dma	"off", "unprotected", ...
 *	policy		{digest, serial, features: {NAME: mode}}
 *	features_present {NAME: whether this machine has it now}
 *	events		{stored, lost, gaps}, or null without vbsd
 *	problems	[{what, reason, remedy}]: each makes it degraded
 */
#ifndef OPENVBS_HOST_LIBVBS_REPORT_H
#define OPENVBS_HOST_LIBVBS_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "host/libvbs/facts.h"
#include "host/libvbs/vtl1.h"

/* How vbsd's collection of events does. */
struct report_events {
	uint64_t stored;     /* highest sequence on disk */
	uint64_t lost;	     /* dropped by VTL1 for want of room */
	uint64_t gaps;	     /* times that the sequence jumped */
	const char *trouble; /* what keeps it from collecting, or NULL */
};

struct report_input {
	const struct vtl1 *vtl1; /* NULL: does not answer, and why: */
	const char *reason;
	const char *remedy;
	const struct facts *facts;
	const struct report_events *events; /* NULL: nobody collects */
	bool vault_lost; /* stored keys did not open; only vbsd can tell */
};

enum report_level {
	REPORT_ENFORCED = 0, /* also the exit codes of `vbsctl status` */
	REPORT_DEGRADED = 1,
	REPORT_OFF = 2,
};

/* NULL only for want of memory. */
json_t *report_make(const struct report_input *input);

/* REPORT_OFF also for what is no report. */
enum report_level report_level(const json_t *report);

/* For people. Members that are missing are left out. */
void report_print(const json_t *report, FILE *to);

#endif
