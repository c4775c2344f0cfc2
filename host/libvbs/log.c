/* SPDX-License-Identifier: MIT */
/*
 * Writer of the stored event log. Called by the daemon. Invariant: `end` is
 * behind the last batch that is on disk as a whole, and nothing before it is
 * ever written again.
 */
#define _GNU_SOURCE
#include "host/libvbs/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/libvbs/log_format.h"

#define BATCH_HEADER_BYTES offsetof(struct audit_batch, record)
#define US_PER_S	   UINT64_C(1000000)
#define NS_PER_US	   UINT64_C(1000)

struct log {
	struct audit_key key;
	int file;
	uint64_t end_bytes;
	uint64_t last; /* sequence */
};

void log_name(const struct audit_key *key, char name[LOG_NAME_BYTES])
{
	for (size_t i = 0; i < AUDIT_BOOT_ID_BYTES; i++) {
		(void)snprintf(name + 2 * i, LOG_NAME_BYTES - 2 * i, "%02x",
			       key->boot_id[i]);
	}
	memcpy(name + (size_t)2 * AUDIT_BOOT_ID_BYTES, ".log", sizeof(".log"));
}

static uint64_t now_us(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
		return 0;
	}
	return (uint64_t)now.tv_sec * US_PER_S +
	       (uint64_t)now.tv_nsec / NS_PER_US;
}

/* All bytes at the end, synced; or none of them. */
static enum status append(struct log *log, const void *bytes, size_t len_bytes)
{
	const char *from = bytes;
	size_t done = 0;
	ssize_t count;
	int error;

	while (done < len_bytes) {
		count = pwrite(log->file, from + done, len_bytes - done,
			       (off_t)(log->end_bytes + done));
		if (count < 0 && errno == EINTR) {
			continue;
		}
		if (count <= 0) {
			goto undo;
		}
		done += (size_t)count;
	}
	if (fsync(log->file) != 0) {
		goto undo;
	}
	log->end_bytes += len_bytes;
	return STATUS_OK;

undo:
	error = errno;
	if (ftruncate(log->file, (off_t)log->end_bytes) != 0) {
		/* A torn tail; the next log_open() cuts it. */
		error = errno;
	}
	errno = error;
	return STATUS_NO_SPACE;
}

/* An empty file, or one whose header was never finished. */
static enum status begin(struct log *log, int folder)
{
	struct log_header header = {
		.magic = LOG_MAGIC,
		.version = LOG_VERSION,
		.size_bytes = sizeof(header),
		.key = log->key,
		.created_us = now_us(),
	};
	enum status status;

	if (ftruncate(log->file, 0) != 0) {
		return STATUS_NO_SPACE;
	}
	status = append(log, &header, sizeof(header));
	if (status == STATUS_OK && fsync(folder) != 0) {
		status = STATUS_NO_SPACE;
	}
	return status;
}

/* Finds the end of what is stored. */
static enum status scan(struct log *log, const void *bytes, size_t len_bytes)
{
	size_t offset = sizeof(struct log_header);
	struct log_header header;
	struct log_entry entry;
	enum status status;

	if (log_header_read(bytes, len_bytes, &header) != STATUS_OK ||
	    memcmp(&header.key, &log->key, sizeof(header.key)) != 0) {
		return STATUS_CORRUPT;
	}
	log->end_bytes = offset;
	for (;;) {
		status = log_next(bytes, len_bytes, &offset, &entry);
		if (status == STATUS_CORRUPT) {
			return status;
		}
		if (status != STATUS_OK || (entry.last && !entry.whole)) {
			return STATUS_OK;
		}
		log->end_bytes = offset;
		log->last = entry.record[entry.count - 1].sequence;
	}
}

