/* SPDX-License-Identifier: MIT */
/* C_Login, C_Logout and PINs: host/pkcs11/login.h. */
#include "host/pkcs11/login.h"

#include <string.h>

#include "host/pkcs11/door.h"
#include "host/pkcs11/error.h"
#include "host/pkcs11/operation.h"
#include "host/pkcs11/session.h"
#include "host/pkcs11/slot.h"
#include "host/pkcs11/stored.h"
#include "lib/bytes.h"

static bool is_zero(const uint8_t ticket[KEYRING_TICKET_BYTES])
{
	static const uint8_t none[KEYRING_TICKET_BYTES];

	return memcmp(ticket, none, sizeof(none)) == 0;
}

void login_drop(uint8_t *ticket)
{
	struct keyring_ticket in;
	struct keyring_call call = {
		.method = KEYRING_LOGOUT,
		.in = &in,
		.in_bytes = sizeof(in),
	};

	if (is_zero(ticket)) {
		return;
	}
	memcpy(in.ticket, ticket, sizeof(in.ticket));
	bytes_wipe(ticket, KEYRING_TICKET_BYTES);
	/* If it fails, 64 newer logins end it. */
	if (door_change(&call) != STATUS_OK) {
		call.out_bytes = 0;
	}
	bytes_wipe(&in, sizeof(in));
}

void login_end(unsigned slot)
{
	struct login old;

	module_lock();
	old = module.login[slot];
	bytes_wipe(&module.login[slot], sizeof(old));
	module_unlock();
	login_drop(old.ticket);
}

void login_refused(unsigned slot)
{
	module_lock();
	if (module.login[slot].in && !is_zero(module.login[slot].ticket)) {
		bytes_wipe(&module.login[slot], sizeof(module.login[slot]));
	}
	module_unlock();
}

/* --- PINs ---------------------------------------------------------------- */

static ck_rv_t copy_pin(uint8_t to[KEYRING_PIN_BYTES], uint32_t *len_bytes,
			const void *pin, unsigned long len)
{
	if (pin == NULL && len > 0) {
		return CKR_ARGUMENTS_BAD;
	}
	if (len > KEYRING_PIN_BYTES) {
		return CKR_PIN_LEN_RANGE;
	}
	if (len > 0) {
		memcpy(to, pin, len);
	}
	*len_bytes = (uint32_t)len;
	return CKR_OK;
}

/* Wrong, or locked by too many wrong ones: the token says how many are left. */
static ck_rv_t why_denied(unsigned slot, uint32_t role, uint64_t number)
{
	struct keyring_object key;
	struct keyring_token token;
	uint32_t left = 1;

	if (role == KEYRING_ROLE_KEY) {
		if (door_show(number, &key) == STATUS_OK) {
			left = key.tries_left;
		}
	} else if (door_token(slot, &token) == STATUS_OK) {
		left = role == KEYRING_ROLE_SO ? token.so_tries_left
					       : token.user_tries_left;
	}
	return left == 0 ? CKR_PIN_LOCKED : CKR_PIN_INCORRECT;
}

static ck_rv_t pin_result(unsigned slot, const struct keyring_pin *pin,
			  enum status status)
{
	if (status == STATUS_DENIED) {
		return why_denied(slot, pin->role, pin->number);
	}
	return status == STATUS_INVALID ? CKR_PIN_LEN_RANGE
					: error_of(status, ERROR_TOKEN);
}

static enum status ask(uint32_t method, const struct keyring_pin *pin,
		       void *out, size_t out_bytes)
{
	struct keyring_call call = {
		.method = method,
		.in = pin,
		.in_bytes = sizeof(*pin),
		.out = out,
		.out_bytes = out_bytes,
	};

	return door_change(&call);
}

static ck_rv_t log_in(unsigned slot, struct keyring_pin *in, const void *pin,
		      unsigned long pin_len,
		      uint8_t ticket[KEYRING_TICKET_BYTES])
{
	struct keyring_ticket out;
	enum status status;
	ck_rv_t rv = copy_pin(in->pin, &in->pin_bytes, pin, pin_len);

	if (rv != CKR_OK) {
		return rv == CKR_PIN_LEN_RANGE ? CKR_PIN_INCORRECT : rv;
	}
	in->owner = door_owner(slot);
	status = ask(KEYRING_LOGIN, in, &out, sizeof(out));
	bytes_wipe(in->pin, sizeof(in->pin));
	if (status == STATUS_OK) {
		memcpy(ticket, out.ticket, sizeof(out.ticket));
	}
	bytes_wipe(&out, sizeof(out));
	/* No PIN is of no length: that one is wrong, not out of range. */
	return status == STATUS_INVALID ? CKR_PIN_INCORRECT
					: pin_result(slot, in, status);
}

