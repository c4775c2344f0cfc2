/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of the TPM 2.0 Library specification, Part 2 (structures), by
 * section. Only what this library sends or reads.
 */
#ifndef OPENVBS_SVC_TPM_FORMAT_H
#define OPENVBS_SVC_TPM_FORMAT_H

#define TPM_HASH_BYTES	   32u /* SHA-256 is the only hash here */
#define TPM_NAME_BYTES	   34u /* algorithm, digest: Part 1, 16 */
#define TPM_COORDINATE	   32u /* bytes of one P-256 coordinate */
#define TPM_HEAD_BYTES	   10u /* tag, size, code: Part 1, 18 */
#define TPM_COMMAND_BYTES  1024u
#define TPM_RESPONSE_BYTES 4096u
#define TPM_PCRS	   24u

/* 6.3: algorithms, 6.4: curves */
#define TPM_ALG_AES	  0x0006u
#define TPM_ALG_KEYEDHASH 0x0008u
#define TPM_ALG_SHA256	  0x000bu
#define TPM_ALG_NULL	  0x0010u
#define TPM_ALG_ECDSA	  0x0018u
#define TPM_ALG_ECC	  0x0023u
#define TPM_ALG_CFB	  0x0043u
#define TPM_ECC_P256	  0x0003u
#define TPM_AES_BITS	  128u

/* 6.2: what attestations begin with */
#define TPM_GENERATED 0xff544347u

/* 6.5.2: command codes */
#define TPM_CC_NV_UNDEFINE_SPACE   0x122u
#define TPM_CC_NV_DEFINE_SPACE	   0x12au
#define TPM_CC_CREATE_PRIMARY	   0x131u
#define TPM_CC_NV_INCREMENT	   0x134u
#define TPM_CC_POLICY_NV	   0x149u
#define TPM_CC_CERTIFY_CREATION	   0x14au
#define TPM_CC_NV_READ		   0x14eu
#define TPM_CC_CREATE		   0x153u
#define TPM_CC_LOAD		   0x157u
#define TPM_CC_QUOTE		   0x158u
#define TPM_CC_UNSEAL		   0x15eu
#define TPM_CC_FLUSH_CONTEXT	   0x165u
#define TPM_CC_NV_READ_PUBLIC	   0x169u
#define TPM_CC_POLICY_COMMAND_CODE 0x16cu
#define TPM_CC_READ_PUBLIC	   0x173u
#define TPM_CC_START_AUTH_SESSION  0x176u
#define TPM_CC_PCR_READ		   0x17eu
#define TPM_CC_POLICY_PCR	   0x17fu
#define TPM_CC_PCR_EXTEND	   0x182u
#define TPM_CC_POLICY_GET_DIGEST   0x189u

/*
 * 6.6: response codes. Those of format 1 (bit 7) say in the bits of
 * TPM_RC_WHERE which handle, session or parameter they mean.
 */
#define TPM_RC_FORMAT_1	   0x080u
#define TPM_RC_WHERE	   0xf40u
#define TPM_RC_NV_RANGE	   0x146u
#define TPM_RC_NV_DEFINED  0x14cu
#define TPM_RC_PCR_CHANGED 0x128u
#define TPM_RC_POLICY	   0x126u
#define TPM_RC_VALUE	   0x084u
#define TPM_RC_HANDLE	   0x08bu
#define TPM_RC_AUTH_FAIL   0x08eu
#define TPM_RC_POLICY_FAIL 0x09du
#define TPM_RC_INTEGRITY   0x09fu
#define TPM_RC_BAD_AUTH	   0x0a2u
#define TPM_RC_REFERENCE   0x910u /* to 0x916: no such handle or session */
#define TPM_RC_REFERENCES  7u
#define TPM_RC_CONTEXT_GAP 0x901u /* to 0x903: too many objects, sessions */
#define TPM_RC_ROOMS	   3u
#define TPM_RC_YIELDED	   0x908u
#define TPM_RC_TESTING	   0x90au
#define TPM_RC_LOCKOUT	   0x921u
#define TPM_RC_RETRY	   0x922u
#define TPM_RC_NV_RATE	   0x920u

/* 6.8: how TPM2_PolicyNV compares what the index holds with the operand */
#define TPM_EO_EQUAL	     0x0000u
#define TPM_EO_GREATER	     0x0003u
#define TPM_EO_LESS	     0x0005u
#define TPM_EO_GREATER_EQUAL 0x0007u
#define TPM_EO_LESS_EQUAL    0x0009u

/* 6.9: tags */
#define TPM_ST_NO_SESSIONS     0x8001u
#define TPM_ST_SESSIONS	       0x8002u
#define TPM_ST_ATTEST_QUOTE    0x8018u
#define TPM_ST_ATTEST_CREATION 0x801au
#define TPM_ST_CREATION	       0x8021u

/* 6.11: session types */
#define TPM_SE_HMAC   0x00u
#define TPM_SE_POLICY 0x01u

/* 7.2, 7.4: handles; the first byte is the type */
#define TPM_HANDLE_TYPE	   0xff000000u
#define TPM_HT_NV	   0x01000000u
#define TPM_HT_HMAC	   0x02000000u
#define TPM_HT_POLICY	   0x03000000u
#define TPM_HT_TRANSIENT   0x80000000u
#define TPM_RH_OWNER	   0x40000001u
#define TPM_RH_NULL	   0x40000007u
#define TPM_RS_PASSWORD	   0x40000009u
#define TPM_SRK_PERSISTENT 0x81000001u /* where platforms keep it */

/* 8.3: attributes of objects */
#define TPMA_OBJECT_FIXED_TPM	 0x00000002u
#define TPMA_OBJECT_FIXED_PARENT 0x00000010u
#define TPMA_OBJECT_ORIGIN	 0x00000020u
#define TPMA_OBJECT_USER	 0x00000040u
#define TPMA_OBJECT_NO_DA	 0x00000400u
#define TPMA_OBJECT_RESTRICTED	 0x00010000u
#define TPMA_OBJECT_DECRYPT	 0x00020000u
#define TPMA_OBJECT_SIGN	 0x00040000u

/* 8.4: attributes of a session in one command */
#define TPMA_SESSION_CONTINUE  0x01u
#define TPMA_SESSION_EXCLUSIVE 0x02u /* may come back with AUDIT */
#define TPMA_SESSION_DECRYPT   0x20u
#define TPMA_SESSION_ENCRYPT   0x40u
#define TPMA_SESSION_AUDIT     0x80u

/* 13.4: attributes of NV indices */
#define TPMA_NV_OWNER_WRITE  0x00000002u
#define TPMA_NV_AUTH_WRITE   0x00000004u
#define TPMA_NV_POLICY_WRITE 0x00000008u
#define TPMA_NV_COUNTER	     0x00000010u
#define TPMA_NV_OWNER_READ   0x00020000u
#define TPMA_NV_AUTH_READ    0x00040000u
#define TPMA_NV_POLICY_READ  0x00080000u
#define TPMA_NV_NO_DA	     0x02000000u
#define TPMA_NV_WRITTEN	     0x20000000u

#endif
