/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers and sized buffers as a TPM has them: big-endian, a length of two
 * bytes before (TPM2B, Part 2, 10.4). Both directions fail once and stay
 * failed, so that a caller asks at the end: a failed writer writes nothing
 * more, a failed reader reads zeros.
 */
#ifndef OPENVBS_SVC_TPM_WIRE_H
#define OPENVBS_SVC_TPM_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/status.h"

struct tpm_put {
	uint8_t *bytes;
	uint32_t room;
	uint32_t used;
	bool failed;
};

void tpm_put_bytes(struct tpm_put *put, const void *from, size_t len_bytes);
void tpm_put8(struct tpm_put *put, uint8_t value);
void tpm_put16(struct tpm_put *put, uint32_t value); /* the low 16 bits */
void tpm_put32(struct tpm_put *put, uint32_t value);
void tpm_put64(struct tpm_put *put, uint64_t value);

/* A TPM2B of these bytes; none: an empty one. */
void tpm_put_sized(struct tpm_put *put, const void *from, size_t len_bytes);

/* A TPM2B of what is put between the two; `at` is tpm_put_open()'s result. */
uint32_t tpm_put_open(struct tpm_put *put);
void tpm_put_close(struct tpm_put *put, uint32_t at);

struct tpm_get {
	const uint8_t *at;
	size_t left;
	bool failed;
};

void tpm_get_bytes(struct tpm_get *get, void *to, size_t len_bytes);
uint8_t tpm_get8(struct tpm_get *get);
uint16_t tpm_get16(struct tpm_get *get);
uint32_t tpm_get32(struct tpm_get *get);
uint64_t tpm_get64(struct tpm_get *get);

/* Steps over so many bytes and returns a reader of them. */
struct tpm_get tpm_get_part(struct tpm_get *get, size_t len_bytes);

/* A reader of what is inside the next TPM2B; `get` goes behind it. */
struct tpm_get tpm_get_sized(struct tpm_get *get);

/* A TPM2B of at most `room` bytes; returns how many. */
uint32_t tpm_get_copy(struct tpm_get *get, void *to, size_t room);

/* Fails unless a TPM2B of exactly so many bytes comes. */
void tpm_get_exact(struct tpm_get *get, void *to, size_t len_bytes);

/* STATUS_CORRUPT: it has failed, or bytes are left. */
enum status tpm_get_end(const struct tpm_get *get);

#endif
