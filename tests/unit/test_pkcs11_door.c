/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PKCS#11 module before a door that goes wrong: sessions, logins, lengths,
 * searches, what a child and a broken connection see.
 *
 * Links: host/pkcs11 host/libvbs/der.c host/libvbs/pkcs8.c
 * Links: tests/unit/pkcs11_fake.c
 * Libs: -lhogweed -lnettle -lgmp -lpthread
 */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/pkcs11/cryptoki.h"
#include "tests/unit/pkcs11_fake.h"
#include "tests/unit/unit.h"

static int start(void **unused)
{
	(void)unused;
	pkcs11_fake_reset();
	return C_Initialize(NULL) == CKR_OK ? 0 : -1;
}

static int stop(void **unused)
{
	(void)unused;
	return C_Finalize(NULL) == CKR_OK ? 0 : -1;
}

static ck_session_handle_t open_one(ck_flags_t flags)
{
	ck_session_handle_t session = CK_INVALID_HANDLE;

	assert_int_equal(C_OpenSession(0, CKF_SERIAL_SESSION | flags, NULL,
				       NULL, &session),
			 CKR_OK);
	return session;
}

static ck_rv_t login(ck_session_handle_t session, const char *pin)
{
	return C_Login(session, CKU_USER,
		       (unsigned char *)(uintptr_t)(const void *)pin,
		       strlen(pin));
}

static unsigned long count_of(ck_session_handle_t session, unsigned long class)
{
	struct ck_attribute templ = {CKA_CLASS, &class, sizeof(class)};
	ck_object_handle_t found[8];
	unsigned long count = 0;

	assert_int_equal(C_FindObjectsInit(session, &templ, 1), CKR_OK);
	assert_int_equal(C_FindObjects(session, found, 8, &count), CKR_OK);
	assert_int_equal(C_FindObjectsFinal(session), CKR_OK);
	return count;
}

static ck_object_handle_t find(ck_session_handle_t session, unsigned long class)
{
	struct ck_attribute templ = {CKA_CLASS, &class, sizeof(class)};
	ck_object_handle_t found = CK_INVALID_HANDLE;
	unsigned long count = 0;

	assert_int_equal(C_FindObjectsInit(session, &templ, 1), CKR_OK);
	assert_int_equal(C_FindObjects(session, &found, 1, &count), CKR_OK);
	assert_int_equal(C_FindObjectsFinal(session), CKR_OK);
	assert_int_equal(count, 1);
	return found;
}

static ck_rv_t begin(ck_session_handle_t session, ck_mechanism_type_t type,
		     ck_object_handle_t key)
{
	struct ck_mechanism mechanism = {type, NULL, 0};

	return C_SignInit(session, &mechanism, key);
}

static ck_rv_t sign(ck_session_handle_t session, ck_object_handle_t key)
{
	unsigned char digest[32] = {0}, out[64];
	unsigned long len = sizeof(out);
	ck_rv_t rv = begin(session, CKM_ECDSA, key);

	return rv == CKR_OK ? C_Sign(session, digest, sizeof(digest), out, &len)
			    : rv;
}

