/* SPDX-License-Identifier: MIT */
/* Sessions, from C_OpenSession to C_CloseSession. */
#include "host/pkcs11/session.h"

#include <stdlib.h>
#include <string.h>

#include "host/pkcs11/door.h"
#include "host/pkcs11/local.h"
#include "host/pkcs11/login.h"
#include "host/pkcs11/operation.h"
#include "host/pkcs11/slot.h"

void session_end_find(struct session *session)
{
	free(session->find.found);
	session->find = (struct find){0};
}

static void clear(struct session *session)
{
	for (size_t i = 0; i < OPERATION_COUNT; i++) {
		operation_end(session, (enum operation_kind)i);
	}
	session_end_find(session);
}

static void destroy(struct session *session)
{
	clear(session);
	(void)pthread_mutex_destroy(&session->lock);
	free(session);
}

static struct session *find_locked(ck_session_handle_t handle)
{
	struct session *session = module.sessions;

	while (session != NULL && session->handle != handle) {
		session = session->next;
	}
	return session;
}

struct session *session_enter(ck_session_handle_t handle, ck_rv_t *rv)
{
	struct session *session;

	*rv = module_check();
	if (*rv != CKR_OK) {
		return NULL;
	}
	module_lock();
	session = find_locked(handle);
	if (session != NULL) {
		session->users++;
	}
	module_unlock();
	if (session == NULL) {
		*rv = CKR_SESSION_HANDLE_INVALID;
		return NULL;
	}
	(void)pthread_mutex_lock(&session->lock);
	return session;
}

ck_rv_t session_leave(struct session *session, ck_rv_t rv)
{
	bool last;

	(void)pthread_mutex_unlock(&session->lock);
	module_lock();
	session->users--;
	last = session->closed && session->users == 0;
	module_unlock();
	if (last) {
		destroy(session);
	}
	return rv;
}

bool session_login(unsigned slot, struct login *login)
{
	module_lock();
	*login = module.login[slot];
	module_unlock();
	return login->in;
}

void session_ticket(unsigned slot, uint8_t ticket[KEYRING_TICKET_BYTES])
{
	struct login login;

	(void)session_login(slot, &login);
	memcpy(ticket, login.ticket, KEYRING_TICKET_BYTES);
}

bool session_exists(unsigned slot, bool read_only)
{
	const struct session *session;

	module_lock();
	session = module.sessions;
	while (session != NULL &&
	       (session->slot != slot || (read_only && session->writable))) {
		session = session->next;
	}
	module_unlock();
	return session != NULL;
}

bool session_hides_private(unsigned slot)
{
	struct keyring_token token;
	struct login login;

	if (session_login(slot, &login)) {
		return login.who == CKU_SO;
	}
	return door_token(slot, &token) != STATUS_OK || token.user_pin != 0;
}

ck_rv_t session_may_write(const struct session *session, bool token,
			  bool private)
{
	if (token && !session->writable) {
		return CKR_SESSION_READ_ONLY;
	}
	return private && session_hides_private(session->slot)
		       ? CKR_USER_NOT_LOGGED_IN
		       : CKR_OK;
}

/* --- open and close ------------------------------------------------------ */

