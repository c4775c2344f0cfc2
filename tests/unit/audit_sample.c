/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See the header. */
#define _GNU_SOURCE
#include "tests/unit/audit_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/unit.h"

void sample_begin(struct sample *s, uint8_t boot, uint64_t restarts)
{
	uint8_t private_key[AUDIT_PRIVATE_BYTES] = {boot, 1};
	uint8_t boot_id[AUDIT_BOOT_ID_BYTES] = {boot, 2};
	char name[LOG_NAME_BYTES];
	uint64_t torn;

	memset(s, 0, sizeof(*s));
	audit_log_start(&s->service, private_key, boot_id, restarts, 1000);
	memcpy(s->key.boot_id, boot_id, sizeof(boot_id));
	memcpy(s->key.public_key, s->service.public_key,
	       sizeof(s->key.public_key));
	(void)snprintf(s->folder, sizeof(s->folder), "/tmp/vbs-log-XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	log_name(&s->key, name);
	(void)snprintf(s->path, sizeof(s->path), "%s/%s", s->folder, name);
	assert_int_equal(log_open(s->folder, &s->key, &s->log, &torn),
			 STATUS_OK);
	assert_int_equal(torn, 0);
}

void sample_end(struct sample *s)
{
	log_close(s->log);
	(void)unlink(s->path);
	assert_int_equal(rmdir(s->folder), 0);
	free(s->bytes);
}

void sample_put(struct sample *s, uint32_t kind)
{
	struct event event = {.kind = kind, .a = s->service.last, .b = 5};

	audit_log_put(&s->service, AUDIT_SOURCE_HYPERVISOR, &event, 2000);
}

uint32_t sample_read(struct sample *s, uint32_t count_max)
{
	struct audit_batch *batch = &s->batch;

	assert_int_equal(audit_log_acknowledge(&s->service,
					       log_acknowledged(s->log), 3000),
			 STATUS_OK);
	memset(batch, 0, sizeof(*batch));
	batch->lost = s->service.lost;
	batch->count = audit_log_read(&s->service, count_max, batch->record,
				      &batch->head, 4000);
	s->batch_bytes = offsetof(struct audit_batch, record) +
			 batch->count * sizeof(batch->record[0]);
	return batch->count;
}

uint32_t sample_store(struct sample *s, uint32_t count_max)
{
	uint32_t count = sample_read(s, count_max);

	assert_int_equal(log_append(s->log, &s->batch, s->batch_bytes),
			 STATUS_OK);
	assert_int_equal(log_acknowledged(s->log), s->batch.head.head.sequence);
	return count;
}

void sample_load(struct sample *s)
{
	FILE *file = fopen(s->path, "rb");

	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	s->len_bytes = (size_t)ftell(file);
	rewind(file);
	free(s->bytes);
	s->bytes = calloc(2, s->len_bytes);
	assert_int_equal(fread(s->bytes, 1, s->len_bytes, file), s->len_bytes);
	(void)fclose(file);
}

void sample_save(struct sample *s)
{
	FILE *file = fopen(s->path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(s->bytes, 1, s->len_bytes, file), s->len_bytes);
	assert_int_equal(fclose(file), 0);
}