static void refuses_before_it_is_initialized(void **unused)
{
	struct ck_c_initialize_args args = {.reserved = &args};
	struct ck_function_list *list;
	unsigned long count = 0;

	(void)unused;
	assert_int_equal(C_GetFunctionList(&list), CKR_OK);
	assert_int_equal(C_GetSlotList(0, NULL, &count),
			 CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(C_CloseSession(1), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_int_equal(C_Initialize(&args), CKR_ARGUMENTS_BAD);
	assert_int_equal(C_Initialize(NULL), CKR_OK);
	assert_int_equal(C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
	assert_int_equal(C_Finalize(NULL), CKR_OK);
}

static void lists_no_function_twice_or_not_at_all(void **unused)
{
	struct ck_interface *interface = NULL;
	struct ck_version version = {2, 40};
	struct ck_interface all[2];
	unsigned long count = 1;
	void *const *entry;

	(void)unused;
	assert_int_equal(C_GetInterfaceList(all, &count), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(count, 2);
	assert_int_equal(C_GetInterfaceList(all, &count), CKR_OK);
	assert_int_equal(C_GetInterface(NULL, NULL, &interface, 0), CKR_OK);
	entry = interface->function_list;
	for (size_t i = 0;
	     i < sizeof(struct ck_function_list_3) / sizeof(*entry); i++) {
		assert_non_null(entry[i]);
	}
	assert_int_equal(C_GetInterface(NULL, &version, &interface, 0), CKR_OK);
	assert_int_equal(((struct ck_version *)interface->function_list)->major,
			 2);
	version.minor = 39;
	assert_int_equal(C_GetInterface(NULL, &version, &interface, 0),
			 CKR_FUNCTION_FAILED);
	assert_int_equal(C_GetInterface(NULL, NULL, &interface, 1),
			 CKR_FUNCTION_FAILED); /* not fork-safe */
}

static void shows_only_tokens_that_are_ours(void **unused)
{
	ck_session_handle_t session;
	struct ck_token_info info;
	ck_slot_id_t slots[2];
	unsigned long count = 2;

	(void)unused;
	assert_int_equal(C_GetSlotList(1, slots, &count), CKR_OK);
	assert_int_equal(count, 1);
	assert_int_equal(slots[0], 0);
	assert_int_equal(C_GetTokenInfo(1, &info), CKR_TOKEN_NOT_PRESENT);
	assert_int_equal(C_GetTokenInfo(2, &info), CKR_SLOT_ID_INVALID);
	assert_int_equal(
		C_OpenSession(1, CKF_SERIAL_SESSION, NULL, NULL, &session),
		CKR_TOKEN_NOT_PRESENT);
	pkcs11_fake.token.user_pin = 1;
	pkcs11_fake.token.user_tries_left = 1;
	assert_int_equal(C_GetTokenInfo(0, &info), CKR_OK);
	assert_int_equal(info.flags &
				 (CKF_LOGIN_REQUIRED | CKF_USER_PIN_COUNT_LOW |
				  CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED),
			 CKF_LOGIN_REQUIRED | CKF_USER_PIN_COUNT_LOW |
				 CKF_USER_PIN_FINAL_TRY);
}

static void hides_private_keys_until_login(void **unused)
{
	ck_session_handle_t session = open_one(0);
	struct ck_session_info info;

	(void)unused;
	assert_int_equal(count_of(session, CKO_PRIVATE_KEY), 1);
	pkcs11_fake.token.user_pin = 1;
	assert_int_equal(count_of(session, CKO_PRIVATE_KEY), 0);
	assert_int_equal(count_of(session, CKO_SECRET_KEY), 0);
	assert_int_equal(count_of(session, CKO_PUBLIC_KEY), 1);
	assert_int_equal(login(session, "9999"), CKR_PIN_INCORRECT);
	assert_int_equal(login(session, FAKE_PIN), CKR_OK);
	assert_int_equal(login(session, FAKE_PIN), CKR_USER_ALREADY_LOGGED_IN);
	assert_int_equal(C_GetSessionInfo(session, &info), CKR_OK);
	assert_int_equal(info.state, CKS_RO_USER_FUNCTIONS);
	assert_int_equal(count_of(session, CKO_PRIVATE_KEY), 1);
	assert_int_equal(sign(session, find(session, CKO_PRIVATE_KEY)), CKR_OK);
	assert_int_equal(pkcs11_fake.ticket[0], 1);
	assert_int_equal(C_Logout(session), CKR_OK);
	assert_int_equal(C_Logout(session), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(count_of(session, CKO_PRIVATE_KEY), 0);
}

static void tells_a_locked_pin_from_a_wrong_one(void **unused)
{
	ck_session_handle_t session = open_one(0);

	(void)unused;
	pkcs11_fake.token.user_pin = 1;
	pkcs11_fake.token.user_tries_left = 2;
	assert_int_equal(login(session, "9999"), CKR_PIN_INCORRECT);
	assert_int_equal(login(session, "9999"), CKR_PIN_LOCKED);
	assert_int_equal(login(session, FAKE_PIN), CKR_PIN_LOCKED);
}

static void the_last_session_ends_the_login(void **unused)
{
	ck_session_handle_t first = open_one(0), second = open_one(0);

	(void)unused;
	pkcs11_fake.token.user_pin = 1;
	assert_int_equal(login(first, FAKE_PIN), CKR_OK);
	assert_int_equal(C_CloseSession(first), CKR_OK);
	assert_int_equal(C_CloseSession(first), CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(count_of(second, CKO_PRIVATE_KEY), 1);
	assert_int_equal(C_CloseSession(second), CKR_OK);
	assert_int_equal(pkcs11_fake.calls[KEYRING_LOGOUT], 1);
	assert_int_equal(count_of(open_one(0), CKO_PRIVATE_KEY), 0);
}

static void read_only_sessions_change_nothing(void **unused)
{
	unsigned long class = CKO_DATA;
	unsigned char yes = 1;
	struct ck_attribute templ[] = {
		{CKA_CLASS, &class, sizeof(class)},
		{CKA_TOKEN, &yes, sizeof(yes)},
	};
	ck_session_handle_t reader = open_one(0);
	ck_session_handle_t writer = open_one(CKF_RW_SESSION);
	ck_object_handle_t object;

	(void)unused;
	assert_int_equal(C_CreateObject(reader, templ, 2, &object),
			 CKR_SESSION_READ_ONLY);
	assert_int_equal(C_CreateObject(writer, templ, 2, &object), CKR_OK);
	assert_int_equal(C_Login(writer, CKU_SO, NULL, 0),
			 CKR_SESSION_READ_ONLY_EXISTS);
	assert_int_equal(C_DestroyObject(reader, find(reader, CKO_DATA)),
			 CKR_SESSION_READ_ONLY);
}

static void session_objects_go_with_their_session(void **unused)
{
	unsigned long class = CKO_DATA;
	struct ck_attribute templ = {CKA_CLASS, &class, sizeof(class)};
	ck_session_handle_t first = open_one(0), second = open_one(0);
	struct ck_mechanism mechanism = {CKM_EC_EDWARDS_KEY_PAIR_GEN, NULL, 0};
	ck_object_handle_t object, public, private;

	(void)unused;
	assert_int_equal(C_CreateObject(first, &templ, 1, &object), CKR_OK);
	assert_int_equal(C_GenerateKeyPair(first, &mechanism, NULL, 0, NULL, 0,
					   &public, &private),
			 CKR_OK);
	assert_int_equal(count_of(second, CKO_DATA), 1);
	assert_int_equal(C_CloseSession(first), CKR_OK);
	assert_int_equal(pkcs11_fake.calls[KEYRING_DELETE], 1);
	assert_int_equal(count_of(second, CKO_DATA), 0);
	assert_int_equal(pkcs11_fake.record_number, 0);
}

static void answers_lengths_and_secrets(void **unused)
{
	ck_session_handle_t session = open_one(0);
	ck_object_handle_t key = find(session, CKO_PRIVATE_KEY);
	char label[4] = "xxx";
	struct ck_attribute templ[] = {
		{CKA_LABEL, NULL, 0},
		{CKA_LABEL, label, 1},
		{CKA_LABEL, label, sizeof(label)},
	};
	struct ck_attribute secret = {CKA_VALUE, label, sizeof(label)};
	struct ck_attribute none = {CKA_MODULUS, label, sizeof(label)};

	(void)unused;
	assert_int_equal(C_GetAttributeValue(session, key, templ, 3),
			 CKR_BUFFER_TOO_SMALL);
	assert_int_equal(templ[0].value_len, 2);
	assert_int_equal(templ[1].value_len, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(templ[2].value_len, 2);
	assert_memory_equal(label, "ecx", 3);
	assert_int_equal(C_GetAttributeValue(session, key, &secret, 1),
			 CKR_ATTRIBUTE_SENSITIVE);
	assert_int_equal(secret.value_len, CK_UNAVAILABLE_INFORMATION);
	assert_int_equal(C_GetAttributeValue(session, key, &none, 1),
			 CKR_ATTRIBUTE_TYPE_INVALID);
	assert_int_equal(
		C_GetAttributeValue(session, key + (1u << 16), templ, 1),
		CKR_OBJECT_HANDLE_INVALID);
	assert_int_equal(C_GetAttributeValue(session, key | 8, templ, 1),
			 CKR_OBJECT_HANDLE_INVALID); /* the other slot's */
}

static void signs_by_two_calls(void **unused)
{
	ck_session_handle_t session = open_one(0);
	ck_object_handle_t key = find(session, CKO_PRIVATE_KEY);
	unsigned char text[] = "abc", out[64];
	unsigned long len = 0;

	(void)unused;
	assert_int_equal(C_Sign(session, text, 3, out, &len),
			 CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(begin(session, CKM_ECDSA_SHA256, key), CKR_OK);
	assert_int_equal(begin(session, CKM_ECDSA_SHA256, key),
			 CKR_OPERATION_ACTIVE);
	assert_int_equal(C_Sign(session, text, 3, NULL, &len), CKR_OK);
	assert_int_equal(len, 64);
	len = 63;
	assert_int_equal(C_Sign(session, text, 3, out, &len),
			 CKR_BUFFER_TOO_SMALL);
	assert_int_equal(pkcs11_fake.calls[KEYRING_SIGN], 0);
	assert_int_equal(C_Sign(session, text, 3, out, &len), CKR_OK);
	assert_int_equal(pkcs11_fake.signed_bytes, 32);
	assert_int_equal(pkcs11_fake.signed_data[0], 0xba); /* FIPS 180 */
	assert_int_equal(C_Sign(session, text, 3, out, &len),
			 CKR_OPERATION_NOT_INITIALIZED);
}

static void refuses_what_a_key_is_not_for(void **unused)
{
	ck_session_handle_t session = open_one(0);
	ck_object_handle_t key = find(session, CKO_PRIVATE_KEY);
	unsigned char out[64];
	unsigned long len = sizeof(out);

	(void)unused;
	assert_int_equal(begin(session, CKM_RSA_PKCS, key),
			 CKR_KEY_TYPE_INCONSISTENT);
	assert_int_equal(begin(session, CKM_MD5_RSA_PKCS, key),
			 CKR_MECHANISM_INVALID);
	assert_int_equal(
		begin(session, CKM_ECDSA, find(session, CKO_PUBLIC_KEY)),
		CKR_KEY_TYPE_INCONSISTENT);
	assert_int_equal(begin(session, CKM_ECDSA, key + (1u << 16)),
			 CKR_KEY_HANDLE_INVALID);
	assert_int_equal(begin(session, CKM_ECDSA, key), CKR_OK);
	assert_int_equal(C_Sign(session, out, 19, out, &len),
			 CKR_DATA_LEN_RANGE);
}

static void buffers_no_more_than_the_keyring_takes(void **unused)
{
	static unsigned char data[KEYRING_DATA_BYTES + 1];
	ck_session_handle_t session = open_one(0);
	ck_object_handle_t key = find(session, CKO_SECRET_KEY);
	unsigned char out[32];
	unsigned long len = sizeof(out);

	(void)unused;
	assert_int_equal(begin(session, CKM_SHA256_HMAC, key), CKR_OK);
	assert_int_equal(C_SignUpdate(session, data, KEYRING_DATA_BYTES),
			 CKR_OK);
	assert_int_equal(C_Sign(session, data, 1, out, &len),
			 CKR_OPERATION_ACTIVE);
	assert_int_equal(begin(session, CKM_SHA256_HMAC, key), CKR_OK);
	assert_int_equal(C_SignUpdate(session, data, KEYRING_DATA_BYTES),
			 CKR_OK);
	assert_int_equal(C_SignUpdate(session, data, 1), CKR_DATA_LEN_RANGE);
	assert_int_equal(C_SignFinal(session, out, &len),
			 CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(begin(session, CKM_SHA256_HMAC, key), CKR_OK);
	assert_int_equal(C_SignUpdate(session, data, KEYRING_DATA_BYTES),
			 CKR_OK);
	assert_int_equal(C_SignFinal(session, out, &len), CKR_OK);
	assert_int_equal(len, 32);
}

static void a_key_with_its_own_pin_asks_each_time(void **unused)
{
	ck_session_handle_t session = open_one(0);
	unsigned char pin[] = FAKE_PIN, digest[32] = {0}, out[64];
	unsigned long len = sizeof(out);
	ck_object_handle_t key;

	(void)unused;
	pkcs11_fake.key_flags = KEYRING_FLAG_OWN_PIN;
	key = find(session, CKO_PRIVATE_KEY);
	assert_int_equal(C_Login(session, CKU_CONTEXT_SPECIFIC, pin, 4),
			 CKR_OPERATION_NOT_INITIALIZED);
	assert_int_equal(sign(session, key), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(begin(session, CKM_ECDSA, key), CKR_OK);
	assert_int_equal(C_Login(session, CKU_CONTEXT_SPECIFIC, pin, 4),
			 CKR_OK);
	assert_int_equal(C_Sign(session, digest, 32, out, &len), CKR_OK);
	assert_int_equal(pkcs11_fake.calls[KEYRING_LOGOUT], 1);
	assert_int_equal(sign(session, key), CKR_USER_NOT_LOGGED_IN);
}

static void repeats_only_what_changes_nothing(void **unused)
{
	ck_session_handle_t session = open_one(CKF_RW_SESSION);
	struct ck_mechanism mechanism = {CKM_EC_EDWARDS_KEY_PAIR_GEN, NULL, 0};
	ck_object_handle_t key = find(session, CKO_PRIVATE_KEY);
	ck_object_handle_t public, private;
	unsigned connects = pkcs11_fake.connects;

	(void)unused;
	pkcs11_fake.interrupts = 1;
	assert_int_equal(sign(session, key), CKR_OK);
	assert_int_equal(pkcs11_fake.connects, connects + 1);
	pkcs11_fake.interrupts = 2;
	assert_int_equal(begin(session, CKM_ECDSA, key), CKR_DEVICE_ERROR);
	assert_int_equal(login(session, FAKE_PIN), CKR_OK);
	pkcs11_fake.interrupts = 1;
	assert_int_equal(C_GenerateKeyPair(session, &mechanism, NULL, 0, NULL,
					   0, &public, &private),
			 CKR_DEVICE_ERROR);
	assert_int_equal(pkcs11_fake.calls[KEYRING_GENERATE], 1);
}

static void a_lost_ticket_is_a_lost_login(void **unused)
{
	ck_session_handle_t session = open_one(0);
	ck_object_handle_t key;

	(void)unused;
	assert_int_equal(login(session, FAKE_PIN), CKR_OK); /* none is set */
	key = find(session, CKO_PRIVATE_KEY);
	pkcs11_fake.token.user_pin = 1;
	assert_int_equal(sign(session, key), CKR_USER_NOT_LOGGED_IN);
	assert_int_equal(C_Logout(session), CKR_OK);
	assert_int_equal(login(session, FAKE_PIN), CKR_OK);
	assert_int_equal(sign(session, key), CKR_OK);
}

static void an_answer_with_wrong_lengths_is_none(void **unused)
{
	ck_session_handle_t session = open_one(0);
	unsigned long class = CKO_PRIVATE_KEY;
	struct ck_attribute templ = {CKA_CLASS, &class, sizeof(class)};

	(void)unused;
	pkcs11_fake.label_bytes = KEYRING_LABEL_BYTES + 1;
	assert_int_equal(C_FindObjectsInit(session, &templ, 1),
			 CKR_DEVICE_ERROR);
	pkcs11_fake.label_bytes = 2;
	pkcs11_fake.record_number = 1;
	pkcs11_fake.record_bytes = 5;
	class = CKO_CERTIFICATE;
	assert_int_equal(count_of(session, CKO_CERTIFICATE), 0);
}

/* In a child, which must not return into the test runner. */
static int child_of(ck_session_handle_t session, ck_object_handle_t key)
{
	struct ck_session_info info;
	ck_session_handle_t fresh;

	if (C_GetSessionInfo(session, &info) != CKR_CRYPTOKI_NOT_INITIALIZED) {
		return 1;
	}
	if (C_Initialize(NULL) != CKR_OK) {
		return 2;
	}
	if (C_GetSessionInfo(session, &info) != CKR_SESSION_HANDLE_INVALID) {
		return 3;
	}
	fresh = open_one(0);
	if (login(fresh, FAKE_PIN) != CKR_OK || sign(fresh, key) != CKR_OK) {
		return 4;
	}
	return C_Finalize(NULL) == CKR_OK ? 0 : 5;
}

static void a_child_starts_anew(void **unused)
{
	ck_session_handle_t session = open_one(0);
	ck_object_handle_t key;
	int status = -1;
	pid_t child;

	(void)unused;
	pkcs11_fake.token.user_pin = 1;
	assert_int_equal(login(session, FAKE_PIN), CKR_OK);
	key = find(session, CKO_PRIVATE_KEY);
	child = fork();
	if (child == 0) {
		_exit(child_of(session, key));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(sign(session, key), CKR_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_before_it_is_initialized),
		cmocka_unit_test(lists_no_function_twice_or_not_at_all),
		TEST(shows_only_tokens_that_are_ours),
		TEST(hides_private_keys_until_login),
		TEST(tells_a_locked_pin_from_a_wrong_one),
		TEST(the_last_session_ends_the_login),
		TEST(read_only_sessions_change_nothing),
		TEST(session_objects_go_with_their_session),
		TEST(answers_lengths_and_secrets),
		TEST(signs_by_two_calls),
		TEST(refuses_what_a_key_is_not_for),
		TEST(buffers_no_more_than_the_keyring_takes),
		TEST(a_key_with_its_own_pin_asks_each_time),
		TEST(repeats_only_what_changes_nothing),
		TEST(a_lost_ticket_is_a_lost_login),
		TEST(an_answer_with_wrong_lengths_is_none),
		TEST(a_child_starts_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
