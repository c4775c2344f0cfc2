/* SPDX-License-Identifier: MIT */
/* The folder of stored logs, for those who read them. */
#ifndef OPENVBS_HOST_LIBVBS_LOG_FILES_H
#define OPENVBS_HOST_LIBVBS_LOG_FILES_H

#include <stddef.h>
#include <stdint.h>

#define LOG_FOLDER     "/var/lib/openvbs/log"
#define LOG_PATH_BYTES 512

struct log_file {
	char path[LOG_PATH_BYTES];
	uint64_t created_us; /* since 1970, as its header says */
};

/*
 * All logs of a folder, oldest first, to be freed; NULL and errno when it
 * cannot be read. What is no log (by name or header) is left out.
 */
struct log_file *log_files(const char *folder, size_t *count);

/* A private copy of a whole file, to be freed; NULL and errno. */
void *log_load(const char *path, size_t *len_bytes);

#endif
