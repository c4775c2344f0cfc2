/* SPDX-License-Identifier: MIT */
/*
 * The writer of the stored event log (log_format.h), for the one process that
 * reads VTL1's log. Order of work, so that no crash loses a record:
 *
 *	AUDIT_METHOD_KEY   -> log_open()
 *	AUDIT_METHOD_READ  with log_acknowledged()
 *	                   -> log_append(), which returns with it on disk
 *	and again
 *
 * The audit service that has crashed comes back with another boot id; then
 * log_append() says STATUS_CONFLICT: close, ask for the key, open anew.
 *
 * The writer keeps what VTL1 says, gaps and wrong signatures included: that is
 * evidence, and verify.h reads it.
 *
 * Results: STATUS_OK; STATUS_CONFLICT (another boot id); STATUS_INVALID (no
 * reply of AUDIT_METHOD_READ, or older than what is stored); STATUS_CORRUPT
 * (the file in place is not a log of this key, or is damaged before its end:
 * move it aside and open anew); STATUS_BUSY (another process has it open);
 * STATUS_NO_SPACE (the system refused, errno says why; nothing is stored);
 * STATUS_NO_MEMORY.
 */
#ifndef OPENVBS_HOST_LIBVBS_LOG_H
#define OPENVBS_HOST_LIBVBS_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "abi/audit.h"
#include "abi/status.h"

/* Name of a log's file in its folder: boot id in hexadecimal, ".log". */
#define LOG_NAME_BYTES (2 * AUDIT_BOOT_ID_BYTES + sizeof(".log"))

struct log;

void log_name(const struct audit_key *key, char name[LOG_NAME_BYTES]);

/*
 * Creates the log of this key in a folder, or goes on with it. A torn tail,
 * or a last batch that a power cut has left half written, is cut off: VTL1
 * has not been told that it is safe. *torn_bytes says how much that was.
 */
enum status log_open(const char *folder, const struct audit_key *key,
		     struct log **log, uint64_t *torn_bytes);

/* Highest sequence that is on disk; for struct audit_read. */
uint64_t log_acknowledged(const struct log *log);

/*
 * Appends a reply of AUDIT_METHOD_READ of `len_bytes` and syncs it. A batch
 * without records is checked and not stored.
 */
enum status log_append(struct log *log, const struct audit_batch *batch,
		       size_t len_bytes);

void log_close(struct log *log);

#endif
