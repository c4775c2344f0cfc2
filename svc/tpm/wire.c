/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Called by all of svc/tpm. Invariant: no byte outside of what was given. */
#include "svc/tpm/wire.h"

#include "lib/bytes.h"

void tpm_put_bytes(struct tpm_put *put, const void *from, size_t len_bytes)
{
	if (put->failed || len_bytes > put->room - put->used) {
		put->failed = true;
		return;
	}
	if (len_bytes != 0) {
		memcpy(put->bytes + put->used, from, len_bytes);
		put->used += (uint32_t)len_bytes;
	}
}

static void put_number(struct tpm_put *put, uint64_t value, size_t len_bytes)
{
	uint8_t bytes[sizeof(value)];

	for (size_t i = len_bytes; i-- > 0; value >>= 8) {
		bytes[i] = (uint8_t)value;
	}
	tpm_put_bytes(put, bytes, len_bytes);
}

void tpm_put8(struct tpm_put *put, uint8_t value)
{
	put_number(put, value, sizeof(value));
}

void tpm_put16(struct tpm_put *put, uint32_t value)
{
	put_number(put, value, sizeof(uint16_t));
}

void tpm_put32(struct tpm_put *put, uint32_t value)
{
	put_number(put, value, sizeof(value));
}

void tpm_put64(struct tpm_put *put, uint64_t value)
{
	put_number(put, value, sizeof(value));
}

void tpm_put_sized(struct tpm_put *put, const void *from, size_t len_bytes)
{
	put->failed |= len_bytes > UINT16_MAX;
	tpm_put16(put, (uint32_t)len_bytes);
	tpm_put_bytes(put, from, len_bytes);
}

uint32_t tpm_put_open(struct tpm_put *put)
{
	tpm_put16(put, 0);
	return put->used;
}

void tpm_put_close(struct tpm_put *put, uint32_t at)
{
	uint32_t len_bytes = put->used - at;

	if (!put->failed) {
		put->used = at - (uint32_t)sizeof(uint16_t);
		tpm_put16(put, len_bytes);
		put->used += len_bytes;
	}
}

void tpm_get_bytes(struct tpm_get *get, void *to, size_t len_bytes)
{
	struct tpm_get part = tpm_get_part(get, len_bytes);

	if (get->failed) {
		bytes_zero(to, len_bytes);
	} else if (len_bytes != 0) {
		memcpy(to, part.at, len_bytes);
	}
}

static uint64_t get_number(struct tpm_get *get, size_t len_bytes)
{
	struct tpm_get part = tpm_get_part(get, len_bytes);
	uint64_t value = 0;

	for (size_t i = 0; i < part.left; i++) {
		value = value << 8 | part.at[i];
	}
	return value;
}

uint8_t tpm_get8(struct tpm_get *get)
{
	return (uint8_t)get_number(get, sizeof(uint8_t));
}

uint16_t tpm_get16(struct tpm_get *get)
{
	return (uint16_t)get_number(get, sizeof(uint16_t));
}

uint32_t tpm_get32(struct tpm_get *get)
{
	return (uint32_t)get_number(get, sizeof(uint32_t));
}

uint64_t tpm_get64(struct tpm_get *get)
{
	return get_number(get, sizeof(uint64_t));
}

struct tpm_get tpm_get_part(struct tpm_get *get, size_t len_bytes)
{
	struct tpm_get part = {.at = get->at, .left = len_bytes};

	if (get->failed || len_bytes > get->left) {
		get->failed = true;
		return (struct tpm_get){.failed = true};
	}
	if (len_bytes != 0) {
		get->at += len_bytes;
		get->left -= len_bytes;
	}
	return part;
}

struct tpm_get tpm_get_sized(struct tpm_get *get)
{
	return tpm_get_part(get, tpm_get16(get));
}

uint32_t tpm_get_copy(struct tpm_get *get, void *to, size_t room)
{
	struct tpm_get inside = tpm_get_sized(get);
	uint32_t len_bytes = (uint32_t)inside.left;

	if (len_bytes > room) {
		get->failed = true;
		return 0;
	}
	tpm_get_bytes(&inside, to, len_bytes);
	return len_bytes;
}

void tpm_get_exact(struct tpm_get *get, void *to, size_t len_bytes)
{
	struct tpm_get inside = tpm_get_sized(get);

	get->failed |= inside.left != len_bytes;
	if (get->failed) {
		bytes_zero(to, len_bytes);
	} else {
		tpm_get_bytes(&inside, to, len_bytes);
	}
}

enum status tpm_get_end(const struct tpm_get *get)
{
	return get->failed || get->left != 0 ? STATUS_CORRUPT : STATUS_OK;
}