ck_rv_t C_OpenSession(ck_slot_id_t slot, ck_flags_t flags, void *application,
		      ck_notify_t notify, ck_session_handle_t *handle)
{
	struct session *session;
	ck_rv_t rv = module_check();

	(void)application;
	(void)notify; /* nothing here calls back */
	if (rv != CKR_OK) {
		return rv;
	}
	if (handle == NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	rv = slot_check(slot);
	if (rv != CKR_OK) {
		return rv;
	}
	if ((flags & CKF_SERIAL_SESSION) == 0) {
		return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
	}
	session = calloc(1, sizeof(*session));
	if (session == NULL) {
		return CKR_HOST_MEMORY;
	}
	session->slot = (unsigned)slot;
	session->writable = (flags & CKF_RW_SESSION) != 0;
	(void)pthread_mutex_init(&session->lock, NULL);
	module_lock();
	if (!session->writable && module.login[slot].in &&
	    module.login[slot].who == CKU_SO) {
		module_unlock();
		destroy(session);
		return CKR_SESSION_READ_WRITE_SO_EXISTS;
	}
	session->handle = ++module.last_session;
	session->next = module.sessions;
	module.sessions = session;
	module_unlock();
	*handle = session->handle;
	return CKR_OK;
}

/* Out of the list; freed by whoever leaves it last. */
static void unlink_locked(struct session *session)
{
	struct session **at = &module.sessions;

	while (*at != session) {
		at = &(*at)->next;
	}
	*at = session->next;
	session->closed = true;
}

/* One of the slot's sessions, or that of `handle`; entered and unlinked. */
static struct session *extract(unsigned slot, ck_session_handle_t handle)
{
	struct session *session;

	module_lock();
	session = module.sessions;
	while (session != NULL &&
	       (session->slot != slot ||
		(handle != CK_INVALID_HANDLE && session->handle != handle))) {
		session = session->next;
	}
	if (session != NULL) {
		unlink_locked(session);
		session->users++;
	}
	module_unlock();
	return session;
}

static bool close_one(unsigned slot, ck_session_handle_t handle)
{
	struct session *session = extract(slot, handle);

	if (session == NULL) {
		return false;
	}
	local_drop_session(slot, session->handle);
	(void)pthread_mutex_lock(&session->lock);
	(void)session_leave(session, CKR_OK);
	if (!session_exists(slot, false)) {
		login_end(slot); /* as the standard has it */
	}
	return true;
}

ck_rv_t C_CloseSession(ck_session_handle_t handle)
{
	ck_rv_t rv = module_check();

	if (rv != CKR_OK) {
		return rv;
	}
	for (unsigned slot = 0; slot < SLOT_COUNT; slot++) {
		if (handle != CK_INVALID_HANDLE && close_one(slot, handle)) {
			return CKR_OK;
		}
	}
	return CKR_SESSION_HANDLE_INVALID;
}

void session_close_slot(unsigned slot)
{
	while (close_one(slot, CK_INVALID_HANDLE)) {
	}
}

ck_rv_t C_CloseAllSessions(ck_slot_id_t slot)
{
	ck_rv_t rv = module_check();

	if (rv != CKR_OK) {
		return rv;
	}
	if (slot >= SLOT_COUNT) {
		return CKR_SLOT_ID_INVALID;
	}
	session_close_slot((unsigned)slot);
	return CKR_OK;
}

void session_forget_all(void)
{
	while (module.sessions != NULL) {
		struct session *session = module.sessions;

		module.sessions = session->next;
		clear(session); /* its lock may be held by a lost thread */
		free(session);
	}
}

/* --- state --------------------------------------------------------------- */

static ck_state_t state_of(const struct session *session)
{
	struct login login;

	if (!session_login(session->slot, &login)) {
		return session->writable ? CKS_RW_PUBLIC_SESSION
					 : CKS_RO_PUBLIC_SESSION;
	}
	if (login.who == CKU_SO) {
		return CKS_RW_SO_FUNCTIONS;
	}
	return session->writable ? CKS_RW_USER_FUNCTIONS
				 : CKS_RO_USER_FUNCTIONS;
}

ck_rv_t C_GetSessionInfo(ck_session_handle_t handle,
			 struct ck_session_info *info)
{
	ck_rv_t rv;
	struct session *session = session_enter(handle, &rv);

	if (session == NULL) {
		return rv;
	}
	if (info == NULL) {
		return session_leave(session, CKR_ARGUMENTS_BAD);
	}
	*info = (struct ck_session_info){
		.slot_id = session->slot,
		.state = state_of(session),
		.flags = CKF_SERIAL_SESSION |
			 (session->writable ? CKF_RW_SESSION : 0),
	};
	return session_leave(session, CKR_OK);
}
