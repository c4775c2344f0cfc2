/* SPDX-License-Identifier: MIT */
/* Functions of the standard that the keyring has no use for. */
#include "host/pkcs11/unsupported.h"

/* Nobody looks at what they are given. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

#define UNSUPPORTED(name, parameters)              \
	ck_rv_t name parameters                    \
	{                                          \
		return CKR_FUNCTION_NOT_SUPPORTED; \
	}

UNSUPPORTED(C_GetOperationState,
	    (ck_session_handle_t a, unsigned char *b, unsigned long *c))
UNSUPPORTED(C_SetOperationState,
	    (ck_session_handle_t a, unsigned char *b, unsigned long c,
	     ck_object_handle_t d, ck_object_handle_t e))
UNSUPPORTED(C_CopyObject,
	    (ck_session_handle_t a, ck_object_handle_t b,
	     struct ck_attribute *c, unsigned long d, ck_object_handle_t *e))
UNSUPPORTED(C_EncryptUpdate,
	    (ck_session_handle_t a, unsigned char *b, unsigned long c,
	     unsigned char *d, unsigned long *e))
UNSUPPORTED(C_EncryptFinal,
	    (ck_session_handle_t a, unsigned char *b, unsigned long *c))
UNSUPPORTED(C_DecryptUpdate,
	    (ck_session_handle_t a, unsigned char *b, unsigned long c,
	     unsigned char *d, unsigned long *e))
UNSUPPORTED(C_DecryptFinal,
	    (ck_session_handle_t a, unsigned char *b, unsigned long *c))
UNSUPPORTED(C_DigestKey, (ck_session_handle_t a, ck_object_handle_t b))
UNSUPPORTED(C_SignRecoverInit, (ck_session_handle_t a, struct ck_mechanism *b,
				ck_object_handle_t c))
UNSUPPORTED(C_SignRecover,
	    (ck_session_handle_t a, unsigned char *b, unsigned long c,
	     unsigned char *d, unsigned long *e))
UNSUPPORTED(C_VerifyRecoverInit, (ck_session_handle_t a, struct ck_mechanism *b,
				  ck_object_handle_t c))
UNSUPPORTED(C_VerifyRecover,
	    (ck_session_handle_t a, unsigned char *b, unsigned long c,
	     unsigned char *d, unsigned long *e))
UNSUPPORTED(C_DigestEncryptUpdate,
	    (ck_session_handle_t a, unsigned char *b, unsigned long c,
	     unsigned char *d, unsigned long *e))
UNSUPPORTED(C_DecryptDigestUpdate,
	    (ck_session_handle_t a, unsigned char *b, unsigned long c,
	     unsigned char *d, unsigned long *e))
UNSUPPORTED(C_SignEncryptUpdate,
	    (ck_session_handle_t a, unsigned char *b, unsigned long c,
	     unsigned char *d, unsigned long *e))
UNSUPPORTED(C_DecryptVerifyUpdate,
	    (ck_session_handle_t a, unsigned char *b, unsigned long c,
	     unsigned char *d, unsigned long *e))
UNSUPPORTED(C_WrapKey, (ck_session_handle_t a, struct ck_mechanism *b,
			ck_object_handle_t c, ck_object_handle_t d,
			unsigned char *e, unsigned long *f))
UNSUPPORTED(C_DeriveKey, (ck_session_handle_t a, struct ck_mechanism *b,
			  ck_object_handle_t c, struct ck_attribute *d,
			  unsigned long e, ck_object_handle_t *f))
UNSUPPORTED(unsupported_message_init,
	    (ck_session_handle_t a, struct ck_mechanism *b,
	     ck_object_handle_t c))
UNSUPPORTED(unsupported_message_final, (ck_session_handle_t a))
UNSUPPORTED(unsupported_message_begin,
	    (ck_session_handle_t a, void *b, unsigned long c))
UNSUPPORTED(unsupported_message_cipher,
	    (ck_session_handle_t a, void *b, unsigned long c, unsigned char *d,
	     unsigned long e, unsigned char *f, unsigned long g,
	     unsigned char *h, unsigned long *i))
UNSUPPORTED(unsupported_message_cipher_begin,
	    (ck_session_handle_t a, void *b, unsigned long c, unsigned char *d,
	     unsigned long e))
UNSUPPORTED(unsupported_message_cipher_next,
	    (ck_session_handle_t a, void *b, unsigned long c, unsigned char *d,
	     unsigned long e, unsigned char *f, unsigned long *g, ck_flags_t h))
UNSUPPORTED(unsupported_message_sign,
	    (ck_session_handle_t a, void *b, unsigned long c, unsigned char *d,
	     unsigned long e, unsigned char *f, unsigned long *g))
UNSUPPORTED(unsupported_message_verify,
	    (ck_session_handle_t a, void *b, unsigned long c, unsigned char *d,
	     unsigned long e, unsigned char *f, unsigned long g))

/* There are no parallel functions since version 2.0. */
ck_rv_t C_GetFunctionStatus(ck_session_handle_t handle)
{
	return CKR_FUNCTION_NOT_PARALLEL;
}

ck_rv_t C_CancelFunction(ck_session_handle_t handle)
{
	return CKR_FUNCTION_NOT_PARALLEL;
}
