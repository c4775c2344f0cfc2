/* SPDX-License-Identifier: MIT */
/* C_GenerateRandom and C_SeedRandom. */
#include "host/pkcs11/door.h"
#include "host/pkcs11/error.h"
#include "host/pkcs11/session.h"

static ck_rv_t fill(unsigned char *out, unsigned long len)
{
	while (len > 0) {
		struct keyring_number in = {
			len < KEYRING_DATA_BYTES ? len : KEYRING_DATA_BYTES};
		enum status status = door_ask(KEYRING_RANDOM, &in, sizeof(in),
					      out, (size_t)in.number);

		if (status != STATUS_OK) {
			return error_of(status, ERROR_TOKEN);
		}
		out += in.number;
		len -= in.number;
	}
	return CKR_OK;
}

ck_rv_t C_GenerateRandom(ck_session_handle_t handle, unsigned char *out,
			 unsigned long len)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	rv = out == NULL && len > 0 ? CKR_ARGUMENTS_BAD : fill(out, len);
	return session_leave(session, rv);
}

/*
 * VTL1 takes no entropy from VTL0. NSS offers some whenever it meets a token,
 * and takes a refusal calmly.
 */
ck_rv_t C_SeedRandom(ck_session_handle_t handle, unsigned char *seed,
		     unsigned long len)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	(void)seed;
	(void)len;
	if (session == NULL) {
		return rv;
	}
	return session_leave(session, CKR_RANDOM_SEED_NOT_SUPPORTED);
}
