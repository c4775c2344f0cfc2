/* SPDX-License-Identifier: MIT */
/*
 * How a program gets at the functions: the only symbols of the module that
 * others see (exports.map), and the lists that they hand out.
 */
#include <string.h>

#include "host/pkcs11/cryptoki.h"
#include "host/pkcs11/unsupported.h"

#define LIST_OF(major, minor)                                                 \
	{                                                                     \
		.version = {major, minor}, .C_Initialize = C_Initialize,      \
		.C_Finalize = C_Finalize, .C_GetInfo = C_GetInfo,             \
		.C_GetFunctionList = C_GetFunctionList,                       \
		.C_GetSlotList = C_GetSlotList,                               \
		.C_GetSlotInfo = C_GetSlotInfo,                               \
		.C_GetTokenInfo = C_GetTokenInfo,                             \
		.C_GetMechanismList = C_GetMechanismList,                     \
		.C_GetMechanismInfo = C_GetMechanismInfo,                     \
		.C_InitToken = C_InitToken, .C_InitPIN = C_InitPIN,           \
		.C_SetPIN = C_SetPIN, .C_OpenSession = C_OpenSession,         \
		.C_CloseSession = C_CloseSession,                             \
		.C_CloseAllSessions = C_CloseAllSessions,                     \
		.C_GetSessionInfo = C_GetSessionInfo,                         \
		.C_GetOperationState = C_GetOperationState,                   \
		.C_SetOperationState = C_SetOperationState,                   \
		.C_Login = C_Login, .C_Logout = C_Logout,                     \
		.C_CreateObject = C_CreateObject,                             \
		.C_CopyObject = C_CopyObject,                                 \
		.C_DestroyObject = C_DestroyObject,                           \
		.C_GetObjectSize = C_GetObjectSize,                           \
		.C_GetAttributeValue = C_GetAttributeValue,                   \
		.C_SetAttributeValue = C_SetAttributeValue,                   \
		.C_FindObjectsInit = C_FindObjectsInit,                       \
		.C_FindObjects = C_FindObjects,                               \
		.C_FindObjectsFinal = C_FindObjectsFinal,                     \
		.C_EncryptInit = C_EncryptInit, .C_Encrypt = C_Encrypt,       \
		.C_EncryptUpdate = C_EncryptUpdate,                           \
		.C_EncryptFinal = C_EncryptFinal,                             \
		.C_DecryptInit = C_DecryptInit, .C_Decrypt = C_Decrypt,       \
		.C_DecryptUpdate = C_DecryptUpdate,                           \
		.C_DecryptFinal = C_DecryptFinal,                             \
		.C_DigestInit = C_DigestInit, .C_Digest = C_Digest,           \
		.C_DigestUpdate = C_DigestUpdate, .C_DigestKey = C_DigestKey, \
		.C_DigestFinal = C_DigestFinal, .C_SignInit = C_SignInit,     \
		.C_Sign = C_Sign, .C_SignUpdate = C_SignUpdate,               \
		.C_SignFinal = C_SignFinal,                                   \
		.C_SignRecoverInit = C_SignRecoverInit,                       \
		.C_SignRecover = C_SignRecover, .C_VerifyInit = C_VerifyInit, \
		.C_Verify = C_Verify, .C_VerifyUpdate = C_VerifyUpdate,       \
		.C_VerifyFinal = C_VerifyFinal,                               \
		.C_VerifyRecoverInit = C_VerifyRecoverInit,                   \
		.C_VerifyRecover = C_VerifyRecover,                           \
		.C_DigestEncryptUpdate = C_DigestEncryptUpdate,               \
		.C_DecryptDigestUpdate = C_DecryptDigestUpdate,               \
		.C_SignEncryptUpdate = C_SignEncryptUpdate,                   \
		.C_DecryptVerifyUpdate = C_DecryptVerifyUpdate,               \
		.C_GenerateKey = C_GenerateKey,                               \
		.C_GenerateKeyPair = C_GenerateKeyPair,                       \
		.C_WrapKey = C_WrapKey, .C_UnwrapKey = C_UnwrapKey,           \
		.C_DeriveKey = C_DeriveKey, .C_SeedRandom = C_SeedRandom,     \
		.C_GenerateRandom = C_GenerateRandom,                         \
		.C_GetFunctionStatus = C_GetFunctionStatus,                   \
		.C_CancelFunction = C_CancelFunction,                         \
		.C_WaitForSlotEvent = C_WaitForSlotEvent,                     \
	}

