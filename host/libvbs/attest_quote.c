/* SPDX-License-Identifier: MIT */
/* Sections are those of the TPM 2.0 Library, Part 2. */
#include "host/libvbs/attest_quote.h"

#include <nettle/base64.h>
#include <nettle/bignum.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

#define ALG_SHA256   0x000bu
#define ALG_ECDSA    0x0018u
#define GENERATED    0xff544347u /* 6.2: only a TPM signs what begins so */
#define ATTEST_QUOTE 0x8018u	 /* 6.9 */
#define CLOCK_BYTES  17u	 /* 10.11.1 */
#define FIRMWARE     8u		 /* its version */
#define SELECT_BYTES 3u

/*
 * 12.2.4: P-256, SHA-256; attributes fixedTPM, fixedParent,
 * sensitiveDataOrigin, userWithAuth, noDA, restricted, sign; no policy; no
 * symmetric algorithm, ECDSA with SHA-256, no key derivation.
 */
const uint8_t attest_ak_front[ATTEST_AK_FRONT_BYTES] = {
	0x00, 0x23, 0x00, 0x0b, 0x00, 0x05, 0x04, 0x72, 0x00, 0x00,
	0x00, 0x10, 0x00, 0x18, 0x00, 0x0b, 0x00, 0x03, 0x00, 0x10};

