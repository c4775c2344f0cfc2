/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoder and verifier of the stored event log: any bytes are read within
 * their bounds, every batch is accounted for, nothing is proved that the key
 * has not signed, and all of a log that is right.
 *
 * Input: batches, each a count, FLAG_* and bytes of its records; what is
 * missing of them is zero.
 *
 * Links: host/libvbs/log_format.c host/libvbs/verify.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#include <nettle/eddsa.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#include "host/libvbs/log_format.h"
#include "host/libvbs/verify.h"
#include "tests/fuzz/fuzz.h"

#define FLAG_NUMBER 1u /* records follow the ones before */
#define FLAG_SIGN   2u /* the head that belongs there is signed */
#define FLAG_CHECK  4u /* the batch's check is right */
#define FLAG_RAW    8u /* no batch, `count` bytes as they are */
#define FLAG_RIGHT  7u
#define FLAG_ALL    15u
#define BATCHES_MAX 12u
#define CONTEXT	    (sizeof(AUDIT_HEAD_CONTEXT) - 1)

struct input {
	const uint8_t *data;
	size_t left;
};

/* The file as it grows, and what an honest VTL1 would know. */
struct file {
	uint8_t bytes[sizeof(struct log_header) + BATCHES_MAX * 4104];
	size_t len_bytes;
	uint64_t sequence;
	uint8_t chain[32];
	uint64_t records;
	bool all_right;
	bool any_signed;
};

static const uint8_t private_key[32] = {42};
static struct audit_key key = {.boot_id = {1}};

static void take(struct input *in, void *to, size_t len_bytes)
{
	size_t count = in->left < len_bytes ? in->left : len_bytes;

	memset(to, 0, len_bytes);
	memcpy(to, in->data, count);
	in->data += count;
	in->left -= count;
}

static void chain_add(struct file *f, const struct audit_record *record)
{
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, sizeof(f->chain), f->chain);
	sha256_update(&sha, sizeof(*record), (const uint8_t *)record);
	sha256_digest(&sha, sizeof(f->chain), f->chain);
}

static void make_head(const struct file *f, struct audit_signed_head *head)
{
	memcpy(head->head.boot_id, key.boot_id, sizeof(key.boot_id));
	memcpy(head->head.chain, f->chain, sizeof(f->chain));
	head->head.sequence = f->sequence;
}

static void sign(struct audit_signed_head *head)
{
	uint8_t message[CONTEXT + sizeof(head->head)];

	memcpy(message, AUDIT_HEAD_CONTEXT, CONTEXT);
	memcpy(message + CONTEXT, &head->head, sizeof(head->head));
	ed25519_sha512_sign(key.public_key, private_key, sizeof(message),
			    message, head->signature);
}

static void add(struct file *f, const void *from, size_t len_bytes)
{
	memcpy(f->bytes + f->len_bytes, from, len_bytes);
	f->len_bytes += len_bytes;
}

static void add_batch(struct file *f, struct input *in, uint32_t count,
		      unsigned flags)
{
	struct log_batch batch = {LOG_BATCH_MAGIC, count, 0, 0};
	struct audit_signed_head head = {.head = {.time = 9}};
	size_t start = f->len_bytes;
	struct audit_record record;

	add(f, &batch, sizeof(batch));
	for (uint32_t i = 0; i < count; i++) {
		take(in, &record, sizeof(record));
		f->sequence++;
		if ((flags & FLAG_NUMBER) != 0) {
			record.sequence = f->sequence;
		}
		chain_add(f, &record);
		add(f, &record, sizeof(record));
	}
	make_head(f, &head);
	if ((flags & FLAG_SIGN) != 0) {
		sign(&head);
		f->any_signed = true;
	}
	add(f, &head, sizeof(head));
	if ((flags & FLAG_CHECK) != 0) {
		batch.check =
			log_check(count, f->bytes + start + sizeof(batch));
		memcpy(f->bytes + start, &batch, sizeof(batch));
	}
	f->records += count;
	f->all_right = f->all_right && (flags & FLAG_RIGHT) == FLAG_RIGHT;
}

static void build(struct file *f, struct input *in)
{
	struct log_header header = {LOG_MAGIC, LOG_VERSION, sizeof(header), key,
				    0};
	uint8_t step[2], raw[256];

	ed25519_sha512_public_key(key.public_key, private_key);
	header.key = key;
	f->all_right = true;
	memcpy(f->chain, key.boot_id, sizeof(key.boot_id));
	add(f, &header, sizeof(header));
	for (unsigned i = 0; i < BATCHES_MAX && in->left != 0; i++) {
		take(in, step, sizeof(step));
		if ((step[1] & FLAG_RAW) == 0) {
			add_batch(f, in, step[0] % AUDIT_BATCH_MAX + 1,
				  step[1] & FLAG_ALL);
		} else if (step[0] != 0) {
			take(in, raw, step[0]);
			add(f, raw, step[0]);
			f->all_right = false;
		}
	}
}

static void check(const struct file *f)
{
	uint8_t *copy = malloc(f->len_bytes); /* no byte more is there */
	char words[VERIFY_WORDS_BYTES];
	struct log_entry entry;
	size_t offset = sizeof(struct log_header);
	uint64_t records = 0;
	struct verify v;

	memcpy(copy, f->bytes, f->len_bytes);
	while (log_next(copy, f->len_bytes, &offset, &entry) == STATUS_OK) {
		FUZZ_CHECK(entry.last == (offset == f->len_bytes));
		FUZZ_CHECK(entry.count >= 1 && entry.count <= AUDIT_BATCH_MAX);
		records += entry.count;
	}
	(void)verify_log(copy, f->len_bytes, &key, NULL, &v);
	FUZZ_CHECK(v.records <= records && v.proved <= v.records);
	FUZZ_CHECK(v.proved_through <= v.proved && !v.complete);
	FUZZ_CHECK(f->any_signed || v.proved == 0);
	FUZZ_CHECK(!f->all_right || v.proved_through == f->records);
	for (uint32_t i = 0; i < v.finding_count && i < VERIFY_FINDINGS_MAX;
	     i++) {
		FUZZ_CHECK(*verify_words(&v.finding[i], words) != '\0');
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	struct input in = {data, len_bytes};
	static struct file file;
	struct log_header header;

	(void)log_header_read(data, len_bytes, &header);
	memset(&file, 0, sizeof(file));
	build(&file, &in);
	check(&file);
	return 0;
}
