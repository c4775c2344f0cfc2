/* SPDX-License-Identifier: MIT */
/* From the numbers of a message to DER. */
#define _GNU_SOURCE
#include "host/ssh-agent/private.h"

#include <gmp.h>
#include <string.h>

#include "abi/keyring.h"
#include "host/libvbs/pkcs8.h"

#define RSA_BYTES_MAX 512u
#define LIMB_BYTES    sizeof(mp_limb_t)
#define LIMBS_MAX     (RSA_BYTES_MAX / LIMB_BYTES)

/* --- RSA: d mod (p - 1), without a branch on secrets ----------------------- */

struct remainder {
	mp_limb_t number[LIMBS_MAX + 1];
	mp_limb_t divisor[LIMBS_MAX];
	mp_limb_t scratch[4 * LIMBS_MAX + 4];
	uint8_t bytes[RSA_BYTES_MAX];
};

static size_t limbs(size_t len_bytes)
{
	return (len_bytes + LIMB_BYTES - 1) / LIMB_BYTES;
}

static void load(mp_limb_t *to, struct der_bytes from)
{
	memset(to, 0, limbs(from.len_bytes) * LIMB_BYTES);
	for (size_t i = 0; i < from.len_bytes; i++) {
		to[i / LIMB_BYTES] |=
			(mp_limb_t)from.bytes[from.len_bytes - 1 - i]
			<< (8 * (i % LIMB_BYTES));
	}
}

/*
 * d mod (prime - 1), into work->bytes; false: the numbers cannot be a key's.
 * A prime is odd, so that prime - 1 is prime with its lowest bit cleared.
 */
static bool crt_exponent(struct remainder *work, struct der_bytes d,
			 struct der_bytes prime)
{
	size_t d_limbs = limbs(d.len_bytes), p_limbs = limbs(prime.len_bytes);
	mp_bitcnt_t scratch;

	if (d.len_bytes > RSA_BYTES_MAX || p_limbs > d_limbs ||
	    prime.len_bytes == 0 ||
	    (prime.bytes[prime.len_bytes - 1] & 1) == 0 ||
	    (prime.len_bytes == 1 && prime.bytes[0] == 1)) {
		return false;
	}
	scratch = (mp_bitcnt_t)mpn_sec_div_r_itch((mp_size_t)d_limbs,
						  (mp_size_t)p_limbs);
	if (scratch > sizeof(work->scratch) / LIMB_BYTES) {
		return false;
	}
	load(work->number, d);
	load(work->divisor, prime);
	work->divisor[0] &= ~(mp_limb_t)1;
	mpn_sec_div_r(work->number, (mp_size_t)d_limbs, work->divisor,
		      (mp_size_t)p_limbs, work->scratch);
	for (size_t i = 0; i < prime.len_bytes; i++) {
		work->bytes[prime.len_bytes - 1 - i] =
			(uint8_t)(work->number[i / LIMB_BYTES] >>
				  (8 * (i % LIMB_BYTES)));
	}
	return true;
}

static size_t rsa_pkcs8(const struct message_rsa *rsa, uint8_t *out,
			size_t room)
{
	struct remainder dp, dq;
	size_t len_bytes = 0;

	if (crt_exponent(&dp, rsa->d, rsa->p) &&
	    crt_exponent(&dq, rsa->d, rsa->q)) {
		const struct pkcs8_rsa key = {
			.n = rsa->n,
			.e = rsa->e,
			.d = rsa->d,
			.p = rsa->p,
			.q = rsa->q,
			.dp = {dp.bytes, rsa->p.len_bytes},
			.dq = {dq.bytes, rsa->q.len_bytes},
			.qinv = rsa->qinv,
		};

		len_bytes = pkcs8_rsa(&key, out, room);
	}
	explicit_bzero(&dp, sizeof(dp));
	explicit_bzero(&dq, sizeof(dq));
	return len_bytes;
}

size_t private_pkcs8(const struct message_add *add, uint8_t *out, size_t room)
{
	switch (add->type) {
	case KEYRING_TYPE_RSA:
		return rsa_pkcs8(&add->rsa, out, room);
	case KEYRING_TYPE_P256:
	case KEYRING_TYPE_P384:
		return pkcs8_ec(add->type == KEYRING_TYPE_P256 ? PKCS8_P256
							       : PKCS8_P384,
				add->ec.scalar, add->ec.point, out, room);
	case KEYRING_TYPE_ED25519:
		return pkcs8_ed25519(add->ed25519.seed.bytes, out, room);
	default:
		return 0;
	}
}
