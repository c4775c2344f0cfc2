/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vbsd's side of the keyring, with the true service behind it: what has been
 * answered is on disk, whatever the power does, and comes back from there.
 *
 * The power cut: fsync(), renameat() and unlinkat() are this program's, and one
 * of them ends the process. What was written before is taken for written.
 *
 * Links: host/vbsd/keys.c host/vbsd/keystore.c lib/status.c lib/bytes.c
 * Links: svc/keyring/access.c svc/keyring/blob.c svc/keyring/ec.c
 * Links: svc/keyring/key.c svc/keyring/keyring.c svc/keyring/login.c
 * Links: svc/keyring/objects.c svc/keyring/pin.c svc/keyring/pkcs8.c
 * Links: svc/keyring/rsa.c svc/keyring/secret.c svc/keyring/state.c
 * Links: svc/keyring/symmetric.c svc/keyring/unwrap.c svc/keyring/use.c
 * Links: svc/keyring/vault.c svc/rt/dispatch.c tests/fake/keyring_device.c
 * Libs: -lhogweed -lnettle -lgmp -lpthread
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/vbsd/keys.h"
#include "host/vbsd/keystore.h"
#include "tests/fake/keyring_device.h"
#include "tests/unit/unit.h"

#define USER	  1000u
#define CUTS_MOST 100
#define CUT_CODE  77

static char folder[64];
static struct keys keys;
static int cut_at; /* the how manieth call ends the process; 0: none */
static int calls;
static int disk_error; /* errno of every fsync; 0: none */

static void call_disk(void)
{
	if (++calls == cut_at) {
		_exit(CUT_CODE);
	}
}

int fsync(int file)
{
	(void)file;
	call_disk();
	errno = disk_error;
	return disk_error == 0 ? 0 : -1;
}

int renameat(int from_at, const char *from, int to_at, const char *to)
{
	call_disk();
	return (int)syscall(SYS_renameat, from_at, from, to_at, to);
}

int unlinkat(int at, const char *name, int flags)
{
	call_disk();
	return (int)syscall(SYS_unlinkat, at, name, flags);
}

static int begin(void **unused)
{
	(void)unused;
	cut_at = 0;
	disk_error = 0;
	(void)strcpy(folder, "/tmp/openvbs-keys-XXXXXX");
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	keyring_fake_boot();
	keys_init(&keys, -1, &(struct keys_folders){folder, folder});
	return keys_open(&keys) == STATUS_OK ? 0 : -1;
}

static int end(void **unused)
{
	char command[128];

	(void)unused;
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

/* A request of USER's; its reply is in exchange.out. */
static struct keys_exchange exchange;

static enum status ask(uint32_t method, const void *in, size_t in_bytes)
{
	exchange.user = USER;
	exchange.system = false;
	exchange.in.head = (struct keyring_request){.method = method};
	memcpy(exchange.in.bytes + sizeof(exchange.in.head), in, in_bytes);
	exchange.in_bytes = sizeof(exchange.in.head) + in_bytes;
	keys_serve(&keys, &exchange);
	return (enum status)exchange.out.head.status;
}

static const void *answer(void)
{
	return exchange.out.bytes + sizeof(exchange.out.head);
}

static enum status generate(uint64_t *number)
{
	const struct keyring_template template = {.owner = USER,
						  .type = KEYRING_TYPE_P256};
	enum status status = ask(KEYRING_GENERATE, &template, sizeof(template));
	struct keyring_object object;

	if (status == STATUS_OK) {
		memcpy(&object, answer(), sizeof(object));
		*number = object.number;
	}
	return status;
}

static enum status sign(uint64_t number)
{
	struct {
		struct keyring_use use;
		uint8_t digest[32];
	} request = {.use = {.number = number, .mechanism = KEYRING_ECDSA}};

	return ask(KEYRING_SIGN, &request, sizeof(request));
}

static enum status delete (uint64_t number) {
	const struct keyring_use use = {.number = number};

		return ask(KEYRING_DELETE, &use, sizeof(use));
}

/* The index in a folder; everything that it lists is there and whole. */
static void read_index(const char *from, struct keystore_blob *index)
{
	const struct keyring_entry *entries;
	struct keystore_blob blob;
	uint32_t count;

	assert_int_equal(keystore_read(from, 0, 0, index), STATUS_OK);
	assert_int_equal(index->as.blob.bytes, index->len_bytes);
	entries = keystore_entries(index, &count);
	assert_non_null(entries);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(keystore_read(from, entries[i].number,
					       entries[i].version, &blob),
				 STATUS_OK);
		assert_int_equal(blob.as.blob.bytes, blob.len_bytes);
		assert_int_equal(blob.as.blob.version, entries[i].version);
	}
}

