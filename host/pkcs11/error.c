/* SPDX-License-Identifier: MIT */
/*
 * Results, with the standard's words (section 5.1 of the base specification)
 * in hand.
 */
#include "host/pkcs11/error.h"

static ck_rv_t not_found(enum error_about about)
{
	switch (about) {
	case ERROR_KEY:
	case ERROR_DECRYPT:
		return CKR_KEY_HANDLE_INVALID;
	case ERROR_OBJECT:
		return CKR_OBJECT_HANDLE_INVALID;
	case ERROR_TOKEN:
	case ERROR_IMPORT:
	case ERROR_UNWRAP:
		break;
	}
	return CKR_TOKEN_NOT_PRESENT; /* its owner is another user */
}

/*
 * Lengths and encodings were checked before: this is what only the keyring
 * can tell, such as numbers that are no key, or a tag that does not fit.
 */
static ck_rv_t invalid(enum error_about about)
{
	switch (about) {
	case ERROR_KEY:
		return CKR_DATA_INVALID;
	case ERROR_DECRYPT:
		return CKR_ENCRYPTED_DATA_INVALID;
	case ERROR_IMPORT:
		return CKR_ATTRIBUTE_VALUE_INVALID;
	case ERROR_UNWRAP:
		return CKR_WRAPPED_KEY_INVALID;
	case ERROR_OBJECT:
	case ERROR_TOKEN:
		break;
	}
	return CKR_ARGUMENTS_BAD;
}

ck_rv_t error_of(enum status status, enum error_about about)
{
	switch (status) {
	case STATUS_OK:
		return CKR_OK;
	case STATUS_NOT_FOUND:
		return not_found(about);
	case STATUS_DENIED:
		/* No PIN was part of the request: a login is missing, or one
		   the keyring no longer knows. A token refused altogether is
		   another user's. */
		return about == ERROR_TOKEN ? CKR_TOKEN_NOT_PRESENT
					    : CKR_USER_NOT_LOGGED_IN;
	case STATUS_UNSUPPORTED:
		/* The key's policy, fixed when it was made. */
		return about == ERROR_KEY || about == ERROR_DECRYPT
			       ? CKR_KEY_FUNCTION_NOT_PERMITTED
			       : CKR_FUNCTION_NOT_SUPPORTED;
	case STATUS_INVALID:
		return invalid(about);
	case STATUS_BUSY:
		/* "it is possible that an attempt to make the exact same
		   function call again would succeed": the key's policy lets
		   it be used so often a minute. */
		return CKR_FUNCTION_FAILED;
	case STATUS_NO_SPACE:
	case STATUS_NO_MEMORY:
		return CKR_DEVICE_MEMORY;
	case STATUS_CONFLICT:
		/* The vault is closed: slots and sessions are sound, there is
		   nothing in them. */
	case STATUS_INTERRUPTED:
	case STATUS_OUTSIDE:
	case STATUS_CRASHED:
		break;
	case STATUS_CORRUPT:
		/* Of the data, where data have a check of their own; else the
		   daemon's answer was none. */
		if (about == ERROR_DECRYPT || about == ERROR_UNWRAP) {
			return invalid(about);
		}
		break;
	}
	return CKR_DEVICE_ERROR; /* "some problem with the token" */
}