ck_rv_t login_key(unsigned slot, uint64_t number, const void *pin,
		  unsigned long pin_len, uint8_t *ticket)
{
	struct keyring_pin in = {.role = KEYRING_ROLE_KEY, .number = number};

	return log_in(slot, &in, pin, pin_len, ticket);
}

/* --- C_Login ------------------------------------------------------------- */

static ck_rv_t may_log_in(unsigned slot, ck_user_type_t who)
{
	struct login old;

	if (session_login(slot, &old)) {
		return old.who == who ? CKR_USER_ALREADY_LOGGED_IN
				      : CKR_USER_ANOTHER_ALREADY_LOGGED_IN;
	}
	return who == CKU_SO && session_exists(slot, true)
		       ? CKR_SESSION_READ_ONLY_EXISTS
		       : CKR_OK;
}

/* A token without a PIN takes any: nothing depends on it. */
static ck_rv_t log_in_token(unsigned slot, ck_user_type_t who, const void *pin,
			    unsigned long pin_len)
{
	struct keyring_pin in = {.role = who == CKU_SO ? KEYRING_ROLE_SO
						       : KEYRING_ROLE_USER};
	struct login login = {.in = true, .who = who};
	struct keyring_token token;
	enum status status;
	ck_rv_t rv = may_log_in(slot, who);

	if (rv != CKR_OK) {
		return rv;
	}
	status = door_token(slot, &token);
	if (status != STATUS_OK) {
		return error_of(status, ERROR_TOKEN);
	}
	if (who == CKU_SO && token.so_pin == 0) {
		return CKR_USER_PIN_NOT_INITIALIZED;
	}
	if (who == CKU_SO || token.user_pin != 0) {
		rv = log_in(slot, &in, pin, pin_len, login.ticket);
	}
	if (rv == CKR_OK) {
		module_lock();
		module.login[slot] = login;
		module_unlock();
	}
	bytes_wipe(&login, sizeof(login));
	return rv;
}

/* Between C_SignInit and C_Sign, to the key. */
static ck_rv_t log_in_context(struct session *session, const void *pin,
			      unsigned long pin_len)
{
	static const enum operation_kind kinds[] = {
		OPERATION_SIGN, OPERATION_DECRYPT, OPERATION_ENCRYPT};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct operation *operation = session->operation[kinds[i]];
		ck_rv_t rv;

		if (operation != NULL &&
		    (operation->key.policy.flags & KEYRING_FLAG_OWN_PIN) != 0) {
			rv = login_key(session->slot, operation->key.number,
				       pin, pin_len, operation->ticket);
			operation->has_ticket = rv == CKR_OK;
			return rv;
		}
	}
	return CKR_OPERATION_NOT_INITIALIZED;
}

ck_rv_t C_Login(ck_session_handle_t handle, ck_user_type_t who,
		unsigned char *pin, unsigned long pin_len)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	if (who == CKU_CONTEXT_SPECIFIC) {
		rv = log_in_context(session, pin, pin_len);
	} else if (who == CKU_USER || who == CKU_SO) {
		rv = log_in_token(session->slot, who, pin, pin_len);
	} else {
		rv = CKR_USER_TYPE_INVALID;
	}
	return session_leave(session, rv);
}

ck_rv_t C_LoginUser(ck_session_handle_t handle, ck_user_type_t who,
		    unsigned char *pin, unsigned long pin_len,
		    unsigned char *name, unsigned long name_len)
{
	(void)name;
	/* Tokens have one user each, who needs no name. */
	return name_len > 0 ? CKR_ARGUMENTS_BAD
			    : C_Login(handle, who, pin, pin_len);
}

ck_rv_t C_Logout(ck_session_handle_t handle)
{
	struct login login;
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	if (session_login(session->slot, &login)) {
		login_end(session->slot);
	} else {
		rv = CKR_USER_NOT_LOGGED_IN;
	}
	return session_leave(session, rv);
}

/* --- setting PINs -------------------------------------------------------- */

