/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See ssh_private.h: OpenSSH's PROTOCOL.agent, RFC 9987. */
#include "tests/unit/ssh_private.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "host/libvbs/ssh_key.h"
#include "tests/unit/unit.h"

#define RSA_BITS      2048
#define ED25519_BYTES 32
#define NUMBER_BYTES  512

static void put_number(const EVP_PKEY *key, const char *name,
		       struct wire_out *wire)
{
	uint8_t bytes[NUMBER_BYTES];
	BIGNUM *number = NULL;

	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &number), 1);
	assert_true(BN_num_bytes(number) <= NUMBER_BYTES);
	wire_put_mpint(wire, (struct der_bytes){
				     bytes, (size_t)BN_bn2bin(number, bytes)});
	BN_free(number);
}

static void put_rsa(struct wire_out *wire)
{
	static const char *const names[] = {
		OSSL_PKEY_PARAM_RSA_N,	     OSSL_PKEY_PARAM_RSA_E,
		OSSL_PKEY_PARAM_RSA_D,	     OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
		OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2};
	EVP_PKEY *key = EVP_RSA_gen(RSA_BITS);

	assert_non_null(key);
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		put_number(key, names[i], wire);
	}
	EVP_PKEY_free(key);
}

static void put_ec(uint32_t type, struct wire_out *wire)
{
	EVP_PKEY *key =
		EVP_EC_gen(type == KEYRING_TYPE_P256 ? "P-256" : "P-384");
	uint8_t point[NUMBER_BYTES];
	size_t len = 0;

	assert_non_null(key);
	assert_int_equal(
		EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY,
						point, sizeof(point), &len),
		1);
	wire_put_text(wire, ssh_key_curve(type));
	wire_put_string(wire, (struct der_bytes){point, len});
	put_number(key, OSSL_PKEY_PARAM_PRIV_KEY, wire);
	EVP_PKEY_free(key);
}

static void put_ed25519(struct wire_out *wire)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	uint8_t both[2 * ED25519_BYTES];
	size_t seed_bytes = ED25519_BYTES, half_bytes = ED25519_BYTES;

	assert_non_null(key);
	assert_int_equal(EVP_PKEY_get_raw_private_key(key, both, &seed_bytes),
			 1);
	assert_int_equal(EVP_PKEY_get_raw_public_key(key, both + ED25519_BYTES,
						     &half_bytes),
			 1);
	wire_put_string(
		wire, (struct der_bytes){both + ED25519_BYTES, ED25519_BYTES});
	wire_put_string(wire, (struct der_bytes){both, sizeof(both)});
	EVP_PKEY_free(key);
}

void ssh_private_put(uint32_t type, struct wire_out *wire)
{
	wire_put_text(wire, ssh_key_name(type));
	switch (type) {
	case KEYRING_TYPE_RSA:
		put_rsa(wire);
		break;
	case KEYRING_TYPE_ED25519:
		put_ed25519(wire);
		break;
	default:
		put_ec(type, wire);
		break;
	}
	assert_false(wire->full);
}
