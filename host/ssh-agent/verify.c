/* SPDX-License-Identifier: MIT */
/* RFC 8332 (RSA), 5656 (ECDSA), 8709 (Ed25519), by nettle. */
#include "host/ssh-agent/verify.h"

#include <nettle/bignum.h>
#include <nettle/dsa.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/eddsa.h>
#include <nettle/rsa.h>
#include <nettle/sha2.h>
#include <string.h>

#include "host/libvbs/ssh_wire.h"

#define CERTIFICATE   "-cert-v01@openssh.com"
#define RSA_BYTES_MIN 128u
#define RSA_BYTES_MAX 2048u

struct curve {
	const char *name;      /* of the key and of its signature */
	const char *curve;     /* within the key */
	size_t number_bytes;   /* of a coordinate */
	unsigned digest_bytes; /* 32, 48, 64 */
};

static const struct curve curves[] = {
	{"ecdsa-sha2-nistp256", "nistp256", 32, SHA256_DIGEST_SIZE},
	{"ecdsa-sha2-nistp384", "nistp384", 48, SHA384_DIGEST_SIZE},
	{"ecdsa-sha2-nistp521", "nistp521", 66, SHA512_DIGEST_SIZE},
};

static void digest(struct der_bytes data, unsigned digest_bytes,
		   uint8_t out[SHA512_DIGEST_SIZE])
{
	struct sha256_ctx sha256;
	struct sha512_ctx sha512;

	if (digest_bytes == SHA256_DIGEST_SIZE) {
		sha256_init(&sha256);
		sha256_update(&sha256, data.len_bytes, data.bytes);
		sha256_digest(&sha256, SHA256_DIGEST_SIZE, out);
	} else if (digest_bytes == SHA384_DIGEST_SIZE) {
		sha384_init(&sha512);
		sha384_update(&sha512, data.len_bytes, data.bytes);
		sha384_digest(&sha512, SHA384_DIGEST_SIZE, out);
	} else {
		sha512_init(&sha512);
		sha512_update(&sha512, data.len_bytes, data.bytes);
		sha512_digest(&sha512, SHA512_DIGEST_SIZE, out);
	}
}

/* --- RSA ------------------------------------------------------------------ */

static bool rsa(struct wire_in *key, struct wire_in *signature,
		struct der_bytes name, struct der_bytes data)
{
	struct der_bytes e = wire_mpint(key), n = wire_mpint(key);
	struct der_bytes s = wire_string(signature);
	uint8_t hash[SHA512_DIGEST_SIZE];
	struct rsa_public_key public_key;
	bool sha256 = wire_is(name, "rsa-sha2-256"), good;
	mpz_t number;

	if ((!sha256 && !wire_is(name, "rsa-sha2-512")) || key->bad ||
	    !wire_end(signature) || n.len_bytes < RSA_BYTES_MIN ||
	    n.len_bytes > RSA_BYTES_MAX || e.len_bytes > n.len_bytes ||
	    s.len_bytes > n.len_bytes) {
		return false;
	}
	digest(data, sha256 ? SHA256_DIGEST_SIZE : SHA512_DIGEST_SIZE, hash);
	rsa_public_key_init(&public_key);
	nettle_mpz_set_str_256_u(public_key.n, n.len_bytes, n.bytes);
	nettle_mpz_set_str_256_u(public_key.e, e.len_bytes, e.bytes);
	nettle_mpz_init_set_str_256_u(number, s.len_bytes, s.bytes);
	good = rsa_public_key_prepare(&public_key) != 0 &&
	       (sha256 ? rsa_sha256_verify_digest(&public_key, hash, number)
		       : rsa_sha512_verify_digest(&public_key, hash, number)) !=
		       0;
	mpz_clear(number);
	rsa_public_key_clear(&public_key);
	return good;
}

/* --- ECDSA ---------------------------------------------------------------- */

static const struct ecc_curve *curve_of(const struct curve *curve)
{
	return curve->number_bytes == 32   ? nettle_get_secp_256r1()
	       : curve->number_bytes == 48 ? nettle_get_secp_384r1()
					   : nettle_get_secp_521r1();
}

