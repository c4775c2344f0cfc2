/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signatures per second of any PKCS#11 module:
 *
 *	pkcs11 MODULE TOKEN TYPE THREADS SECONDS [PIN]
 *
 * TOKEN is the token's label, TYPE p256, rsa2048 or ed25519. A key pair is
 * generated on the token, each thread signs with it in a session of its own,
 * and it is destroyed. Run by bench/main.py inside the guest.
 */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SLOTS_MAX	8
#define THREADS_MAX	16
#define SIGNATURE_BYTES 512
#define MESSAGE_BYTES	32 /* a digest */
#define RSA_BITS	2048
#define NANOSECONDS	1e9

#define CKM_EC_EDWARDS_KEY_PAIR_GEN_30 0x1055UL /* PKCS#11 3.0 */
#define CKM_EDDSA_30		       0x1057UL

struct kind {
	const char *name;
	CK_MECHANISM_TYPE generate, sign;
	const char *parameters; /* CKA_EC_PARAMS in DER; NULL: RSA */
	size_t parameters_len;
};

#define OID_P256    "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
#define OID_ED25519 "\x06\x03\x2b\x65\x70"

static const struct kind kinds[] = {
	{"p256", CKM_EC_KEY_PAIR_GEN, CKM_ECDSA, OID_P256,
	 sizeof(OID_P256) - 1},
	{"ed25519", CKM_EC_EDWARDS_KEY_PAIR_GEN_30, CKM_EDDSA_30, OID_ED25519,
	 sizeof(OID_ED25519) - 1},
	{"rsa2048", CKM_RSA_PKCS_KEY_PAIR_GEN, CKM_RSA_PKCS, NULL, 0},
};

static CK_FUNCTION_LIST *functions;
static CK_SLOT_ID slot;
static const struct kind *kind;
static CK_OBJECT_HANDLE private_key;
static atomic_bool stop;

static void check(CK_RV result, const char *what)
{
	if (result != CKR_OK) {
		fprintf(stderr, "%s: 0x%lx\n", what, result);
		exit(1);
	}
}

static void load(const char *path)
{
	void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	CK_RV (*list)(CK_FUNCTION_LIST **);
	CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};

	if (module == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	*(void **)&list = dlsym(module, "C_GetFunctionList");
	if (list == NULL) {
		fprintf(stderr, "%s is no PKCS#11 module\n", path);
		exit(1);
	}
	check(list(&functions), "C_GetFunctionList");
	check(functions->C_Initialize(&arguments), "C_Initialize");
}

/* The slot of the token with this label, which is padded with spaces. */
static void find_token(const char *label)
{
	unsigned char padded[sizeof(((CK_TOKEN_INFO *)0)->label)];
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG count = SLOTS_MAX;
	CK_TOKEN_INFO info;

	memset(padded, ' ', sizeof(padded));
	memcpy(padded, label, strnlen(label, sizeof(padded)));
	check(functions->C_GetSlotList(CK_TRUE, slots, &count),
	      "C_GetSlotList");
	for (CK_ULONG i = 0; i < count; i++) {
		check(functions->C_GetTokenInfo(slots[i], &info),
		      "C_GetTokenInfo");
		if (memcmp(info.label, padded, sizeof(padded)) == 0) {
			slot = slots[i];
			return;
		}
	}
	fprintf(stderr, "no token is called %s\n", label);
	exit(1);
}

static CK_SESSION_HANDLE open_session(void)
{
	CK_SESSION_HANDLE session;

	check(functions->C_OpenSession(slot,
				       CKF_SERIAL_SESSION | CKF_RW_SESSION,
				       NULL, NULL, &session),
	      "C_OpenSession");
	return session;
}

