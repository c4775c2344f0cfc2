/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RSA by hogweed's functions that blind and check their result ("_tr"), so
 * that neither timing nor a fault of the processor tells the key.
 */
#include <nettle/bignum.h>
#include <nettle/rsa.h>

#include "lib/bytes.h"
#include "svc/keyring/algorithms.h"
#include "svc/rt/rt.h"

#define EXPONENT      65537u
#define EXPONENT_BITS 63u
#define PARTS	      5u

static bool size_is_good(size_t bits)
{
	return bits == 2048 || bits == 3072 || bits == 4096;
}

static size_t half_bytes(const struct key *key)
{
	return key->object.bits / 16;
}

/* A private key's parts, in the order of key.h. */
static void parts_store(struct key *key, const mpz_srcptr part[PARTS])
{
	size_t half = half_bytes(key);

	for (size_t i = 0; i < PARTS; i++) {
		nettle_mpz_get_str_256(half, key->secret + i * half, part[i]);
	}
	key->secret_bytes = (uint32_t)(PARTS * half);
}

static void public_store(struct key *key, const mpz_t n, uint64_t exponent)
{
	key->object.public_bytes = key->object.bits / 8;
	nettle_mpz_get_str_256(key->object.public_bytes, key->object.public_key,
			       n);
	key->object.exponent = exponent;
}

enum status rsa_generate(struct key *key)
{
	struct rsa_public_key pub;
	struct rsa_private_key private;
	int made;

	if (!size_is_good(key->object.bits)) {
		return STATUS_INVALID;
	}
	rsa_public_key_init(&pub);
	rsa_private_key_init(&private);
	mpz_set_ui(pub.e, EXPONENT);
	made = rsa_generate_keypair(&pub, &private, NULL, rt_random, NULL, NULL,
				    key->object.bits, 0);
	if (made) {
		parts_store(key, (mpz_srcptr[]){private.p, private.q, private.a,
						private.b, private.c});
		public_store(key, pub.n, EXPONENT);
	}
	rsa_private_key_clear(&private);
	rsa_public_key_clear(&pub);
	return made ? STATUS_OK : STATUS_INVALID;
}

/* Whether x * y is 1 modulo m. */
static bool is_inverse(const mpz_t x, const mpz_t y, const mpz_t m)
{
	bool is;
	mpz_t product;

	mpz_init(product);
	mpz_mul(product, x, y);
	mpz_mod(product, product, m);
	is = mpz_cmp_ui(product, 1) == 0;
	mpz_clear(product);
	return is;
}

/* Whether a prime of half the modulus's size, and its exponent, fit. */
static bool half_fits(const mpz_t prime, const mpz_t exponent, const mpz_t e,
		      size_t bits)
{
	bool fits = mpz_sizeinbase(prime, 2) == bits / 2 && mpz_odd_p(prime);
	mpz_t less;

	mpz_init(less);
	mpz_sub_ui(less, prime, 1);
	fits = fits && mpz_sgn(exponent) > 0 && mpz_cmp(exponent, less) < 0 &&
	       is_inverse(e, exponent, less);
	mpz_clear(less);
	return fits;
}

static bool numbers_fit(const struct rsa_numbers *of, size_t bits)
{
	bool fits;
	mpz_t product;

	if (!size_is_good(bits) || mpz_cmp_ui(of->e, 3) < 0 ||
	    !mpz_odd_p(of->e) || mpz_sizeinbase(of->e, 2) > EXPONENT_BITS ||
	    mpz_sgn(of->p) <= 0 || mpz_sgn(of->q) <= 0) {
		return false;
	}
	mpz_init(product);
	mpz_mul(product, of->p, of->q);
	fits = mpz_cmp(product, of->n) == 0;
	mpz_clear(product);
	return fits && half_fits(of->p, of->a, of->e, bits) &&
	       half_fits(of->q, of->b, of->e, bits) && mpz_sgn(of->c) > 0 &&
	       mpz_cmp(of->c, of->p) < 0 && is_inverse(of->c, of->q, of->p);
}

enum status rsa_take(struct key *key, const struct rsa_numbers *numbers)
{
	size_t bits = mpz_sizeinbase(numbers->n, 2);

	if (!numbers_fit(numbers, bits)) {
		return STATUS_INVALID;
	}
	key->object.bits = (uint32_t)bits;
	parts_store(key, (mpz_srcptr[]){numbers->p, numbers->q, numbers->a,
					numbers->b, numbers->c});
	public_store(key, numbers->n, mpz_get_ui(numbers->e));
	return STATUS_OK;
}

static void load(const struct key *key, struct rsa_public_key *pub,
		 struct rsa_private_key *private)
{
	size_t half = half_bytes(key);

	rsa_public_key_init(pub);
	rsa_private_key_init(private);
	nettle_mpz_set_str_256_u(pub->n, key->object.public_bytes,
				 key->object.public_key);
	mpz_set_ui(pub->e, key->object.exponent);
	pub->size = key->object.public_bytes;
	nettle_mpz_set_str_256_u(private->p, half, key->secret);
	nettle_mpz_set_str_256_u(private->q, half, key->secret + half);
	nettle_mpz_set_str_256_u(private->a, half, key->secret + 2 * half);
	nettle_mpz_set_str_256_u(private->b, half, key->secret + 3 * half);
	nettle_mpz_set_str_256_u(private->c, half, key->secret + 4 * half);
	private->size = pub->size;
}

typedef int (*pss_t)(const struct rsa_public_key *pub,
		     const struct rsa_private_key *key, void *random_ctx,
		     nettle_random_func *random, size_t salt_length,
		     const uint8_t *salt, const uint8_t *digest, mpz_t s);

#define SALT_MOST 64u

static int sign_pss(const struct rsa_public_key *pub,
		    const struct rsa_private_key *private,
		    const struct key_work *work, mpz_t s)
{
	static const struct {
		pss_t sign;
		size_t digest_bytes;
	} by[] = {{rsa_pss_sha256_sign_digest_tr, 32},
		  {rsa_pss_sha384_sign_digest_tr, 48},
		  {rsa_pss_sha512_sign_digest_tr, 64}};
	uint32_t index = work->mechanism - KEYRING_RSA_PSS_SHA256;
	uint8_t salt[SALT_MOST];

	if (work->extra > sizeof(salt) ||
	    work->in_bytes != by[index].digest_bytes) {
		return 0;
	}
	rt_random(NULL, work->extra, salt);
	return by[index].sign(pub, private, NULL, rt_random, work->extra, salt,
			      work->in, s);
}

enum status rsa_sign(const struct key *key, struct key_work *work)
{
	struct rsa_public_key pub;
	struct rsa_private_key private;
	mpz_t s;
	int done;

	if (work->out_bytes < key->object.public_bytes) {
		return STATUS_NO_SPACE;
	}
	load(key, &pub, &private);
	mpz_init(s);
	if (work->mechanism == KEYRING_RSA_PKCS) {
		done = work->extra == 0 &&
		       rsa_pkcs1_sign_tr(&pub, &private, NULL, rt_random,
					 work->in_bytes, work->in, s);
	} else {
		done = sign_pss(&pub, &private, work, s);
	}
	if (done) {
		work->out_bytes = pub.size;
		nettle_mpz_get_str_256(pub.size, work->out, s);
	}
	mpz_clear(s);
	rsa_private_key_clear(&private);
	rsa_public_key_clear(&pub);
	return done ? STATUS_OK : STATUS_INVALID;
}
