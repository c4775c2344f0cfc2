/* SPDX-License-Identifier: MIT */
/* One function for each shape of version 3.0's message functions. */
#ifndef OPENVBS_HOST_PKCS11_UNSUPPORTED_H
#define OPENVBS_HOST_PKCS11_UNSUPPORTED_H

#include "host/pkcs11/cryptoki.h"

ck_rv_t unsupported_message_init(ck_session_handle_t a, struct ck_mechanism *b,
				 ck_object_handle_t c);
ck_rv_t unsupported_message_final(ck_session_handle_t a);
ck_rv_t unsupported_message_begin(ck_session_handle_t a, void *b,
				  unsigned long c);
ck_rv_t unsupported_message_cipher(ck_session_handle_t a, void *b,
				   unsigned long c, unsigned char *d,
				   unsigned long e, unsigned char *f,
				   unsigned long g, unsigned char *h,
				   unsigned long *i);
ck_rv_t unsupported_message_cipher_begin(ck_session_handle_t a, void *b,
					 unsigned long c, unsigned char *d,
					 unsigned long e);
ck_rv_t unsupported_message_cipher_next(ck_session_handle_t a, void *b,
					unsigned long c, unsigned char *d,
					unsigned long e, unsigned char *f,
					unsigned long *g, ck_flags_t h);
ck_rv_t unsupported_message_sign(ck_session_handle_t a, void *b,
				 unsigned long c, unsigned char *d,
				 unsigned long e, unsigned char *f,
				 unsigned long *g);
ck_rv_t unsupported_message_verify(ck_session_handle_t a, void *b,
				   unsigned long c, unsigned char *d,
				   unsigned long e, unsigned char *f,
				   unsigned long g);

#endif
