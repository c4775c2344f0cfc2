/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PKCS#11 module, by its functions as a program finds them, with vbsd's
 * socket server and the true keyring behind it.
 *
 * Links: host/pkcs11 host/libvbs/der.c host/libvbs/keyring.c
 * Links: host/libvbs/pkcs8.c host/vbsd/keyserver.c host/vbsd/keys.c
 * Links: host/vbsd/keystore.c host/vbsd/peer.c lib/status.c lib/bytes.c
 * Links: svc/keyring/access.c svc/keyring/blob.c svc/keyring/ec.c
 * Links: svc/keyring/key.c svc/keyring/keyring.c svc/keyring/login.c
 * Links: svc/keyring/objects.c svc/keyring/pin.c svc/keyring/pkcs8.c
 * Links: svc/keyring/rsa.c svc/keyring/secret.c svc/keyring/state.c
 * Links: svc/keyring/symmetric.c svc/keyring/unwrap.c svc/keyring/use.c
 * Links: svc/keyring/vault.c svc/rt/dispatch.c tests/fake/keyring_device.c
 * Libs: -lhogweed -lnettle -lgmp -lpthread
 */
#define _GNU_SOURCE
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/vbsd/keyserver.h"
#include "tests/fake/keyring_device.h"
#include "tests/unit/unit.h"

#define FLAGS_RW     (CKF_SERIAL_SESSION | CKF_RW_SESSION)
#define DIGEST_BYTES 32u
#define P256_BYTES   64u
#define USER_SLOT    0u

static CK_FUNCTION_LIST *p11;
static CK_SESSION_HANDLE session;
static char folder[64];

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (bind(listener, (const struct sockaddr *)&address,
		 sizeof(address)) != 0 ||
	    listen(listener, SOMAXCONN) != 0) {
		return -1;
	}
	return listener;
}

/* One server for the whole program: its threads end with it. */
static int serve(void **unused)
{
	static struct keyserver server;
	static struct keys keys;
	char path[96];

	(void)unused;
	(void)strcpy(folder, "/tmp/openvbs-p11-XXXXXX");
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	(void)snprintf(path, sizeof(path), "%s/sock", folder);
	(void)setenv("OPENVBS_KEYRING", path, 1);
	keyring_fake_boot();
	keys_init(&keys, -1, &(struct keys_folders){folder, folder});
	if (keys_open(&keys) != STATUS_OK ||
	    !keyserver_start(&server, &keys, listen_at(path))) {
		return -1;
	}
	return C_GetFunctionList(&p11) == CKR_OK ? 0 : -1;
}