static uint64_t stored_epoch(void)
{
	struct keystore_blob index;

	read_index(folder, &index);
	return index.as.blob.version;
}

static const char *lost(unsigned number)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/lost/%u", folder, number);
	return path;
}

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static bool is_same(const struct keystore_blob *a,
		    const struct keystore_blob *b)
{
	return a->len_bytes == b->len_bytes &&
	       memcmp(a->as.bytes, b->as.bytes, a->len_bytes) == 0;
}

/* Whether a vault, by its index, is set aside, and whole. */
static bool is_aside(const struct keystore_blob *vault)
{
	struct keystore_blob index;
	bool is = false;

	for (unsigned i = 1; !is && is_there(lost(i)); i++) {
		if (keystore_read(lost(i), 0, 0, &index) == STATUS_OK) {
			read_index(lost(i), &index);
			is = is_same(&index, vault);
		}
	}
	return is;
}

static void keys_come_back_from_disk(void **unused)
{
	uint64_t first, second;

	(void)unused;
	assert_int_equal(generate(&first), STATUS_OK);
	assert_int_equal(generate(&second), STATUS_OK);
	assert_int_equal(delete (first), STATUS_OK);
	assert_int_equal(stored_epoch(), keyring_fake.epoch);
	keyring_fake_restart();
	/* Nobody has noticed yet: the request itself opens the vault. */
	assert_int_equal(sign(second), STATUS_OK);
	assert_int_equal(sign(first), STATUS_NOT_FOUND);
}

/* In a child that loses power at each of its calls to the disk, in turn. */
static void power_may_go_at_any_moment(void **unused)
{
	uint64_t number, before, found;
	int status = 0;
	int cut;

	(void)unused;
	assert_int_equal(generate(&number), STATUS_OK);
	for (cut = 1; cut < CUTS_MOST; cut++) {
		pid_t child;

		before = stored_epoch();
		child = fork();
		if (child == 0) {
			cut_at = cut;
			calls = 0;
			(void)generate(&number);
			(void)delete (number);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		found = stored_epoch();
		assert_true(found >= before && found <= before + 2);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) == 0) {
			break;
		}
		assert_int_equal(WEXITSTATUS(status), CUT_CODE);
		/* VTL1 of this process knows nothing of that: store again. */
		assert_int_equal(keys_open(&keys), STATUS_OK);
		assert_int_equal(stored_epoch(), keyring_fake.epoch);
	}
	assert_in_range(cut, 8, CUTS_MOST - 1);
}

static void a_killed_vbsd_catches_up(void **unused)
{
	uint64_t number, epoch;

	(void)unused;
	assert_int_equal(generate(&number), STATUS_OK);
	epoch = stored_epoch();
	disk_error = EIO; /* the change is made, and not stored */
	assert_int_equal(generate(&number), STATUS_NO_SPACE);
	assert_int_equal(stored_epoch(), epoch);
	disk_error = 0;
	keys_init(&keys, -1, &(struct keys_folders){folder, folder});
	assert_int_equal(keys_open(&keys), STATUS_OK);
	assert_int_equal(stored_epoch(), epoch + 1);
	keyring_fake_restart();
	assert_int_equal(sign(number + 1), STATUS_OK);
}

static void a_full_disk_is_tried_again(void **unused)
{
	uint64_t number;

	(void)unused;
	disk_error = ENOSPC;
	assert_int_equal(generate(&number), STATUS_NO_SPACE);
	disk_error = 0;
	keys_turn(&keys);
	assert_int_equal(stored_epoch(), keyring_fake.epoch);
}

