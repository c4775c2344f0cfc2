/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See the header. */
#include "tests/unit/attest_bed.h"

#include <nettle/bignum.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

#include "host/libvbs/hex.h"
#include "svc/audit/report.h"
#include "svc/rt/rt.h"
#include "tests/unit/tpm_tcti.h"
#include "tests/unit/unit.h"

#define PCR_FIRMWARE 0u
#define PCR_DRIVERS  2u
#define PCR_PROGRAMS 4u
#define PCR_KEYS     7u
#define SHA1_BYTES   20u

/* --- measuring ------------------------------------------------------------------- */

static void log_bytes(struct machine *m, const void *bytes, size_t len_bytes)
{
	assert_true(len_bytes <= sizeof(m->log) - m->log_bytes);
	if (len_bytes != 0) {
		memcpy(m->log + m->log_bytes, bytes, len_bytes);
	}
	m->log_bytes += (uint32_t)len_bytes;
}

static void log_number(struct machine *m, uint32_t value, size_t len_bytes)
{
	log_bytes(m, &value, len_bytes);
}

static void hash(const void *bytes, size_t len_bytes, uint8_t to[32])
{
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, len_bytes, bytes);
	sha256_digest(&context, SHA256_DIGEST_SIZE, to);
}

/* SHA-1 digests are logged as zeros: nobody reads them. */
static void log_event(struct machine *m, const uint32_t where[2],
		      const uint8_t digest[32], struct bytes_view data)
{
	static const uint8_t sha1[SHA1_BYTES];

	log_number(m, where[0], 4);
	log_number(m, where[1], 4);
	log_number(m, 2, 4);
	log_number(m, 4, 2);
	log_bytes(m, sha1, sizeof(sha1));
	log_number(m, TPM_ALG_SHA256, 2);
	log_bytes(m, digest, SHA256_DIGEST_SIZE);
	log_number(m, (uint32_t)data.len_bytes, 4);
	log_bytes(m, data.bytes, data.len_bytes);
}

static void extend(struct machine *m, const uint32_t where[2],
		   const uint8_t digest[32], struct bytes_view data)
{
	tpm_command_pcr_extend(&command, where[0], digest);
	bed_plain_done(m->tpm);
	log_event(m, where, digest, data);
}

void machine_measure_bytes(struct machine *m, uint32_t pcr, uint32_t type,
			   struct bytes_view bytes)
{
	uint8_t digest[32];

	hash(bytes.bytes, bytes.len_bytes, digest);
	extend(m, (uint32_t[2]){pcr, type}, digest, bytes);
}

void machine_measure(struct machine *m, uint32_t pcr, uint32_t type,
		     const char *text)
{
	machine_measure_bytes(
		m, pcr, type,
		(struct bytes_view){(const uint8_t *)text, strlen(text)});
}

static void separate(struct machine *m, uint32_t pcr)
{
	static const uint8_t zeros[4];

	machine_measure_bytes(m, pcr, EV_SEPARATOR,
			      (struct bytes_view){zeros, sizeof(zeros)});
}

void machine_start(struct machine *m, uint8_t digest_byte, uint32_t type)
{
	static const uint8_t path[] = "a device path";
	uint8_t digest[32];

	memset(digest, digest_byte, sizeof(digest));
	extend(m, (uint32_t[2]){PCR_PROGRAMS, type}, digest,
	       (struct bytes_view){path, sizeof(path)});
}

/* PC Client Platform Firmware Profile, 10.4.5.1: SHA-1 and SHA-256. */
static void log_head(struct machine *m)
{
	static const uint8_t spec[] =
		"Spec ID Event03\0\0\0\0\0\0\2\0\2\2\0\0\0"
		"\4\0\24\0\13\0\40\0\0";
	static const uint8_t sha1[SHA1_BYTES];

	log_number(m, 0, 4);
	log_number(m, EV_NO_ACTION, 4);
	log_bytes(m, sha1, sizeof(sha1));
	log_number(m, sizeof(spec) - 1, 4);
	log_bytes(m, spec, sizeof(spec) - 1);
}

void machine_reset(struct machine *m, struct tpm_bed *tpm, uint8_t boot)
{
	static const uint8_t locality[] = "StartupLocality\0";
	static const uint8_t none[32];
	uint8_t private_key[AUDIT_PRIVATE_BYTES] = {boot, 1};
	uint8_t boot_id[AUDIT_BOOT_ID_BYTES] = {boot, 2};

	memset(m, 0, sizeof(*m));
	m->tpm = tpm;
	tpm_bed_restart(tpm);
	audit_log_start(&m->vtl1, private_key, boot_id, 0, 1000);
	log_head(m);
	log_event(m, (uint32_t[2]){0, EV_NO_ACTION}, none,
		  (struct bytes_view){locality, sizeof(locality)});
}

