/* SPDX-License-Identifier: MIT */
/* Slots, tokens, and what they can do. */
#include "host/pkcs11/slot.h"

#include <stdio.h>
#include <string.h>

#include "host/pkcs11/door.h"
#include "host/pkcs11/error.h"
#include "host/pkcs11/mechanism.h"
#include "host/pkcs11/session.h"

#define MANUFACTURER  "OpenVBS"
#define PIN_BYTES_MIN 4u /* of KEYRING_PIN_BYTES: advice, not a rule here */

void slot_text(unsigned char *to, size_t room, const void *text,
	       size_t len_bytes)
{
	memset(to, ' ', room);
	memcpy(to, text, len_bytes < room ? len_bytes : room);
}

static void blank_text(unsigned char *to, size_t room, const char *text)
{
	slot_text(to, room, text, strlen(text));
}

ck_rv_t slot_check(ck_slot_id_t slot)
{
	struct keyring_token token;

	if (slot >= SLOT_COUNT) {
		return CKR_SLOT_ID_INVALID;
	}
	return door_token((unsigned)slot, &token) == STATUS_OK
		       ? CKR_OK
		       : CKR_TOKEN_NOT_PRESENT;
}

ck_rv_t C_GetSlotList(unsigned char with_token, ck_slot_id_t *slots,
		      unsigned long *count)
{
	ck_slot_id_t found[SLOT_COUNT];
	unsigned long found_count = 0;
	ck_rv_t rv = module_check();

	if (rv != CKR_OK) {
		return rv;
	}
	if (count == NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	for (ck_slot_id_t slot = 0; slot < SLOT_COUNT; slot++) {
		if (with_token == 0 || slot_check(slot) == CKR_OK) {
			found[found_count++] = slot;
		}
	}
	if (slots != NULL && *count >= found_count) {
		memcpy(slots, found, found_count * sizeof(*slots));
	} else if (slots != NULL) {
		rv = CKR_BUFFER_TOO_SMALL;
	}
	*count = found_count;
	return rv;
}

ck_rv_t C_GetSlotInfo(ck_slot_id_t slot, struct ck_slot_info *info)
{
	ck_rv_t rv = module_check();

	if (rv != CKR_OK) {
		return rv;
	}
	if (slot >= SLOT_COUNT) {
		return CKR_SLOT_ID_INVALID;
	}
	if (info == NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	*info = (struct ck_slot_info){.flags = CKF_REMOVABLE_DEVICE};
	blank_text(info->slot_description, sizeof(info->slot_description),
		   slot == SLOT_SYSTEM ? "OpenVBS keyring of the system"
				       : "OpenVBS keyring of the user");
	blank_text(info->manufacturer_id, sizeof(info->manufacturer_id),
		   MANUFACTURER);
	if (slot_check(slot) == CKR_OK) {
		info->flags |= CKF_TOKEN_PRESENT;
	}
	return CKR_OK;
}

/* --- tokens -------------------------------------------------------------- */

static ck_flags_t pin_flags(const struct keyring_token *token)
{
	/* Even without a PIN: there is none that somebody must set before
	   the token can be used, which is what NSS asks by this. */
	ck_flags_t flags = CKF_USER_PIN_INITIALIZED;

	if (token->user_pin != 0) {
		flags |= CKF_LOGIN_REQUIRED;
		flags |= token->user_tries_left < KEYRING_TRIES
				 ? CKF_USER_PIN_COUNT_LOW
				 : 0;
		flags |= token->user_tries_left == 1 ? CKF_USER_PIN_FINAL_TRY
						     : 0;
		flags |= token->user_tries_left == 0 ? CKF_USER_PIN_LOCKED : 0;
	}
	if (token->so_pin != 0) {
		flags |= token->so_tries_left < KEYRING_TRIES
				 ? CKF_SO_PIN_COUNT_LOW
				 : 0;
		flags |= token->so_tries_left == 1 ? CKF_SO_PIN_FINAL_TRY : 0;
		flags |= token->so_tries_left == 0 ? CKF_SO_PIN_LOCKED : 0;
	}
	return flags;
}

static void count_sessions(unsigned slot, struct ck_token_info *info)
{
	module_lock();
	for (const struct session *session = module.sessions; session != NULL;
	     session = session->next) {
		info->session_count += session->slot == slot;
		info->rw_session_count +=
			session->slot == slot && session->writable;
	}
	module_unlock();
}

/* Tells tokens of the same label apart; the vault's name would change with
   it, and programs remember a token by this. */
static void set_serial(unsigned slot, struct ck_token_info *info)
{
	char text[sizeof(info->serial_number) + 1];

	if (slot == SLOT_SYSTEM) {
		blank_text(info->serial_number, sizeof(info->serial_number),
			   "system");
		return;
	}
	(void)snprintf(text, sizeof(text), "user-%u", module.user);
	blank_text(info->serial_number, sizeof(info->serial_number), text);
}

static void set_label(unsigned slot, const struct keyring_token *token,
		      struct ck_token_info *info)
{
	if (token->label_bytes > 0) {
		slot_text(info->label, sizeof(info->label), token->label,
			  token->label_bytes);
		return;
	}
	blank_text(info->label, sizeof(info->label),
		   slot == SLOT_SYSTEM ? "OpenVBS system" : "OpenVBS");
}

ck_rv_t C_GetTokenInfo(ck_slot_id_t slot, struct ck_token_info *info)
{
	struct keyring_token token;
	enum status status;
	ck_rv_t rv = module_check();

	if (rv != CKR_OK) {
		return rv;
	}
	if (slot >= SLOT_COUNT) {
		return CKR_SLOT_ID_INVALID;
	}
	if (info == NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	status = door_token((unsigned)slot, &token);
	if (status != STATUS_OK) {
		return CKR_TOKEN_NOT_PRESENT;
	}
	*info = (struct ck_token_info){
		.flags = CKF_RNG | CKF_TOKEN_INITIALIZED | pin_flags(&token),
		.max_session_count = CK_EFFECTIVELY_INFINITE,
		.max_rw_session_count = CK_EFFECTIVELY_INFINITE,
		.max_pin_len = KEYRING_PIN_BYTES,
		.min_pin_len = PIN_BYTES_MIN,
		.total_public_memory = CK_UNAVAILABLE_INFORMATION,
		.free_public_memory = CK_UNAVAILABLE_INFORMATION,
		.total_private_memory = CK_UNAVAILABLE_INFORMATION,
		.free_private_memory = CK_UNAVAILABLE_INFORMATION,
	};
	set_label((unsigned)slot, &token, info);
	blank_text(info->manufacturer_id, sizeof(info->manufacturer_id),
		   MANUFACTURER);
	blank_text(info->model, sizeof(info->model), "keyring");
	set_serial((unsigned)slot, info);
	count_sessions((unsigned)slot, info);
	return CKR_OK;
}

/* --- mechanisms ---------------------------------------------------------- */

ck_rv_t C_GetMechanismList(ck_slot_id_t slot, ck_mechanism_type_t *list,
			   unsigned long *count)
{
	ck_rv_t rv = module_check();

	if (rv == CKR_OK) {
		rv = slot_check(slot);
	}
	if (rv != CKR_OK) {
		return rv;
	}
	if (count == NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	if (list != NULL && *count < mechanism_count()) {
		rv = CKR_BUFFER_TOO_SMALL;
	}
	for (size_t i = 0;
	     list != NULL && rv == CKR_OK && i < mechanism_count(); i++) {
		list[i] = mechanism_at(i)->type;
	}
	*count = mechanism_count();
	return rv;
}

ck_rv_t C_GetMechanismInfo(ck_slot_id_t slot, ck_mechanism_type_t type,
			   struct ck_mechanism_info *info)
{
	const struct mechanism *mechanism = mechanism_find(type, 0);
	ck_rv_t rv = module_check();

	if (rv == CKR_OK) {
		rv = slot_check(slot);
	}
	if (rv != CKR_OK) {
		return rv;
	}
	if (info == NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	if (mechanism == NULL) {
		return CKR_MECHANISM_INVALID;
	}
	*info = (struct ck_mechanism_info){
		.min_key_size = mechanism->size_min,
		.max_key_size = mechanism->size_max,
		.flags = mechanism->flags,
	};
	return CKR_OK;
}

/* Tokens come and go with vbsd, which tells nobody. */
ck_rv_t C_WaitForSlotEvent(ck_flags_t flags, ck_slot_id_t *slot, void *reserved)
{
	ck_rv_t rv = module_check();

	if (rv != CKR_OK) {
		return rv;
	}
	if (slot == NULL || reserved != NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	return (flags & CKF_DONT_BLOCK) != 0 ? CKR_NO_EVENT
					     : CKR_FUNCTION_NOT_SUPPORTED;
}
