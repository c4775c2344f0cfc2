/* SPDX-License-Identifier: MIT */
/*
 * Reads stored logs. The writer goes on meanwhile: a copy may end inside a
 * batch, which the decoder takes for a torn tail.
 */
#define _GNU_SOURCE
#include "host/libvbs/log_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/libvbs/log_format.h"

#define SUFFIX ".log"

static int by_age(const void *left, const void *right)
{
	const struct log_file *a = left;
	const struct log_file *b = right;

	return (a->created_us > b->created_us) -
	       (a->created_us < b->created_us);
}

static int is_log(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > strlen(SUFFIX) &&
	       strcmp(entry->d_name + len - strlen(SUFFIX), SUFFIX) == 0;
}

/* False for a file that does not begin as a log. */
static int look(const char *folder, const char *name, struct log_file *found)
{
	struct log_header header;
	enum status status = STATUS_CORRUPT;
	FILE *file;

	(void)snprintf(found->path, sizeof(found->path), "%s/%s", folder, name);
	file = fopen(found->path, "re");
	if (file == NULL) {
		return 0;
	}
	if (fread(&header, sizeof(header), 1, file) == 1) {
		status = log_header_read(&header, sizeof(header), &header);
	}
	(void)fclose(file);
	found->created_us = header.created_us;
	return status == STATUS_OK;
}

struct log_file *log_files(const char *folder, size_t *count)
{
	struct dirent **entry;
	struct log_file *found;
	int entries = scandir(folder, &entry, is_log, alphasort);

	*count = 0;
	if (entries < 0) {
		return NULL;
	}
	found = calloc((size_t)entries + 1, sizeof(*found));
	for (int i = 0; i < entries; i++) {
		if (found != NULL &&
		    look(folder, entry[i]->d_name, &found[*count])) {
			(*count)++;
		}
		free(entry[i]);
	}
	free(entry);
	if (found != NULL) {
		qsort(found, *count, sizeof(*found), by_age);
	}
	return found;
}

void *log_load(const char *path, size_t *len_bytes)
{
	struct stat stat;
	void *bytes = NULL;
	FILE *file = fopen(path, "re");
	int error;

	if (file == NULL) {
		return NULL;
	}
	if (fstat(fileno(file), &stat) == 0 && S_ISREG(stat.st_mode)) {
		bytes = malloc((size_t)stat.st_size + 1);
	} else {
		errno = EINVAL;
	}
	if (bytes != NULL) {
		*len_bytes = fread(bytes, 1, (size_t)stat.st_size, file);
	}
	error = errno;
	(void)fclose(file);
	errno = error;
	return bytes;
}
