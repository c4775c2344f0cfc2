/* SPDX-License-Identifier: MIT */
/* Logins and PINs. A slot's login is all its sessions' in the process. */
#ifndef OPENVBS_HOST_PKCS11_LOGIN_H
#define OPENVBS_HOST_PKCS11_LOGIN_H

#include "host/pkcs11/state.h"

/* Ends the slot's login, if there is one, here and in the keyring. */
void login_end(unsigned slot);

/*
 * The keyring has refused a request that showed the slot's ticket: it knows
 * the ticket no more. Forgets the login, so that a program may log in anew.
 */
void login_refused(unsigned slot);

/*
 * A login to a key with a PIN of its own. The ticket is for login_drop()
 * when it has been used.
 */
ck_rv_t login_key(unsigned slot, uint64_t number, const void *pin,
		  unsigned long pin_len, uint8_t *ticket);
void login_drop(uint8_t *ticket);

#endif