static enum status go_on(struct log *log, size_t len_bytes,
			 uint64_t *torn_bytes)
{
	enum status status;
	void *bytes;

	bytes = mmap(NULL, len_bytes, PROT_READ, MAP_PRIVATE, log->file, 0);
	if (bytes == MAP_FAILED) {
		return STATUS_NO_MEMORY;
	}
	status = scan(log, bytes, len_bytes);
	munmap(bytes, len_bytes);
	if (status != STATUS_OK) {
		return status;
	}
	*torn_bytes = len_bytes - log->end_bytes;
	if (*torn_bytes != 0 &&
	    (ftruncate(log->file, (off_t)log->end_bytes) != 0 ||
	     fsync(log->file) != 0)) {
		return STATUS_NO_SPACE;
	}
	return STATUS_OK;
}

static enum status open_in(struct log *log, int folder, uint64_t *torn_bytes)
{
	char name[LOG_NAME_BYTES];
	struct stat stat;

	log_name(&log->key, name);
	log->file = openat(folder, name,
			   O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (log->file < 0) {
		return STATUS_NO_SPACE;
	}
	if (flock(log->file, LOCK_EX | LOCK_NB) != 0) {
		return STATUS_BUSY;
	}
	if (fstat(log->file, &stat) != 0) {
		return STATUS_NO_SPACE;
	}
	if (stat.st_size < (off_t)sizeof(struct log_header)) {
		*torn_bytes = (uint64_t)stat.st_size;
		return begin(log, folder);
	}
	return go_on(log, (size_t)stat.st_size, torn_bytes);
}

enum status log_open(const char *folder, const struct audit_key *key,
		     struct log **log, uint64_t *torn_bytes)
{
	struct log *made = calloc(1, sizeof(*made));
	enum status status;
	int fd;

	*torn_bytes = 0;
	if (made == NULL) {
		return STATUS_NO_MEMORY;
	}
	made->key = *key;
	made->file = -1;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		free(made);
		return STATUS_NO_SPACE;
	}
	status = open_in(made, fd, torn_bytes);
	close(fd);
	if (status != STATUS_OK) {
		log_close(made);
		return status;
	}
	*log = made;
	return STATUS_OK;
}

uint64_t log_acknowledged(const struct log *log)
{
	return log->last;
}

/* A reply that makes sense, and comes behind what is stored. */
static enum status check(const struct log *log, const struct audit_batch *batch,
			 size_t len_bytes)
{
	uint64_t before = log->last;

	if (len_bytes < BATCH_HEADER_BYTES || batch->reserved_zero != 0 ||
	    batch->count > AUDIT_BATCH_MAX ||
	    len_bytes != BATCH_HEADER_BYTES +
				 batch->count * sizeof(batch->record[0])) {
		return STATUS_INVALID;
	}
	if (memcmp(batch->head.head.boot_id, log->key.boot_id,
		   sizeof(log->key.boot_id)) != 0) {
		return STATUS_CONFLICT;
	}
	for (uint32_t i = 0; i < batch->count; i++) {
		if (batch->record[i].sequence <= before) {
			return STATUS_INVALID;
		}
		before = batch->record[i].sequence;
	}
	return STATUS_OK;
}

enum status log_append(struct log *log, const struct audit_batch *batch,
		       size_t len_bytes)
{
	struct {
		struct log_batch batch;
		uint8_t rest[AUDIT_BATCH_MAX * sizeof(struct audit_record) +
			     sizeof(struct audit_signed_head)];
	} out;
	enum status status = check(log, batch, len_bytes);
	size_t records;

	if (status != STATUS_OK || batch->count == 0) {
		return status;
	}
	records = batch->count * sizeof(batch->record[0]);
	memcpy(out.rest, batch->record, records);
	memcpy(out.rest + records, &batch->head, sizeof(batch->head));
	out.batch = (struct log_batch){
		.magic = LOG_BATCH_MAGIC,
		.count = batch->count,
		.stored_us = now_us(),
		.check = log_check(batch->count, out.rest),
	};
	status = append(log, &out, log_batch_bytes(batch->count));
	if (status == STATUS_OK) {
		log->last = batch->record[batch->count - 1].sequence;
	}
	return status;
}

void log_close(struct log *log)
{
	if (log != NULL) {
		if (log->file >= 0) {
			close(log->file);
		}
		free(log);
	}
}