/* RFC 5480: SEQUENCE { SEQUENCE { ecPublicKey, P-256 }, BIT STRING { 4, ... */
static const uint8_t spki_front[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a,
				     0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
				     0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
				     0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
#define SPKI_BYTES  (sizeof(spki_front) + sizeof(struct attest_ak))
#define PEM_BEGIN   "-----BEGIN PUBLIC KEY-----"
#define PEM_END	    "-----END PUBLIC KEY-----"
#define PEM_COLUMNS 64

/* A number that a TPM may have written without its leading zeros. */
static void take_number(struct reader *reader,
			uint8_t to[ATTEST_COORDINATE_BYTES])
{
	struct bytes_view view = reader_tpm2b(reader);

	memset(to, 0, ATTEST_COORDINATE_BYTES);
	if (view.len_bytes == 0 || view.len_bytes > ATTEST_COORDINATE_BYTES) {
		reader->bad = true;
		return;
	}
	memcpy(to + ATTEST_COORDINATE_BYTES - view.len_bytes, view.bytes,
	       view.len_bytes);
}

bool attest_ak_read(struct bytes_view bytes, struct attest_ak *ak)
{
	struct reader outer = reader_of(bytes);
	struct reader reader = reader_of(reader_tpm2b(&outer));

	reader_expect(&reader, attest_ak_front, sizeof(attest_ak_front));
	take_number(&reader, ak->x);
	take_number(&reader, ak->y);
	return reader_end(&outer) && reader_end(&reader);
}

/* 10.9.1, 10.12.1: one selection, of SHA-256, and the digest. */
static void take_pcrs(struct reader *reader, struct attest_quote *quote)
{
	struct bytes_view digest;

	if (reader_big(reader, 4) != 1 || reader_big(reader, 2) != ALG_SHA256 ||
	    reader_big(reader, 1) != SELECT_BYTES) {
		reader->bad = true;
	}
	quote->pcrs = (uint32_t)reader_little(reader, SELECT_BYTES);
	digest = reader_tpm2b(reader);
	if (digest.len_bytes != sizeof(quote->pcr_digest)) {
		reader->bad = true;
		return;
	}
	memcpy(quote->pcr_digest, digest.bytes, digest.len_bytes);
}

bool attest_quote_read(struct bytes_view bytes, struct attest_quote *quote)
{
	struct reader reader = reader_of(bytes);

	*quote = (struct attest_quote){0};
	if (reader_big(&reader, 4) != GENERATED ||
	    reader_big(&reader, 2) != ATTEST_QUOTE) {
		return false;
	}
	(void)reader_tpm2b(&reader); /* the signer's qualified name */
	quote->extra = reader_tpm2b(&reader);
	(void)reader_bytes(&reader, CLOCK_BYTES + FIRMWARE);
	take_pcrs(&reader, quote);
	return reader_end(&reader);
}

static bool ecdsa_good(const struct attest_ak *ak, uint8_t (*number)[2][32],
		       const uint8_t digest[ATTEST_DIGEST_BYTES])
{
	struct dsa_signature signature;
	struct ecc_point point;
	mpz_t x, y;
	bool good;

	ecc_point_init(&point, nettle_get_secp_256r1());
	dsa_signature_init(&signature);
	nettle_mpz_init_set_str_256_u(x, sizeof(ak->x), ak->x);
	nettle_mpz_init_set_str_256_u(y, sizeof(ak->y), ak->y);
	nettle_mpz_set_str_256_u(signature.r, ATTEST_COORDINATE_BYTES,
				 (*number)[0]);
	nettle_mpz_set_str_256_u(signature.s, ATTEST_COORDINATE_BYTES,
				 (*number)[1]);
	good = ecc_point_set(&point, x, y) != 0 &&
	       ecdsa_verify(&point, ATTEST_DIGEST_BYTES, digest, &signature) !=
		       0;
	mpz_clear(x);
	mpz_clear(y);
	dsa_signature_clear(&signature);
	ecc_point_clear(&point);
	return good;
}

bool attest_quote_signed(struct bytes_view quote, struct bytes_view signature,
			 const struct attest_ak *ak)
{
	struct reader reader = reader_of(signature);
	uint8_t number[2][ATTEST_COORDINATE_BYTES];
	uint8_t digest[ATTEST_DIGEST_BYTES];
	struct sha256_ctx context;

	if (reader_big(&reader, 2) != ALG_ECDSA ||
	    reader_big(&reader, 2) != ALG_SHA256) {
		return false;
	}
	take_number(&reader, number[0]);
	take_number(&reader, number[1]);
	if (!reader_end(&reader)) {
		return false;
	}
	sha256_init(&context);
	sha256_update(&context, quote.len_bytes, quote.bytes);
	sha256_digest(&context, sizeof(digest), digest);
	return ecdsa_good(ak, &number, digest);
}

void attest_ak_pem(const struct attest_ak *ak, char to[ATTEST_AK_PEM_BYTES])
{
	char text[BASE64_ENCODE_RAW_LENGTH(SPKI_BYTES)];
	uint8_t der[SPKI_BYTES];

	memcpy(der, spki_front, sizeof(spki_front));
	memcpy(der + sizeof(spki_front), ak, sizeof(*ak));
	base64_encode_raw(text, sizeof(der), der);
	(void)snprintf(to, ATTEST_AK_PEM_BYTES,
		       PEM_BEGIN "\n%.*s\n%.*s\n" PEM_END "\n", PEM_COLUMNS,
		       text, (int)sizeof(text) - PEM_COLUMNS,
		       text + PEM_COLUMNS);
}

bool attest_ak_from_pem(const char *text, struct attest_ak *ak)
{
	const char *begin = strstr(text, PEM_BEGIN), *end;
	struct base64_decode_ctx context;
	uint8_t der[BASE64_DECODE_LENGTH(ATTEST_AK_PEM_BYTES)];
	size_t len_bytes = sizeof(der);

	if (begin == NULL) {
		return false;
	}
	begin += strlen(PEM_BEGIN);
	end = strstr(begin, PEM_END);
	if (end == NULL || end - begin > ATTEST_AK_PEM_BYTES) {
		return false;
	}
	base64_decode_init(&context);
	if (base64_decode_update(&context, &len_bytes, der,
				 (size_t)(end - begin), begin) == 0 ||
	    base64_decode_final(&context) == 0 || len_bytes != SPKI_BYTES ||
	    memcmp(der, spki_front, sizeof(spki_front)) != 0) {
		return false;
	}
	memcpy(ak, der + sizeof(spki_front), sizeof(*ak));
	return true;
}