static int remove_folder(void **unused)
{
	char command[96];

	(void)unused;
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static int begin(void **unused)
{
	(void)unused;
	if (p11->C_Initialize(NULL) != CKR_OK) {
		return -1;
	}
	return p11->C_OpenSession(USER_SLOT, FLAGS_RW, NULL, NULL, &session) ==
			       CKR_OK
		       ? 0
		       : -1;
}

static int end(void **unused)
{
	(void)unused;
	return p11->C_Finalize(NULL) == CKR_OK ? 0 : -1;
}

static CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
static CK_BYTE p256[] = {0x06, 0x08, 0x2a, 0x86, 0x48,
			 0xce, 0x3d, 0x03, 0x01, 0x07};

static void generate(CK_BBOOL on_token, const char *label,
		     CK_OBJECT_HANDLE *public, CK_OBJECT_HANDLE *private)
{
	CK_MECHANISM mechanism = {CKM_EC_KEY_PAIR_GEN, NULL, 0};
	CK_BBOOL token = on_token;
	CK_ATTRIBUTE of_public[] = {
		{CKA_TOKEN, &token, sizeof(token)},
		{CKA_EC_PARAMS, p256, sizeof(p256)},
		{CKA_VERIFY, &yes, sizeof(yes)},
	};
	CK_ATTRIBUTE of_private[] = {
		{CKA_TOKEN, &token, sizeof(token)},
		{CKA_SIGN, &yes, sizeof(yes)},
		{CKA_LABEL, (void *)(uintptr_t)label, strlen(label)},
	};

	assert_int_equal(p11->C_GenerateKeyPair(
				 session, &mechanism, of_public,
				 ARRAY_COUNT(of_public), of_private,
				 ARRAY_COUNT(of_private), public, private),
			 CKR_OK);
}

static CK_ULONG find(CK_OBJECT_CLASS class, const char *label,
		     CK_OBJECT_HANDLE *first)
{
	CK_ATTRIBUTE wanted[] = {
		{CKA_CLASS, &class, sizeof(class)},
		{CKA_LABEL, (void *)(uintptr_t)label, strlen(label)},
	};
	CK_OBJECT_HANDLE found[8];
	CK_ULONG count = 0;

	assert_int_equal(
		p11->C_FindObjectsInit(session, wanted, ARRAY_COUNT(wanted)),
		CKR_OK);
	assert_int_equal(
		p11->C_FindObjects(session, found, ARRAY_COUNT(found), &count),
		CKR_OK);
	assert_int_equal(p11->C_FindObjectsFinal(session), CKR_OK);
	if (count != 0) {
		*first = found[0];
	}
	return count;
}

static CK_RV sign(CK_OBJECT_HANDLE key, CK_BYTE signature[P256_BYTES])
{
	CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
	CK_BYTE digest[DIGEST_BYTES] = "a digest";
	CK_ULONG len_bytes = P256_BYTES;
	CK_RV result = p11->C_SignInit(session, &mechanism, key);

	return result != CKR_OK ? result
				: p11->C_Sign(session, digest, sizeof(digest),
					      signature, &len_bytes);
}

static void destroy(CK_OBJECT_HANDLE key)
{
	assert_int_equal(p11->C_DestroyObject(session, key), CKR_OK);
}

static void a_key_signs_and_verifies(void **unused)
{
	CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
	CK_BYTE digest[DIGEST_BYTES] = "a digest";
	CK_BYTE signature[P256_BYTES];
	CK_OBJECT_HANDLE public, private, found = 0;
	CK_ULONG len_bytes = 0;

	(void)unused;
	generate(CK_TRUE, "one", &public, &private);
	assert_int_equal(find(CKO_PRIVATE_KEY, "one", &found), 1);
	assert_int_equal(found, private);
	assert_int_equal(p11->C_SignInit(session, &mechanism, private), CKR_OK);
	assert_int_equal(
		p11->C_Sign(session, digest, sizeof(digest), NULL, &len_bytes),
		CKR_OK);
	assert_int_equal(len_bytes, P256_BYTES);
	len_bytes--;
	assert_int_equal(p11->C_Sign(session, digest, sizeof(digest), signature,
				     &len_bytes),
			 CKR_BUFFER_TOO_SMALL);
	assert_int_equal(len_bytes, P256_BYTES);
	assert_int_equal(p11->C_Sign(session, digest, sizeof(digest), signature,
				     &len_bytes),
			 CKR_OK);
	assert_int_equal(p11->C_VerifyInit(session, &mechanism, public),
			 CKR_OK);
	assert_int_equal(p11->C_Verify(session, digest, sizeof(digest),
				       signature, len_bytes),
			 CKR_OK);
	signature[0] ^= 1;
	assert_int_equal(p11->C_VerifyInit(session, &mechanism, public),
			 CKR_OK);
	assert_int_equal(p11->C_Verify(session, digest, sizeof(digest),
				       signature, len_bytes),
			 CKR_SIGNATURE_INVALID);
	destroy(private);
	assert_int_equal(find(CKO_PRIVATE_KEY, "one", &found), 0);
	assert_int_not_equal(sign(private, signature), CKR_OK);
}

static void secrets_are_not_told(void **unused)
{
	CK_BYTE value[256];
	CK_BBOOL sensitive = CK_FALSE, extractable = CK_TRUE;
	CK_ATTRIBUTE secret = {CKA_VALUE, value, sizeof(value)};
	CK_ATTRIBUTE about[] = {
		{CKA_SENSITIVE, &sensitive, sizeof(sensitive)},
		{CKA_EXTRACTABLE, &extractable, sizeof(extractable)},
	};
	CK_OBJECT_HANDLE public, private;

	(void)unused;
	generate(CK_TRUE, "secret", &public, &private);
	assert_int_equal(p11->C_GetAttributeValue(session, private, &secret, 1),
			 CKR_ATTRIBUTE_SENSITIVE);
	assert_int_equal(secret.ulValueLen, (CK_ULONG)-1);
	assert_int_equal(p11->C_GetAttributeValue(session, private, about, 2),
			 CKR_OK);
	assert_int_equal(sensitive, CK_TRUE);
	assert_int_equal(extractable, CK_FALSE);
	destroy(private);
}

static void session_objects_end_with_their_session(void **unused)
{
	CK_OBJECT_HANDLE public, private, found;
	CK_BYTE signature[P256_BYTES];

	(void)unused;
	generate(CK_FALSE, "passing", &public, &private);
	assert_int_equal(sign(private, signature), CKR_OK);
	assert_int_equal(p11->C_CloseSession(session), CKR_OK);
	assert_int_equal(
		p11->C_OpenSession(USER_SLOT, FLAGS_RW, NULL, NULL, &session),
		CKR_OK);
	assert_int_equal(find(CKO_PRIVATE_KEY, "passing", &found), 0);
}

/* A child that has not initialized the module has none; then its own. */
static void a_child_begins_anew(void **unused)
{
	CK_BYTE signature[P256_BYTES];
	CK_OBJECT_HANDLE public, private, found;
	CK_SESSION_INFO info;
	int status = -1;
	pid_t child;

	(void)unused;
	generate(CK_TRUE, "parent", &public, &private);
	child = fork();
	if (child == 0) {
		CK_RV stale = p11->C_GetSessionInfo(session, &info);
		CK_RV fresh = p11->C_Initialize(NULL);
		CK_RV opened = p11->C_OpenSession(USER_SLOT, FLAGS_RW, NULL,
						  NULL, &session);

		_exit(stale == CKR_CRYPTOKI_NOT_INITIALIZED &&
				      fresh == CKR_OK && opened == CKR_OK &&
				      find(CKO_PRIVATE_KEY, "parent", &found) ==
					      1 &&
				      sign(found, signature) == CKR_OK
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(sign(private, signature), CKR_OK);
	destroy(private);
}

static void a_pin_asks_for_a_login(void **unused)
{
	CK_UTF8CHAR officer[] = "officer", pin[] = "123456", wrong[] = "654321";
	CK_UTF8CHAR label[32];
	CK_OBJECT_HANDLE public, private;
	CK_BYTE signature[P256_BYTES];
	CK_TOKEN_INFO info;

	(void)unused;
	assert_int_equal(p11->C_GetTokenInfo(USER_SLOT, &info), CKR_OK);
	assert_int_equal(info.flags & CKF_LOGIN_REQUIRED, 0);
	assert_int_equal(p11->C_CloseAllSessions(USER_SLOT), CKR_OK);
	memset(label, ' ', sizeof(label));
	assert_int_equal(p11->C_InitToken(USER_SLOT, officer, 7, label),
			 CKR_OK);
	assert_int_equal(
		p11->C_OpenSession(USER_SLOT, FLAGS_RW, NULL, NULL, &session),
		CKR_OK);
	assert_int_equal(p11->C_Login(session, CKU_SO, officer, 7), CKR_OK);
	assert_int_equal(p11->C_InitPIN(session, pin, 6), CKR_OK);
	assert_int_equal(p11->C_Logout(session), CKR_OK);
	assert_int_equal(p11->C_GetTokenInfo(USER_SLOT, &info), CKR_OK);
	assert_int_equal(info.flags & CKF_LOGIN_REQUIRED, CKF_LOGIN_REQUIRED);
	assert_int_equal(p11->C_Login(session, CKU_USER, wrong, 6),
			 CKR_PIN_INCORRECT);
	assert_int_equal(p11->C_Login(session, CKU_USER, pin, 6), CKR_OK);
	assert_int_equal(p11->C_Login(session, CKU_USER, pin, 6),
			 CKR_USER_ALREADY_LOGGED_IN);
	generate(CK_TRUE, "guarded", &public, &private);
	assert_int_equal(sign(private, signature), CKR_OK);
	assert_int_equal(p11->C_Logout(session), CKR_OK);
	assert_int_not_equal(sign(private, signature), CKR_OK);
	for (unsigned i = 0; i < KEYRING_TRIES; i++) {
		(void)p11->C_Login(session, CKU_USER, wrong, 6);
	}
	assert_int_equal(p11->C_Login(session, CKU_USER, pin, 6),
			 CKR_PIN_LOCKED);
}

static void rules_of_sessions_hold(void **unused)
{
	CK_SESSION_HANDLE reader;
	CK_BYTE certificate[] = "bytes";
	CK_OBJECT_CLASS class = CKO_DATA;
	CK_OBJECT_HANDLE made;
	CK_ATTRIBUTE object[] = {
		{CKA_CLASS, &class, sizeof(class)},
		{CKA_TOKEN, &yes, sizeof(yes)},
		{CKA_PRIVATE, &no, sizeof(no)},
		{CKA_VALUE, certificate, sizeof(certificate)},
	};

	(void)unused;
	assert_int_equal(p11->C_Initialize(NULL),
			 CKR_CRYPTOKI_ALREADY_INITIALIZED);
	assert_int_equal(p11->C_OpenSession(USER_SLOT, CKF_RW_SESSION, NULL,
					    NULL, &reader),
			 CKR_SESSION_PARALLEL_NOT_SUPPORTED);
	assert_int_equal(p11->C_OpenSession(99, FLAGS_RW, NULL, NULL, &reader),
			 CKR_SLOT_ID_INVALID);
	assert_int_equal(p11->C_OpenSession(USER_SLOT, CKF_SERIAL_SESSION, NULL,
					    NULL, &reader),
			 CKR_OK);
	assert_int_equal(
		p11->C_CreateObject(reader, object, ARRAY_COUNT(object), &made),
		CKR_SESSION_READ_ONLY);
	assert_int_equal(p11->C_CreateObject(session, object,
					     ARRAY_COUNT(object), &made),
			 CKR_OK);
	destroy(made);
	assert_int_equal(p11->C_CloseSession(12345),
			 CKR_SESSION_HANDLE_INVALID);
	assert_int_equal(p11->C_FindObjectsFinal(session),
			 CKR_OPERATION_NOT_INITIALIZED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_signs_and_verifies),
		TEST(secrets_are_not_told),
		TEST(session_objects_end_with_their_session),
		TEST(a_child_begins_anew),
		TEST(rules_of_sessions_hold),
		TEST(a_pin_asks_for_a_login), /* last: it locks the token */
	};

	return cmocka_run_group_tests(tests, serve, remove_folder);
}