static void generate(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *public_key)
{
	static CK_BBOOL yes = CK_TRUE;
	static CK_ULONG bits = RSA_BITS;
	static unsigned char id[] = "bench";
	CK_MECHANISM mechanism = {kind->generate, NULL, 0};
	CK_ATTRIBUTE public_template[] = {
		{CKA_TOKEN, &yes, sizeof(yes)},
		{CKA_VERIFY, &yes, sizeof(yes)},
		{CKA_ID, id, sizeof(id) - 1},
		{CKA_MODULUS_BITS, &bits, sizeof(bits)},
	};
	CK_ATTRIBUTE private_template[] = {
		{CKA_TOKEN, &yes, sizeof(yes)},
		{CKA_PRIVATE, &yes, sizeof(yes)},
		{CKA_SENSITIVE, &yes, sizeof(yes)},
		{CKA_SIGN, &yes, sizeof(yes)},
		{CKA_ID, id, sizeof(id) - 1},
	};
	const size_t last = sizeof(public_template) / sizeof(CK_ATTRIBUTE) - 1;

	if (kind->parameters != NULL) {
		public_template[last] =
			(CK_ATTRIBUTE){CKA_EC_PARAMS, (void *)kind->parameters,
				       kind->parameters_len};
	}
	check(functions->C_GenerateKeyPair(session, &mechanism, public_template,
					   last + 1, private_template,
					   sizeof(private_template) /
						   sizeof(CK_ATTRIBUTE),
					   public_key, &private_key),
	      "C_GenerateKeyPair");
}

static void *sign_in_loop(void *count_to)
{
	CK_SESSION_HANDLE session = open_session();
	CK_MECHANISM mechanism = {kind->sign, NULL, 0};
	unsigned char message[MESSAGE_BYTES] = "The same message all the time.";
	unsigned char signature[SIGNATURE_BYTES];
	unsigned long count = 0;

	while (!stop) {
		CK_ULONG len = sizeof(signature);

		check(functions->C_SignInit(session, &mechanism, private_key),
		      "C_SignInit");
		check(functions->C_Sign(session, message, sizeof(message),
					signature, &len),
		      "C_Sign");
		count++;
	}
	functions->C_CloseSession(session);
	*(unsigned long *)count_to = count;
	return NULL;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / NANOSECONDS;
}

static double rate(int threads, double seconds)
{
	pthread_t thread[THREADS_MAX];
	unsigned long counts[THREADS_MAX], sum = 0;
	struct timespec pause = {.tv_sec = (time_t)seconds};
	double begin = now();

	for (int i = 0; i < threads; i++) {
		check((CK_RV)pthread_create(&thread[i], NULL, sign_in_loop,
					    &counts[i]),
		      "pthread_create");
	}
	nanosleep(&pause, NULL);
	stop = true;
	for (int i = 0; i < threads; i++) {
		pthread_join(thread[i], NULL);
		sum += counts[i];
	}
	return (double)sum / (now() - begin);
}

int main(int argc, char **argv)
{
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE public_key;
	int threads;

	if (argc < 6) {
		fputs("usage: pkcs11 MODULE TOKEN TYPE THREADS SECONDS [PIN]\n",
		      stderr);
		return 2;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		kind = strcmp(kinds[i].name, argv[3]) == 0 ? &kinds[i] : kind;
	}
	threads = atoi(argv[4]);
	if (kind == NULL || threads < 1 || threads > THREADS_MAX) {
		fputs("pkcs11: no such type, or too many threads\n", stderr);
		return 2;
	}
	load(argv[1]);
	find_token(argv[2]);
	session = open_session();
	if (argc > 6) {
		check(functions->C_Login(session, CKU_USER,
					 (unsigned char *)argv[6],
					 strlen(argv[6])),
		      "C_Login");
	}
	generate(session, &public_key);
	printf("%.1f\n", rate(threads, atof(argv[5])));
	check(functions->C_DestroyObject(session, private_key),
	      "C_DestroyObject");
	functions->C_DestroyObject(session, public_key);
	functions->C_Finalize(NULL);
	return 0;
}