ck_rv_t C_InitPIN(ck_session_handle_t handle, unsigned char *pin,
		  unsigned long pin_len)
{
	struct keyring_pin in = {.role = KEYRING_ROLE_USER};
	struct login login;
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	if (!session_login(session->slot, &login) || login.who != CKU_SO) {
		return session_leave(session, CKR_USER_NOT_LOGGED_IN);
	}
	rv = copy_pin(in.new_pin, &in.new_pin_bytes, pin, pin_len);
	if (rv == CKR_OK) {
		in.owner = door_owner(session->slot);
		memcpy(in.ticket, login.ticket, sizeof(in.ticket));
		rv = pin_result(session->slot, &in,
				ask(KEYRING_PIN_SET, &in, NULL, 0));
	}
	bytes_wipe(&in, sizeof(in));
	return session_leave(session, rv);
}

/* A new PIN ends the logins by the old one; a program stays logged in. */
static void log_in_again(unsigned slot, const struct login *login,
			 const struct keyring_pin *was)
{
	struct keyring_pin in = {.role = was->role};
	struct login fresh = {.in = true, .who = login->who};

	if (was->new_pin_bytes > 0 &&
	    log_in(slot, &in, was->new_pin, was->new_pin_bytes, fresh.ticket) !=
		    CKR_OK) {
		fresh.in = false;
	}
	module_lock();
	module.login[slot] = fresh;
	module_unlock();
	bytes_wipe(&fresh, sizeof(fresh));
}

static ck_rv_t set_pin(struct session *session, struct keyring_pin *in)
{
	struct login login;
	ck_rv_t rv;

	if (!session->writable) {
		return CKR_SESSION_READ_ONLY;
	}
	(void)session_login(session->slot, &login);
	in->role = login.in && login.who == CKU_SO ? KEYRING_ROLE_SO
						   : KEYRING_ROLE_USER;
	in->owner = door_owner(session->slot);
	rv = pin_result(session->slot, in, ask(KEYRING_PIN_SET, in, NULL, 0));
	if (rv == CKR_OK && login.in) {
		log_in_again(session->slot, &login, in);
	}
	return rv;
}

ck_rv_t C_SetPIN(ck_session_handle_t handle, unsigned char *old,
		 unsigned long old_len, unsigned char *pin,
		 unsigned long pin_len)
{
	struct keyring_pin in = {0};
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	rv = copy_pin(in.pin, &in.pin_bytes, old, old_len);
	if (rv == CKR_OK) {
		rv = copy_pin(in.new_pin, &in.new_pin_bytes, pin, pin_len);
	}
	if (rv == CKR_OK) {
		rv = set_pin(session, &in);
	}
	bytes_wipe(&in, sizeof(in));
	return session_leave(session, rv);
}

/* The label is 32 bytes, filled with blanks, which are not of it. */
static void set_label(struct keyring_pin *in, const unsigned char *label)
{
	size_t len_bytes = 32;

	while (len_bytes > 0 && label[len_bytes - 1] == ' ') {
		len_bytes--;
	}
	memcpy(in->new_pin, label, len_bytes);
	in->new_pin_bytes = (uint32_t)len_bytes;
}

/* The keyring has cleared what is its own; the records are ours. */
static ck_rv_t remove_records(unsigned slot)
{
	uint8_t record[RECORD_BYTES_MAX];
	enum status status;
	uint64_t number = 0;
	size_t len_bytes;

	while ((status = stored_next(slot, &number, record, &len_bytes)) ==
	       STATUS_OK) {
		status = stored_remove(slot, number);
		if (status != STATUS_OK) {
			break;
		}
	}
	return status == STATUS_NOT_FOUND ? CKR_OK
					  : error_of(status, ERROR_TOKEN);
}

ck_rv_t C_InitToken(ck_slot_id_t slot, unsigned char *pin,
		    unsigned long pin_len, unsigned char *label)
{
	struct keyring_pin in = {.role = KEYRING_ROLE_SO};
	ck_rv_t rv = module_check();

	if (rv == CKR_OK) {
		rv = slot_check(slot);
	}
	if (rv == CKR_OK && label == NULL) {
		rv = CKR_ARGUMENTS_BAD;
	}
	if (rv == CKR_OK && session_exists((unsigned)slot, false)) {
		rv = CKR_SESSION_EXISTS;
	}
	if (rv == CKR_OK) {
		rv = copy_pin(in.pin, &in.pin_bytes, pin, pin_len);
	}
	if (rv == CKR_OK) {
		in.owner = door_owner((unsigned)slot);
		set_label(&in, label);
		rv = pin_result((unsigned)slot, &in,
				ask(KEYRING_TOKEN_INIT, &in, NULL, 0));
	}
	if (rv == CKR_OK) {
		rv = remove_records((unsigned)slot);
	}
	bytes_wipe(&in, sizeof(in));
	return rv;
}
