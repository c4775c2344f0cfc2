/* SPDX-License-Identifier: MIT */
/*
 * Private keys as PKCS#8 PrivateKeyInfo in DER (RFC 5208), which the keyring
 * imports. Each writes to the caller's buffer, who wipes it, and answers the
 * length, or 0 when it does not fit. Numbers are big-endian; that they make a
 * key is for the keyring to find out.
 */
#ifndef OPENVBS_HOST_LIBVBS_PKCS8_H
#define OPENVBS_HOST_LIBVBS_PKCS8_H

#include "host/libvbs/der.h"

#define PKCS8_ED25519_BYTES 32u

struct pkcs8_rsa {
	struct der_bytes n, e, d, p, q, dp, dq, qinv;
};

enum pkcs8_curve {
	PKCS8_P256,
	PKCS8_P384,
};

/* RFC 8017, A.1.2. */
size_t pkcs8_rsa(const struct pkcs8_rsa *key, uint8_t *out, size_t room);

/*
 * RFC 5915. A scalar of fewer bytes than the curve's gets its leading zeros;
 * one of more is refused (0), unless the surplus is zeros. The public point
 * (0x04 || x || y) may be absent.
 */
size_t pkcs8_ec(enum pkcs8_curve curve, struct der_bytes scalar,
		struct der_bytes point, uint8_t *out, size_t room);

/* RFC 8410, 7. */
size_t pkcs8_ed25519(const uint8_t seed[PKCS8_ED25519_BYTES], uint8_t *out,
		     size_t room);

#endif
