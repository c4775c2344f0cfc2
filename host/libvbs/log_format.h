/* SPDX-License-Identifier: MIT */
/*
 * The event log as stored on disk: one file for each life of the audit
 * service (each boot, or each start after a crash), only ever appended to.
 *
 *	struct log_header
 *	struct log_batch	count
 *	struct audit_record	count times
 *	struct audit_signed_head
 *	struct log_batch ...
 *
 * A batch is whole or it is not there: the writer syncs it before VTL1 may
 * forget its records. What does not make a whole batch at the end of the file
 * is a torn tail: a crash came between, or somebody cut the file. Little
 * endian, every member aligned to 8 bytes.
 *
 * The decoder takes any bytes and reads within them only. It looks at lengths
 * and marks; what the log proves is verify.h's to say.
 */
#ifndef OPENVBS_HOST_LIBVBS_LOG_FORMAT_H
#define OPENVBS_HOST_LIBVBS_LOG_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/audit.h"
#include "abi/status.h"

#define LOG_MAGIC	UINT64_C(0x474f4c4556534256) /* "VBSEVLOG" */
#define LOG_VERSION	1u
#define LOG_BATCH_MAGIC 0x48435442u /* "BTCH" */

struct log_header {
	uint64_t magic;
	uint32_t version;
	uint32_t size_bytes; /* of this structure */
	struct audit_key key;
	uint64_t created_us; /* since 1970, as Linux said: not proved */
};

struct log_batch {
	uint32_t magic;
	uint32_t count;	    /* of records, 1 to AUDIT_BATCH_MAX */
	uint64_t stored_us; /* since 1970, as Linux said: not proved */
	uint64_t check;	    /* log_check() */
};

/* One batch, copied out. */
struct log_entry {
	uint64_t offset_bytes; /* of the batch in the file */
	uint64_t stored_us;
	bool whole; /* its check is right */
	bool last;  /* nothing follows */
	uint32_t count;
	struct audit_record record[AUDIT_BATCH_MAX];
	struct audit_signed_head head;
};

/* STATUS_CORRUPT: not the header of a log, or one that is cut short. */
enum status log_header_read(const void *bytes, size_t len_bytes,
			    struct log_header *header);

/*
 * Copies the batch at *offset_bytes and moves it behind. The first batch is
 * at sizeof(struct log_header).
 *
 * STATUS_NOT_FOUND: the file ends here. STATUS_INTERRUPTED: it ends inside
 * this batch, a torn tail (also when the tail is all zero, as file systems
 * leave it). STATUS_CORRUPT: these bytes never were a batch. STATUS_OK with
 * `last` and not `whole` may be a torn tail too.
 */
enum status log_next(const void *bytes, size_t len_bytes, size_t *offset_bytes,
		     struct log_entry *entry);

/*
 * Over `count` records and their head, as they lie behind struct log_batch. It
 * tells a power cut's half batch; whoever edits a log can make it right.
 */
uint64_t log_check(uint32_t count, const void *records_and_head);

/* Bytes of a batch with its header and head. */
static inline size_t log_batch_bytes(uint32_t count)
{
	return sizeof(struct log_batch) + count * sizeof(struct audit_record) +
	       sizeof(struct audit_signed_head);
}

_Static_assert(sizeof(struct log_header) == 80, "layout");
_Static_assert(sizeof(struct log_batch) == 24, "layout");

#endif
