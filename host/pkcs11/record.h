/* SPDX-License-Identifier: MIT */
/*
 * Certificates, data and lone public keys as bytes, which vbsd keeps for us
 * and whose form is ours alone; all numbers little-endian:
 *
 *	"OVBSP11\1"
 *	for each attribute, in rising order of type:
 *	  type (4 bytes)  length (4)  value
 *
 * CK_ULONG is 8 bytes, CK_BBOOL one of 0 or 1. The decoder takes exactly
 * what the encoder makes.
 */
#ifndef OPENVBS_HOST_PKCS11_RECORD_H
#define OPENVBS_HOST_PKCS11_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/libvbs/keyring.h"
#include "host/pkcs11/cryptoki.h"

#define RECORD_BYTES_MAX KEYRING_PUBLIC_MAX
#define RECORD_COUNT_MAX 32u

struct record {
	size_t len_bytes;
	size_t count;
	struct record_item {
		uint32_t type;
		uint32_t len_bytes;
		uint32_t at; /* in `bytes` */
	} item[RECORD_COUNT_MAX];
	uint8_t bytes[RECORD_BYTES_MAX];
};

enum record_form {
	RECORD_BYTES,
	RECORD_NUMBER,
	RECORD_BOOL,
	RECORD_UNKNOWN, /* no attribute that a record has */
};

enum record_form record_form(unsigned long type);

/* Begins an empty one. */
void record_start(struct record *record);

/*
 * Puts an attribute in its place, or another value in the place of its old
 * one. False: of no known type or form, or no room is left.
 */
bool record_set(struct record *record, unsigned long type, const void *value,
		size_t len_bytes);

/* Its value or NULL. */
const uint8_t *record_get(const struct record *record, unsigned long type,
			  size_t *len_bytes);

/* A number or flag of it; `otherwise` when it is not there. */
unsigned long record_number(const struct record *record, unsigned long type,
			    unsigned long otherwise);

/* Reads `len_bytes` of record->bytes. False: they are no record. */
bool record_decode(struct record *record, size_t len_bytes);

#endif