void machine_firmware(struct machine *m)
{
	static const uint8_t secure_boot[] =
		"\x61\xdf\xe4\x8b\xca\x93\xd2\x11\xaa\x0d\0\xe0\x98\3\x2b\x8c"
		"\12\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0"
		"S\0e\0c\0u\0r\0e\0B\0o\0o\0t\0\1";

	machine_measure(m, PCR_FIRMWARE, EV_ACTION, "firmware 1.0");
	machine_measure(m, 1, EV_ACTION, "its settings");
	machine_measure_bytes(
		m, PCR_KEYS, EV_EFI_VARIABLE,
		(struct bytes_view){secure_boot, sizeof(secure_boot) - 1});
	machine_measure(m, PCR_DRIVERS, EV_ACTION, "a driver");
	machine_measure(m, PCR_PROGRAMS, EV_EFI_ACTION, CALLING_APPLICATION);
	separate(m, PCR_FIRMWARE);
	separate(m, PCR_DRIVERS);
	separate(m, PCR_PROGRAMS);
	separate(m, PCR_KEYS);
	machine_start(m, IMAGE_BYTE, EV_EFI_APPLICATION);
}

void machine_text(const struct machine *m, int which, char to[LAUNCH_TEXT])
{
	static const char *const front[LAUNCH_TEXTS] = {
		"openvbs config next=shim\n",
		"openvbs svn 1",
		"openvbs facts 11",
		"openvbs policy ",
		"openvbs boot ",
		"openvbs key ",
		"openvbs closed",
	};
	char text[2 * 32 + 1] = "";
	uint8_t policy[32];

	memset(policy, 0x70, sizeof(policy));
	if (which == 3) {
		hex_write(policy, sizeof(policy), text);
	} else if (which == 4) {
		hex_write(m->vtl1.boot_id, sizeof(m->vtl1.boot_id), text);
	} else if (which == 5) {
		hex_write(m->vtl1.public_key, sizeof(m->vtl1.public_key), text);
	}
	(void)snprintf(to, LAUNCH_TEXT, "%s%s", front[which], text);
}

void machine_launch(struct machine *m, int without)
{
	char text[LAUNCH_TEXT];

	for (int i = 0; i < LAUNCH_TEXTS; i++) {
		machine_text(m, i, text);
		if (i != without) {
			machine_measure(m, 15, EV_IPL, text);
		}
	}
	machine_start(m, 0x51, EV_EFI_APPLICATION); /* shim */
}

/* --- attesting ------------------------------------------------------------------- */

static void ferry(void *tpm, const uint8_t *asked, uint32_t bytes,
		  uint8_t *response, uint32_t *response_bytes)
{
	traffic_bytes = 0;
	tpm_bed_ferry(tpm, asked, bytes, response, response_bytes);
}

struct TSS2_TCTI_OPAQUE_CONTEXT_BLOB *machine_tcti(const struct machine *m)
{
	return tpm_tcti(ferry, m->tpm);
}

void machine_quote(struct machine *m, const void *report, size_t len_bytes)
{
	uint8_t extra[32];
	const char *words;

	hash(report, len_bytes, extra);
	words = quote_make(machine_tcti(m), extra, &m->quote);
	if (words != NULL) {
		fail_msg("%s", words);
	}
	quote_evidence(&m->quote, &m->evidence);
	m->evidence.item[EVIDENCE_REPORT] =
		(struct bytes_view){report, len_bytes};
	m->evidence.item[EVIDENCE_LOG] =
		(struct bytes_view){m->log, m->log_bytes};
}

void machine_attest(struct machine *m, const uint8_t nonce[AUDIT_NONCE_BYTES])
{
	machine_quote(m, m->report, report_write(&m->vtl1, nonce, m->report));
}

static void put_number(uint8_t *to, const mpz_t number)
{
	to[0] = 0;
	to[1] = 32;
	nettle_mpz_get_str_256(32, to + 2, number);
}

void machine_forge(struct machine *m)
{
	static uint8_t ak[2 + ATTEST_AK_FRONT_BYTES + 2 * 34];
	static uint8_t signed_by[4 + 2 * 34];
	struct dsa_signature signature;
	struct ecc_scalar secret;
	struct ecc_point point;
	uint8_t digest[32];
	mpz_t x, y;

	ecc_point_init(&point, nettle_get_secp_256r1());
	ecc_scalar_init(&secret, nettle_get_secp_256r1());
	ecdsa_generate_keypair(&point, &secret, NULL, rt_random);
	mpz_inits(x, y, NULL);
	ecc_point_get(&point, x, y);
	memcpy(ak, (uint8_t[2]){0, sizeof(ak) - 2}, 2);
	memcpy(ak + 2, attest_ak_front, ATTEST_AK_FRONT_BYTES);
	put_number(ak + 2 + ATTEST_AK_FRONT_BYTES, x);
	put_number(ak + 2 + ATTEST_AK_FRONT_BYTES + 34, y);
	hash(m->quote.quote, m->quote.quote_bytes, digest);
	dsa_signature_init(&signature);
	ecdsa_sign(&secret, NULL, rt_random, sizeof(digest), digest,
		   &signature);
	memcpy(signed_by, "\0\x18\0\xb", 4);
	put_number(signed_by + 4, signature.r);
	put_number(signed_by + 4 + 34, signature.s);
	dsa_signature_clear(&signature);
	mpz_clears(x, y, NULL);
	ecc_scalar_clear(&secret);
	ecc_point_clear(&point);
	m->evidence.item[EVIDENCE_AK] = (struct bytes_view){ak, sizeof(ak)};
	m->evidence.item[EVIDENCE_SIGNATURE] =
		(struct bytes_view){signed_by, sizeof(signed_by)};
}
