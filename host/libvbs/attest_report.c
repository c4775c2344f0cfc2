/* SPDX-License-Identifier: MIT */
/*
 * A reader for one form of CBOR (RFC 8949, 4.2.1), not for CBOR: each claim
 * in its place, each head in its shortest form.
 */
#include "host/libvbs/attest_report.h"

#include <nettle/eddsa.h>
#include <string.h>

#define PROTECTED_BYTES (sizeof(COSE_PROTECTED) - 1)
#define CONTEXT_BYTES	(sizeof(COSE_CONTEXT) - 1)

/* RFC 8949, 3: major types in the high bits, a number or its size below. */
#define TYPE_UNSIGNED  0u
#define TYPE_NEGATIVE  1u
#define TYPE_BYTES     2u
#define TYPE_ARRAY     4u
#define TYPE_MAP       5u
#define TYPE_TAG       6u
#define TYPE_SHIFT     5u
#define VALUE_MASK     0x1fu
#define IN_FIRST_BYTE  24u
#define FOLLOWING_MOST 27u

/* Heads of array, context, header, no external data: Sig_structure's front. */
static const uint8_t signed_front[] =
	"\x84\x6a" COSE_CONTEXT "\x43" COSE_PROTECTED "\x40";
#define FRONT_BYTES	(sizeof(signed_front) - 1)
#define CLAIM_HEAD_MOST 2u

static uint64_t head(struct reader *reader, unsigned type)
{
	unsigned first = (unsigned)reader_big(reader, 1);
	unsigned value = first & VALUE_MASK;
	uint64_t number, least;
	size_t size;

	if (first >> TYPE_SHIFT != type || value > FOLLOWING_MOST) {
		reader->bad = true;
		return 0;
	}
	if (value < IN_FIRST_BYTE) {
		return value;
	}
	size = (size_t)1 << (value - IN_FIRST_BYTE);
	least = size == 1 ? IN_FIRST_BYTE : UINT64_C(1) << (8 * size / 2);
	number = reader_big(reader, size);
	if (number < least) {
		reader->bad = true; /* a shorter form would do */
	}
	return number;
}

static void expect_head(struct reader *reader, unsigned type, uint64_t value)
{
	if (head(reader, type) != value) {
		reader->bad = true;
	}
}

static void claim(struct reader *reader, int64_t name)
{
	if (name < 0) {
		expect_head(reader, TYPE_NEGATIVE, (uint64_t)(-1 - name));
	} else {
		expect_head(reader, TYPE_UNSIGNED, (uint64_t)name);
	}
}

static void take_bytes(struct reader *reader, void *to, size_t len_bytes)
{
	struct bytes_view view;

	expect_head(reader, TYPE_BYTES, len_bytes);
	view = reader_bytes(reader, len_bytes);
	if (view.len_bytes == len_bytes) {
		memcpy(to, view.bytes, len_bytes);
	}
}

static bool read_claims(struct attest_report *report)
{
	struct reader reader = reader_of(report->claims);

	expect_head(&reader, TYPE_MAP, ATTEST_CLAIMS);
	claim(&reader, ATTEST_CLAIM_NONCE);
	take_bytes(&reader, report->nonce, sizeof(report->nonce));
	claim(&reader, ATTEST_CLAIM_BOOT);
	take_bytes(&reader, report->boot_id, sizeof(report->boot_id));
	claim(&reader, ATTEST_CLAIM_EVENTS);
	report->events = head(&reader, TYPE_UNSIGNED);
	claim(&reader, ATTEST_CLAIM_CHAIN);
	take_bytes(&reader, report->chain, sizeof(report->chain));
	claim(&reader, ATTEST_CLAIM_LOST);
	report->lost = head(&reader, TYPE_UNSIGNED);
	return reader_end(&reader);
}

bool attest_report_read(struct bytes_view bytes, struct attest_report *report)
{
	struct reader reader = reader_of(bytes);
	uint64_t claims_bytes;

	memset(report, 0, sizeof(*report));
	expect_head(&reader, TYPE_TAG, COSE_SIGN1_TAG);
	expect_head(&reader, TYPE_ARRAY, COSE_SIGN1_MEMBERS);
	expect_head(&reader, TYPE_BYTES, PROTECTED_BYTES);
	reader_expect(&reader, COSE_PROTECTED, PROTECTED_BYTES);
	expect_head(&reader, TYPE_MAP, 0);
	claims_bytes = head(&reader, TYPE_BYTES);
	if (claims_bytes > ATTEST_CLAIMS_BYTES_MAX) {
		return false;
	}
	report->claims = reader_bytes(&reader, (size_t)claims_bytes);
	take_bytes(&reader, report->signature, sizeof(report->signature));
	return reader_end(&reader) && read_claims(report);
}

/* RFC 9052, 4.4. */
bool attest_report_signed(const struct attest_report *report,
			  const uint8_t key[AUDIT_KEY_BYTES])
{
	uint8_t message[FRONT_BYTES + CLAIM_HEAD_MOST +
			ATTEST_CLAIMS_BYTES_MAX];
	size_t claims_bytes = report->claims.len_bytes;
	/* The head stands right before the claims, in the report too. */
	size_t head_bytes = claims_bytes < IN_FIRST_BYTE ? 1 : CLAIM_HEAD_MOST;

	memcpy(message, signed_front, FRONT_BYTES);
	memcpy(message + FRONT_BYTES, report->claims.bytes - head_bytes,
	       head_bytes + claims_bytes);
	return ed25519_sha512_verify(key,
				     FRONT_BYTES + head_bytes + claims_bytes,
				     message, report->signature) != 0;
}