/* 0x04 || x || y on the curve. */
static bool set_point(struct ecc_point *point, struct der_bytes from)
{
	size_t half = (from.len_bytes - 1) / 2;
	mpz_t x, y;
	int good;

	nettle_mpz_init_set_str_256_u(x, half, from.bytes + 1);
	nettle_mpz_init_set_str_256_u(y, half, from.bytes + 1 + half);
	good = ecc_point_set(point, x, y);
	mpz_clear(x);
	mpz_clear(y);
	return good != 0;
}

static bool ecdsa(struct wire_in *key, struct wire_in *signature,
		  const struct curve *curve, struct der_bytes data)
{
	bool same = wire_is(wire_string(key), curve->curve);
	struct der_bytes from = wire_string(key);
	struct wire_in inner = wire_from(wire_string(signature));
	struct der_bytes r = wire_mpint(&inner), s = wire_mpint(&inner);
	uint8_t hash[SHA512_DIGEST_SIZE];
	struct dsa_signature numbers;
	struct ecc_point point;
	bool good;

	if (!same || key->bad || !wire_end(signature) || !wire_end(&inner) ||
	    from.len_bytes != 2 * curve->number_bytes + 1 ||
	    from.bytes[0] != 4 || r.len_bytes > curve->number_bytes ||
	    s.len_bytes > curve->number_bytes) {
		return false;
	}
	digest(data, curve->digest_bytes, hash);
	ecc_point_init(&point, curve_of(curve));
	dsa_signature_init(&numbers);
	nettle_mpz_set_str_256_u(numbers.r, r.len_bytes, r.bytes);
	nettle_mpz_set_str_256_u(numbers.s, s.len_bytes, s.bytes);
	good = set_point(&point, from) &&
	       ecdsa_verify(&point, curve->digest_bytes, hash, &numbers) != 0;
	dsa_signature_clear(&numbers);
	ecc_point_clear(&point);
	return good;
}

/* --- all ------------------------------------------------------------------ */

static bool ed25519(struct wire_in *key, struct wire_in *signature,
		    struct der_bytes data)
{
	struct der_bytes point = wire_string(key);
	struct der_bytes s = wire_string(signature);

	return !key->bad && wire_end(signature) &&
	       point.len_bytes == ED25519_KEY_SIZE &&
	       s.len_bytes == ED25519_SIGNATURE_SIZE &&
	       ed25519_sha512_verify(point.bytes, data.len_bytes, data.bytes,
				     s.bytes) != 0;
}

/*
 * The key's name. A certificate has a nonce in front of the same members, and
 * more behind them.
 */
static struct der_bytes read_name(struct wire_in *key, bool *certificate)
{
	struct der_bytes name = wire_string(key);
	size_t tail = sizeof(CERTIFICATE) - 1;

	*certificate = name.len_bytes > tail &&
		       memcmp(name.bytes + name.len_bytes - tail, CERTIFICATE,
			      tail) == 0;
	if (*certificate) {
		name.len_bytes -= tail;
		(void)wire_string(key);
	}
	return name;
}

bool verify_signature(struct der_bytes key, struct der_bytes signature,
		      struct der_bytes data)
{
	struct wire_in from = wire_from(key), by = wire_from(signature);
	bool certificate, good = false;
	struct der_bytes name = read_name(&from, &certificate);
	struct der_bytes how = wire_string(&by);

	if (from.bad || by.bad) {
		return false;
	}
	if (wire_is(name, "ssh-rsa")) {
		good = rsa(&from, &by, how, data);
	} else if (wire_is(name, "ssh-ed25519") &&
		   wire_is(how, "ssh-ed25519")) {
		good = ed25519(&from, &by, data);
	}
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
		if (wire_is(name, curves[i].name) &&
		    wire_is(how, curves[i].name)) {
			good = ecdsa(&from, &by, &curves[i], data);
		}
	}
	return good && (certificate || wire_end(&from));
}
