/* SPDX-License-Identifier: MIT */
/*
 * PKCS#11: p11-kit's header of version 2.40 in its lower-case spelling, and
 * what version 3.0 (OASIS, pkcs11-base-v3.0) has in addition.
 */
#ifndef OPENVBS_HOST_PKCS11_CRYPTOKI_H
#define OPENVBS_HOST_PKCS11_CRYPTOKI_H

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

#define CKR_OPERATION_CANCEL_FAILED 0x202UL
#define CKA_UNIQUE_ID		    0x4UL

#define CKF_MESSAGE_ENCRYPT 0x2UL /* of C_SessionCancel also CKF_ENCRYPT ... */
#define CKF_FIND_OBJECTS    0x40UL

struct ck_eddsa_params {
	unsigned char ph_flag;
	unsigned long context_data_len;
	unsigned char *context_data;
};

struct ck_ecdh_aes_key_wrap_params {
	unsigned long aes_key_bits;
	ck_ec_kdf_t kdf;
	unsigned long shared_data_len;
	unsigned char *shared_data;
};

struct ck_interface {
	char *name;
	void *function_list;
	ck_flags_t flags;
};

ck_rv_t C_GetInterfaceList(struct ck_interface *interfaces,
			   unsigned long *count);
ck_rv_t C_GetInterface(unsigned char *name, struct ck_version *version,
		       struct ck_interface **interface, ck_flags_t flags);
ck_rv_t C_LoginUser(ck_session_handle_t handle, ck_user_type_t who,
		    unsigned char *pin, unsigned long pin_len,
		    unsigned char *name, unsigned long name_len);
ck_rv_t C_SessionCancel(ck_session_handle_t handle, ck_flags_t flags);

/* Of the message functions, none of which we have: their shapes. */
typedef ck_rv_t (*ck_message_init_t)(ck_session_handle_t handle,
				     struct ck_mechanism *mechanism,
				     ck_object_handle_t key);
typedef ck_rv_t (*ck_message_final_t)(ck_session_handle_t handle);
typedef ck_rv_t (*ck_message_cipher_t)(ck_session_handle_t handle,
				       void *parameter, unsigned long len,
				       unsigned char *aad,
				       unsigned long aad_len, unsigned char *in,
				       unsigned long in_len, unsigned char *out,
				       unsigned long *out_len);
typedef ck_rv_t (*ck_message_cipher_begin_t)(ck_session_handle_t handle,
					     void *parameter, unsigned long len,
					     unsigned char *aad,
					     unsigned long aad_len);
typedef ck_rv_t (*ck_message_cipher_next_t)(
	ck_session_handle_t handle, void *parameter, unsigned long len,
	unsigned char *in, unsigned long in_len, unsigned char *out,
	unsigned long *out_len, ck_flags_t flags);
typedef ck_rv_t (*ck_message_sign_t)(ck_session_handle_t handle,
				     void *parameter, unsigned long len,
				     unsigned char *data,
				     unsigned long data_len,
				     unsigned char *signature,
				     unsigned long *signature_len);
typedef ck_rv_t (*ck_message_verify_t)(ck_session_handle_t handle,
				       void *parameter, unsigned long len,
				       unsigned char *data,
				       unsigned long data_len,
				       unsigned char *signature,
				       unsigned long signature_len);
typedef ck_rv_t (*ck_message_begin_t)(ck_session_handle_t handle,
				      void *parameter, unsigned long len);

/* The functions of 2.40 come first, so that the head can be one's list. */
struct ck_function_list_3 {
	struct ck_function_list head;
	ck_rv_t (*C_GetInterfaceList)(struct ck_interface *, unsigned long *);
	ck_rv_t (*C_GetInterface)(unsigned char *, struct ck_version *,
				  struct ck_interface **, ck_flags_t);
	ck_rv_t (*C_LoginUser)(ck_session_handle_t, ck_user_type_t,
			       unsigned char *, unsigned long, unsigned char *,
			       unsigned long);
	ck_rv_t (*C_SessionCancel)(ck_session_handle_t, ck_flags_t);
	ck_message_init_t C_MessageEncryptInit;
	ck_message_cipher_t C_EncryptMessage;
	ck_message_cipher_begin_t C_EncryptMessageBegin;
	ck_message_cipher_next_t C_EncryptMessageNext;
	ck_message_final_t C_MessageEncryptFinal;
	ck_message_init_t C_MessageDecryptInit;
	ck_message_cipher_t C_DecryptMessage;
	ck_message_cipher_begin_t C_DecryptMessageBegin;
	ck_message_cipher_next_t C_DecryptMessageNext;
	ck_message_final_t C_MessageDecryptFinal;
	ck_message_init_t C_MessageSignInit;
	ck_message_sign_t C_SignMessage;
	ck_message_begin_t C_SignMessageBegin;
	ck_message_sign_t C_SignMessageNext;
	ck_message_final_t C_MessageSignFinal;
	ck_message_init_t C_MessageVerifyInit;
	ck_message_verify_t C_VerifyMessage;
	ck_message_begin_t C_VerifyMessageBegin;
	ck_message_verify_t C_VerifyMessageNext;
	ck_message_final_t C_MessageVerifyFinal;
};

#endif