/* Not const: the standard's types are not. Nobody writes to them. */
static struct ck_function_list list_2_40 = LIST_OF(2, 40);

static struct ck_function_list_3 list_3_0 = {
	.head = LIST_OF(3, 0),
	.C_GetInterfaceList = C_GetInterfaceList,
	.C_GetInterface = C_GetInterface,
	.C_LoginUser = C_LoginUser,
	.C_SessionCancel = C_SessionCancel,
	.C_MessageEncryptInit = unsupported_message_init,
	.C_EncryptMessage = unsupported_message_cipher,
	.C_EncryptMessageBegin = unsupported_message_cipher_begin,
	.C_EncryptMessageNext = unsupported_message_cipher_next,
	.C_MessageEncryptFinal = unsupported_message_final,
	.C_MessageDecryptInit = unsupported_message_init,
	.C_DecryptMessage = unsupported_message_cipher,
	.C_DecryptMessageBegin = unsupported_message_cipher_begin,
	.C_DecryptMessageNext = unsupported_message_cipher_next,
	.C_MessageDecryptFinal = unsupported_message_final,
	.C_MessageSignInit = unsupported_message_init,
	.C_SignMessage = unsupported_message_sign,
	.C_SignMessageBegin = unsupported_message_begin,
	.C_SignMessageNext = unsupported_message_sign,
	.C_MessageSignFinal = unsupported_message_final,
	.C_MessageVerifyInit = unsupported_message_init,
	.C_VerifyMessage = unsupported_message_verify,
	.C_VerifyMessageBegin = unsupported_message_begin,
	.C_VerifyMessageNext = unsupported_message_verify,
	.C_MessageVerifyFinal = unsupported_message_final,
};

static char interface_name[] = "PKCS 11";

/* The first of a name is what a program gets that names no version. */
static struct ck_interface interfaces[] = {
	{interface_name, &list_3_0, 0},
	{interface_name, &list_2_40, 0},
};

#define INTERFACE_COUNT (sizeof(interfaces) / sizeof(interfaces[0]))

ck_rv_t C_GetFunctionList(struct ck_function_list **list)
{
	if (list == NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	*list = &list_2_40;
	return CKR_OK;
}

ck_rv_t C_GetInterfaceList(struct ck_interface *list, unsigned long *count)
{
	unsigned long room;

	if (count == NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	room = *count;
	*count = INTERFACE_COUNT;
	if (list == NULL) {
		return CKR_OK;
	}
	if (room < INTERFACE_COUNT) {
		return CKR_BUFFER_TOO_SMALL;
	}
	memcpy(list, interfaces, sizeof(interfaces));
	return CKR_OK;
}

ck_rv_t C_GetInterface(unsigned char *name, struct ck_version *version,
		       struct ck_interface **interface, ck_flags_t flags)
{
	if (interface == NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	for (size_t i = 0; i < INTERFACE_COUNT; i++) {
		/* Each list begins with its version. */
		const struct ck_version *has = interfaces[i].function_list;

		if ((name == NULL ||
		     strcmp((const char *)name, interface_name) == 0) &&
		    (version == NULL || (version->major == has->major &&
					 version->minor == has->minor)) &&
		    (interfaces[i].flags & flags) == flags) {
			*interface = &interfaces[i];
			return CKR_OK;
		}
	}
	return CKR_FUNCTION_FAILED;
}
