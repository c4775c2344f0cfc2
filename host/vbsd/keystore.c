/* SPDX-License-Identifier: MIT */
/* The files of host/vbsd/keystore.h. Called by keys.c under its lock. */
#define _GNU_SOURCE
#include "host/vbsd/keystore.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_BYTES	64
#define LOST_DIGITS_MAX 9
#define INDEX_NAME	"index"
#define LOST_NAME	"lost"
#define OBJECT_NAME	"object-%llu.%llu"
#define PUBLIC_NAME	"public-%u-%llu"

static int open_folder(const char *folder)
{
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void blob_name(uint64_t number, uint64_t version, char name[NAME_BYTES])
{
	if (number == 0) {
		(void)snprintf(name, NAME_BYTES, INDEX_NAME);
	} else {
		(void)snprintf(name, NAME_BYTES, OBJECT_NAME,
			       (unsigned long long)number,
			       (unsigned long long)version);
	}
}

/* --- whole files ------------------------------------------------------------- */

/* Bytes read, or -1 and errno; a longer file is EFBIG. */
static ssize_t read_whole(int at, const char *name, void *to, size_t room)
{
	int file = openat(at, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat about;
	ssize_t got = -1;

	if (file < 0) {
		return -1;
	}
	if (fstat(file, &about) == 0) {
		if ((uint64_t)about.st_size > room) {
			errno = EFBIG;
		} else {
			got = read(file, to, room);
		}
	}
	(void)close(file);
	return got;
}

static bool write_all(int file, const void *from, size_t len_bytes)
{
	const uint8_t *at = from;

	while (len_bytes != 0) {
		ssize_t written = write(file, at, len_bytes);

		if (written < 0 && errno != EINTR) {
			return false;
		}
		if (written > 0) {
			at += written;
			len_bytes -= (size_t)written;
		}
	}
	return true;
}

/* The old file or the new one, whatever happens; false and errno. */
static bool write_whole(int at, const char *name, const void *from,
			size_t len_bytes)
{
	char temporary[NAME_BYTES + 4];
	bool done;
	int file, error;

	(void)snprintf(temporary, sizeof(temporary), "%s.new", name);
	file = openat(at, temporary,
		      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		      S_IRUSR | S_IWUSR);
	if (file < 0) {
		return false;
	}
	done = write_all(file, from, len_bytes) && fsync(file) == 0;
	error = errno;
	done = close(file) == 0 && done;
	if (done) {
		done = renameat(at, temporary, at, name) == 0 && fsync(at) == 0;
		error = errno;
	}
	if (!done) {
		(void)unlinkat(at, temporary, 0);
		errno = error;
	}
	return done;
}

/* --- blobs -------------------------------------------------------------------- */

const struct keyring_entry *keystore_entries(const struct keystore_blob *index,
					     uint32_t *count)
{
	const uint8_t *body = index->as.bytes + sizeof(struct keyring_blob);
	struct keyring_index head;
	size_t room;

	if (index->len_bytes <
	    sizeof(struct keyring_blob) + sizeof(head) + KEYRING_TAG_BYTES) {
		return NULL;
	}
	memcpy(&head, body, sizeof(head));
	room = index->len_bytes - sizeof(struct keyring_blob) - sizeof(head) -
	       KEYRING_TAG_BYTES;
	if (head.count > room / sizeof(struct keyring_entry)) {
		return NULL;
	}
	*count = head.count;
	return (const void *)(body + sizeof(head));
}

enum status keystore_read(const char *folder, uint64_t number, uint64_t version,
			  struct keystore_blob *blob)
{
	int at = open_folder(folder);
	char name[NAME_BYTES];
	ssize_t got = -1;

	blob_name(number, version, name);
	if (at >= 0) {
		got = read_whole(at, name, blob->as.bytes,
				 sizeof(blob->as.bytes));
		(void)close(at);
	}
	if (got < 0) {
		return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NO_SPACE;
	}
	blob->len_bytes = (size_t)got;
	return STATUS_OK;
}

enum status keystore_write(const char *folder, const struct keystore_blob *blob)
{
	int at = open_folder(folder);
	char name[NAME_BYTES];
	bool done = false;

	blob_name(blob->as.blob.number, blob->as.blob.version, name);
	if (at >= 0) {
		done = write_whole(at, name, blob->as.bytes, blob->len_bytes);
		(void)close(at);
	}
	return done ? STATUS_OK : STATUS_NO_SPACE;
}

bool keystore_has(const char *folder, const struct keyring_entry *entry)
{
	int at = open_folder(folder);
	char name[NAME_BYTES];
	bool has;

	blob_name(entry->number, entry->version, name);
	has = at >= 0 && faccessat(at, name, F_OK, 0) == 0;
	if (at >= 0) {
		(void)close(at);
	}
	return has;
}

/* Whether a file of the folder is a blob, finished or not. */
static bool is_blob(const char *name)
{
	return strncmp(name, "object-", strlen("object-")) == 0 ||
	       strncmp(name, INDEX_NAME, strlen(INDEX_NAME)) == 0;
}

static bool is_listed(const char *name, const struct keyring_entry *entries,
		      uint32_t count)
{
	char listed[NAME_BYTES];

	if (strcmp(name, INDEX_NAME) == 0) {
		return true;
	}
	for (uint32_t i = 0; i < count; i++) {
		blob_name(entries[i].number, entries[i].version, listed);
		if (strcmp(name, listed) == 0) {
			return true;
		}
	}
	return false;
}

void keystore_clean(const char *folder, const struct keystore_blob *index)
{
	uint32_t count = 0;
	const struct keyring_entry *entries = keystore_entries(index, &count);
	DIR *files = entries != NULL ? opendir(folder) : NULL;
	const struct dirent *file;

	while (files != NULL && (file = readdir(files)) != NULL) {
		if (is_blob(file->d_name) &&
		    !is_listed(file->d_name, entries, count)) {
			(void)unlinkat(dirfd(files), file->d_name, 0);
		}
	}
	if (files != NULL) {
		(void)closedir(files);
	}
}

/* --- vaults that cannot be opened ------------------------------------------------ */

/* A folder, made if it is not there; -1 and errno. */
static int open_below(int at, const char *name)
{
	if ((mkdirat(at, name, S_IRWXU) != 0 && errno != EEXIST) ||
	    fsync(at) != 0) {
		return -1;
	}
	return openat(at, name,
		      O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

static int open_numbered(int lost, unsigned number)
{
	char name[NAME_BYTES];

	(void)snprintf(name, sizeof(name), "%u", number);
	return open_below(lost, name);
}

/* The highest number that is a name in there; 0: none. */
static unsigned last_number(int lost)
{
	int again = openat(lost, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = again >= 0 ? fdopendir(again) : NULL;
	const struct dirent *name;
	unsigned last = 0;

	while (names != NULL && (name = readdir(names)) != NULL) {
		size_t digits = strspn(name->d_name, "0123456789");
		unsigned number;

		if (name->d_name[digits] != 0 || digits > LOST_DIGITS_MAX) {
			continue;
		}
		number = (unsigned)strtoul(name->d_name, NULL, 10);
		last = number > last ? number : last;
	}
	if (names != NULL) {
		(void)closedir(names);
	}
	return last;
}

/* Whether nothing in `to` has the name of what is to be moved there. */
static bool is_free(int to, DIR *files)
{
	const struct dirent *file;
	struct stat about;

	rewinddir(files);
	while ((file = readdir(files)) != NULL) {
		if (is_blob(file->d_name) &&
		    (fstatat(to, file->d_name, &about, AT_SYMLINK_NOFOLLOW) ==
			     0 ||
		     errno != ENOENT)) {
			return false;
		}
	}
	return true;
}

/* The last folder, if a move into it was cut short, or a new one; or -1. */
static int open_aside(int lost, DIR *files)
{
	unsigned last = last_number(lost);

	for (unsigned i = last != 0 ? last : 1; i <= last + 1; i++) {
		int to = open_numbered(lost, i);

		if (to >= 0 && is_free(to, files)) {
			return to;
		}
		if (to >= 0) {
			(void)close(to);
		}
	}
	return -1;
}

/* The index last: as long as it is there, this is to be done again. */
static bool move_all(DIR *files, int to)
{
	int from = dirfd(files);
	const struct dirent *file;
	bool moved = true;

	rewinddir(files);
	while ((file = readdir(files)) != NULL) {
		if (is_blob(file->d_name) &&
		    strcmp(file->d_name, INDEX_NAME) != 0) {
			moved = renameat(from, file->d_name, to,
					 file->d_name) == 0 &&
				moved;
		}
	}
	return moved && fsync(to) == 0 &&
	       renameat(from, INDEX_NAME, to, INDEX_NAME) == 0 &&
	       fsync(to) == 0 && fsync(from) == 0;
}

enum status keystore_set_aside(const char *folder)
{
	DIR *files = opendir(folder);
	int lost = files != NULL ? open_below(dirfd(files), LOST_NAME) : -1;
	int to = lost >= 0 ? open_aside(lost, files) : -1;
	bool moved = to >= 0 && move_all(files, to);

	if (to >= 0) {
		(void)close(to);
	}
	if (lost >= 0) {
		(void)close(lost);
	}
	if (files != NULL) {
		(void)closedir(files);
	}
	return moved ? STATUS_OK : STATUS_NO_SPACE;
}

bool keystore_has_lost(const char *folder)
{
	char path[PATH_MAX];
	const struct dirent *name;
	bool has = false;
	DIR *names;

	(void)snprintf(path, sizeof(path), "%s/" LOST_NAME, folder);
	names = opendir(path);
	if (names == NULL) {
		return errno != ENOENT; /* what it hides is not known */
	}
	while (!has && (name = readdir(names)) != NULL) {
		has = name->d_name[0] != '.';
	}
	(void)closedir(names);
	return has;
}

/* --- public objects ------------------------------------------------------------ */

/* The number in the name of a public object of this owner's; 0: it is none. */
static uint64_t public_number(const char *name, uint32_t owner)
{
	unsigned long long number;
	char again[NAME_BYTES];
	unsigned of;

	if (sscanf(name, "public-%u-%llu", &of, &number) != 2 || of != owner) {
		return 0;
	}
	(void)snprintf(again, sizeof(again), PUBLIC_NAME, of, number);
	return strcmp(name, again) == 0 ? number : 0;
}

struct survey {
	uint64_t next; /* smallest behind the one asked for; 0: none */
	uint64_t last;
	size_t count;
};

static bool survey(const char *folder, uint32_t owner, uint64_t behind,
		   struct survey *found)
{
	DIR *files = opendir(folder);
	const struct dirent *file;

	*found = (struct survey){0};
	if (files == NULL) {
		return false;
	}
	while ((file = readdir(files)) != NULL) {
		uint64_t number = public_number(file->d_name, owner);

		if (number == 0) {
			continue;
		}
		found->count++;
		found->last = number > found->last ? number : found->last;
		if (number > behind &&
		    (found->next == 0 || number < found->next)) {
			found->next = number;
		}
	}
	(void)closedir(files);
	return true;
}

static void public_name(uint32_t owner, uint64_t number, char name[NAME_BYTES])
{
	(void)snprintf(name, NAME_BYTES, PUBLIC_NAME, owner,
		       (unsigned long long)number);
}

enum status keystore_public_put(const char *folder,
				const struct keyring_public *head,
				const uint8_t *data, uint64_t *number)
{
	int at = open_folder(folder);
	enum status status = STATUS_OK;
	char name[NAME_BYTES];
	struct survey found;

	*number = head->number;
	public_name(head->owner, *number, name);
	if (at < 0 || !survey(folder, head->owner, 0, &found)) {
		status = STATUS_NO_SPACE;
	} else if (*number == 0) {
		*number = found.last + 1;
		public_name(head->owner, *number, name);
		status = found.count < KEYSTORE_PUBLIC_MAX ? STATUS_OK
							   : STATUS_NO_SPACE;
	} else if (faccessat(at, name, F_OK, 0) != 0) {
		status = STATUS_NOT_FOUND;
	}
	if (status == STATUS_OK && !write_whole(at, name, data, head->bytes)) {
		status = STATUS_NO_SPACE;
	}
	if (at >= 0) {
		(void)close(at);
	}
	return status;
}

enum status keystore_public_get(const char *folder, struct keyring_public *head,
				uint8_t data[KEYRING_PUBLIC_MAX])
{
	int at = open_folder(folder);
	char name[NAME_BYTES];
	struct survey found;
	ssize_t got = -1;

	if (at < 0 || !survey(folder, head->owner, head->number, &found)) {
		found.next = 0;
	}
	if (found.next != 0) {
		public_name(head->owner, found.next, name);
		got = read_whole(at, name, data, KEYRING_PUBLIC_MAX);
	}
	if (at >= 0) {
		(void)close(at);
	}
	if (got < 0) {
		return STATUS_NOT_FOUND;
	}
	head->number = found.next;
	head->bytes = (uint32_t)got;
	return STATUS_OK;
}

enum status keystore_public_remove(const char *folder,
				   const struct keyring_public *head)
{
	int at = open_folder(folder);
	char name[NAME_BYTES];
	bool removed;

	public_name(head->owner, head->number, name);
	removed = at >= 0 && unlinkat(at, name, 0) == 0 && fsync(at) == 0;
	if (at >= 0) {
		(void)close(at);
	}
	return removed ? STATUS_OK : STATUS_NOT_FOUND;
}
