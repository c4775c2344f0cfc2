/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An event log from end to end, for tests of its writer and its verifier: the
 * audit service's log in memory, the writer's file in a folder of its own.
 */
#ifndef OPENVBS_TESTS_UNIT_AUDIT_SAMPLE_H
#define OPENVBS_TESTS_UNIT_AUDIT_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "abi/audit.h"
#include "host/libvbs/log.h"
#include "svc/audit/log.h"

struct sample {
	struct audit_log service;
	struct audit_key key;
	char folder[32];
	char path[96];
	struct log *log;
	struct audit_batch batch; /* last one read */
	size_t batch_bytes;
	uint8_t *bytes; /* of the file, by sample_load() */
	size_t len_bytes;
};

/* `boot` makes key and boot id. */
void sample_begin(struct sample *s, uint8_t boot, uint64_t restarts);
void sample_end(struct sample *s);

void sample_put(struct sample *s, uint32_t kind);

/* Reads at most `count_max` records; stores them, too. Returns how many. */
uint32_t sample_read(struct sample *s, uint32_t count_max);
uint32_t sample_store(struct sample *s, uint32_t count_max);

/* The file's bytes, with room for as many again; and back. */
void sample_load(struct sample *s);
void sample_save(struct sample *s);

#endif