static void another_roots_files_are_set_aside(void **unused)
{
	struct keystore_blob first, second;
	uint64_t number;

	(void)unused;
	assert_false(keys_vault_lost(&keys)); /* nothing was stored before */
	assert_int_equal(generate(&number), STATUS_OK);
	read_index(folder, &first);
	keyring_fake_boot();
	assert_int_equal(keys_open(&keys), STATUS_OK);
	assert_int_equal(sign(number), STATUS_NOT_FOUND);
	assert_true(keys_vault_lost(&keys));
	assert_int_equal(generate(&number), STATUS_OK);
	assert_int_equal(number, 1);
	read_index(folder, &second);
	keyring_fake_boot();
	assert_int_equal(keys_open(&keys), STATUS_OK);
	assert_true(is_aside(&first));
	assert_true(is_aside(&second));
	assert_true(is_there(lost(2)));
	assert_false(is_there(lost(3)));
}

/* In a child, as above, while a vault is set aside; then once more. */
static void power_may_go_while_a_vault_is_set_aside(void **unused)
{
	struct keystore_blob vault;
	uint64_t number;
	int status = 0;
	int cut;

	(void)unused;
	for (cut = 1; cut < CUTS_MOST; cut++) {
		pid_t child;

		assert_int_equal(generate(&number), STATUS_OK);
		assert_int_equal(generate(&number), STATUS_OK);
		read_index(folder, &vault);
		keyring_fake_boot();
		child = fork();
		if (child == 0) {
			cut_at = cut;
			calls = 0;
			_exit((int)keys_open(&keys));
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(keys_open(&keys), STATUS_OK);
		assert_true(is_aside(&vault));
		if (WEXITSTATUS(status) == 0) {
			break;
		}
		assert_int_equal(WEXITSTATUS(status), CUT_CODE);
	}
	assert_in_range(cut, 8, CUTS_MOST - 1);
}

/* A vault that stays in its place is told as well, and takes no new folder. */
static void a_full_disk_sets_nothing_aside(void **unused)
{
	struct keystore_blob vault;
	uint64_t number;

	(void)unused;
	assert_int_equal(generate(&number), STATUS_OK);
	read_index(folder, &vault);
	keyring_fake_boot();
	disk_error = ENOSPC;
	assert_int_equal(keys_open(&keys), STATUS_NO_SPACE);
	assert_false(keystore_has_lost(folder));
	assert_true(keys_vault_lost(&keys));
	keys_turn(&keys);
	disk_error = 0;
	keys_turn(&keys);
	assert_int_equal(stored_epoch(), keyring_fake.epoch);
	assert_true(is_aside(&vault));
	assert_false(is_there(lost(2)));
}

/* What a person has put there stays; whoever empties it hears no more. */
static void lost_is_the_administrators(void **unused)
{
	char command[256], note[160];
	uint64_t number;

	(void)unused;
	assert_int_equal(generate(&number), STATUS_OK);
	(void)snprintf(command, sizeof(command),
		       "cd %s && mkdir -p lost/7 && touch lost/9 "
		       "lost/7/object-%u.2 lost/7/index",
		       folder, (unsigned)number);
	assert_int_equal(system(command), 0);
	keyring_fake_boot();
	assert_int_equal(keys_open(&keys), STATUS_OK);
	(void)snprintf(note, sizeof(note), "%s/index", lost(10));
	assert_true(is_there(note));
	(void)snprintf(note, sizeof(note), "%s/index", lost(7));
	assert_true(is_there(note));
	(void)snprintf(command, sizeof(command), "rm -r %s/lost/*", folder);
	assert_int_equal(system(command), 0);
	assert_false(keys_vault_lost(&keys));
}

/* Without its root a boot has a vault of its own, which nobody will miss. */
static void a_vault_of_one_boot_is_not_missed(void **unused)
{
	char of_boot[128];
	uint64_t number;

	(void)unused;
	(void)snprintf(of_boot, sizeof(of_boot), "%s/of-boot", folder);
	assert_int_equal(mkdir(of_boot, S_IRWXU), 0);
	keys_init(&keys, -1, &(struct keys_folders){folder, of_boot});
	for (int i = 0; i < 2; i++) {
		keyring_fake_boot();
		assert_int_equal(keys_open(&keys), STATUS_OK);
		assert_int_equal(generate(&number), STATUS_OK);
	}
	assert_true(keystore_has_lost(of_boot));
	assert_false(keys_vault_lost(&keys));
}

static void a_missing_file_costs_its_key_only(void **unused)
{
	uint64_t first, second;
	char path[128];

	(void)unused;
	assert_int_equal(generate(&first), STATUS_OK);
	assert_int_equal(generate(&second), STATUS_OK);
	(void)snprintf(path, sizeof(path), "%s/object-%llu.2", folder,
		       (unsigned long long)first);
	assert_int_equal(unlink(path), 0);
	keyring_fake_restart();
	assert_int_equal(sign(second), STATUS_OK);
	assert_int_equal(sign(first), STATUS_NOT_FOUND);
}

static void vbsds_own_methods_are_not_offered(void **unused)
{
	static const uint32_t own[] = {KEYRING_CREATE,
				       KEYRING_OPEN,
				       KEYRING_LOAD,
				       KEYRING_SAVE,
				       0,
				       21,
				       4095};
	uint64_t zero = 0;

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(own); i++) {
		assert_int_equal(ask(own[i], &zero, sizeof(zero)),
				 STATUS_UNSUPPORTED);
	}
	exchange.in.head.reserved_zero = 1;
	keys_serve(&keys, &exchange);
	assert_int_equal(exchange.out.head.status, STATUS_INVALID);
	exchange.in_bytes = 3;
	keys_serve(&keys, &exchange);
	assert_int_equal(exchange.out.head.status, STATUS_INVALID);
}

