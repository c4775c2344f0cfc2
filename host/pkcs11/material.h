/* SPDX-License-Identifier: MIT */
/*
 * Public key material in PKCS#11's forms: curves as DER object identifiers,
 * points as DER octet strings, keys as SubjectPublicKeyInfo.
 */
#ifndef OPENVBS_HOST_PKCS11_MATERIAL_H
#define OPENVBS_HOST_PKCS11_MATERIAL_H

#include <stdbool.h>

#include "abi/keyring.h"
#include "host/libvbs/der.h"
#include "host/pkcs11/cryptoki.h"

/* A SubjectPublicKeyInfo of an RSA key is the longest of all. */
#define MATERIAL_BYTES_MAX (KEYRING_PUBLIC_BYTES + 64u)

/* CKK_* of enum keyring_type. */
unsigned long material_key_type(uint32_t type);

/* CKA_EC_PARAMS of a type; length 0: it has none. */
struct der_bytes material_curve(uint32_t type);

/* The type of a curve; KEYRING_TYPE_ANY: none of ours. */
uint32_t material_curve_type(struct der_bytes params);

/* CKA_EC_POINT; its length, 0: not a curve's key. */
size_t material_point(const struct keyring_object *key, uint8_t *out,
		      size_t room);

/*
 * Sets key->public_key from CKA_EC_POINT, the DER one or (as some programs
 * give it) what is in it. False: no point of key->type's length.
 */
bool material_set_point(struct keyring_object *key, struct der_bytes point);

/* Sets an RSA key. False: not of 2048, 3072 or 4096 bits, or a bad exponent. */
bool material_set_rsa(struct keyring_object *key, struct der_bytes modulus,
		      struct der_bytes exponent);

/* The exponent, big-endian without zeros before it; its length. */
size_t material_exponent(const struct keyring_object *key, uint8_t out[8]);

/* CKA_PUBLIC_KEY_INFO; its length, 0: no public half. */
size_t material_info(const struct keyring_object *key, uint8_t *out,
		     size_t room);

/* Bytes of a signature of this key's, of any mechanism but HMAC. */
size_t material_signature_bytes(const struct keyring_object *key);

#endif
