// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Searches files and processes for secrets, as root may: "theft ROWS FILE..."
 * for whole files (disks too), "theft ROWS processes" for the memory of all
 * processes but this one. ROWS is a file: the key, then lines "SECRET WORD
 * WORD WORD" (tests/guest/attack/search.h). Tells what was found where:
 * "SECRET COUNT PLACE" a line, and "searched BYTES" last. Run by
 * tests/e2e/theft.py.
 */
#define _GNU_SOURCE /* O_DIRECT */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/guest/attack/search.h"

#define PIECE_BYTES (1u << 20)
#define ALIGN_BYTES 4096
#define NAME_BYTES  300

static struct search search;
static unsigned char *piece; /* aligned, for O_DIRECT */
static uint64_t searched;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void read_rows(const char *path)
{
	FILE *file = fopen(path, "r");
	uint64_t key, word[SEARCH_ROW_WORDS];
	uint32_t secret;

	if (file == NULL || fscanf(file, "%" SCNx64, &key) != 1) {
		fail(path);
	}
	search.key = key;
	while (fscanf(file, "%" SCNu32 " %" SCNx64 " %" SCNx64 " %" SCNx64,
		      &secret, &word[0], &word[1], &word[2]) == 4) {
		__u64 words[] = {word[0], word[1], word[2]};

		if (!search_add(&search, secret, words)) {
			fail("rows");
		}
	}
	fclose(file);
}

/* Search what can be read from `begin` on, before `end`. */
static void search_range(int fd, uint64_t begin, uint64_t end)
{
	while (begin < end) {
		uint64_t left = end - begin;
		ssize_t got = pread(fd, piece,
				    left < PIECE_BYTES ? left : PIECE_BYTES,
				    (off_t)begin);

		if (got <= 0) {
			return;
		}
		search_words(&search, (const __u64 *)piece,
			     (uint64_t)got / sizeof(__u64), begin);
		searched += (uint64_t)got;
		begin += (uint64_t)got;
	}
}

static void tell(const char *place)
{
	for (uint32_t secret = 0; secret < SEARCH_SECRETS_MAX; secret++) {
		if (search.count[secret] != 0) {
			printf("%u %llu %s\n", secret, search.count[secret],
			       place);
		}
	}
	memset(search.count, 0, sizeof(search.count));
}

static void search_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECT);

	if (fd < 0) {
		fd = open(path, O_RDONLY);
	}
	if (fd < 0) {
		fail(path);
	}
	search_range(fd, 0, UINT64_MAX);
	close(fd);
	tell(path);
}

static void search_process(const char *pid)
{
	char path[NAME_BYTES], line[4096], name[NAME_BYTES] = "?";
	uint64_t begin, end;
	FILE *maps;
	int memory;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	maps = fopen(path, "r");
	if (maps != NULL) {
		if (fscanf(maps, "%255s", name) != 1) {
			name[0] = '\0';
		}
		fclose(maps);
	}
	snprintf(path, sizeof(path), "/proc/%s/mem", pid);
	memory = open(path, O_RDONLY);
	snprintf(path, sizeof(path), "/proc/%s/maps", pid);
	maps = fopen(path, "r");
	while (memory >= 0 && maps != NULL &&
	       fgets(line, sizeof(line), maps) != NULL) {
		char rights[5];

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &begin, &end,
			   rights) == 3 &&
		    rights[0] == 'r') {
			search_range(memory, begin, end);
		}
	}
	if (memory >= 0) {
		close(memory);
	}
	if (maps != NULL) {
		fclose(maps);
	}
	tell(name);
}

static void search_processes(void)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;

	if (folder == NULL) {
		fail("/proc");
	}
	while ((entry = readdir(folder)) != NULL) {
		long pid = strtol(entry->d_name, NULL, 10);

		if (pid > 0 && pid != (long)getpid()) {
			search_process(entry->d_name);
		}
	}
	closedir(folder);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fputs("usage: theft ROWS processes | FILE...\n", stderr);
		return 2;
	}
	read_rows(argv[1]);
	piece = aligned_alloc(ALIGN_BYTES, PIECE_BYTES);
	if (piece == NULL) {
		fail("memory");
	}
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "processes") == 0) {
			search_processes();
		} else {
			search_file(argv[i]);
		}
	}
	printf("searched %" PRIu64 "\n", searched);
	/* What is read here is not to be found by who searches next. */
	explicit_bzero(piece, PIECE_BYTES);
	return 0;
}