union object {
	struct keyring_public head;
	uint8_t bytes[sizeof(struct keyring_public) + KEYRING_PUBLIC_MAX];
};

static void public_objects_are_their_owners(void **unused)
{
	union object object = {.head = {.owner = USER, .bytes = 3}};
	struct keyring_public behind = {.owner = USER};
	uint64_t number;

	(void)unused;
	memcpy(object.head.data, "abc", 3);
	assert_int_equal(
		ask(KEYRING_PUBLIC_PUT, &object, sizeof(object.head) + 3),
		STATUS_OK);
	memcpy(&number, answer(), sizeof(number));
	assert_int_equal(ask(KEYRING_PUBLIC_GET, &behind, sizeof(behind)),
			 STATUS_OK);
	memcpy(&object, answer(), sizeof(object.head) + 3);
	assert_int_equal(object.head.number, number);
	assert_memory_equal(object.head.data, "abc", 3);
	behind.number = number;
	assert_int_equal(ask(KEYRING_PUBLIC_GET, &behind, sizeof(behind)),
			 STATUS_NOT_FOUND);
	behind.owner = USER + 1;
	assert_int_equal(ask(KEYRING_PUBLIC_REMOVE, &behind, sizeof(behind)),
			 STATUS_NOT_FOUND);
	behind.owner = KEYRING_OWNER_SYSTEM;
	assert_int_equal(ask(KEYRING_PUBLIC_GET, &behind, sizeof(behind)),
			 STATUS_NOT_FOUND);
	object.head.bytes = KEYRING_PUBLIC_MAX;
	assert_int_equal(
		ask(KEYRING_PUBLIC_PUT, &object, sizeof(object.head) + 3),
		STATUS_INVALID);
	behind.owner = USER;
	assert_int_equal(ask(KEYRING_PUBLIC_REMOVE, &behind, sizeof(behind)),
			 STATUS_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_come_back_from_disk),
		TEST(power_may_go_at_any_moment),
		TEST(a_killed_vbsd_catches_up),
		TEST(a_full_disk_is_tried_again),
		TEST(another_roots_files_are_set_aside),
		TEST(power_may_go_while_a_vault_is_set_aside),
		TEST(a_full_disk_sets_nothing_aside),
		TEST(lost_is_the_administrators),
		TEST(a_vault_of_one_boot_is_not_missed),
		TEST(a_missing_file_costs_its_key_only),
		TEST(vbsds_own_methods_are_not_offered),
		TEST(public_objects_are_their_owners),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
