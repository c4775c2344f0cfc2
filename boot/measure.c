/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measured launch, by the firmware's TPM protocol. Called by main.c on the
 * boot processor, already in VTL0: firmware and loader are trusted until the
 * next loader runs, which finds the PCR closed. Without a TPM all this does
 * nothing.
 */
#include "boot/measure.h"

#include <stddef.h>

#include "abi/audit.h"
#include "abi/measure.h"
#include "boot/console.h"
#include "boot/state.h"
#include "boot/tpm.h"
#include "boot/version.h"
#include "boot/vtl1.h"
#include "lib/bytes.h"

#define DECIMAL_DIGITS 10
#define HEX_DIGITS     "0123456789abcdef"
#define TEXT_MOST      (MEASURE_EVENT_BYTES - offsetof(struct efi_tcg2_event, text))

/* The event that is being written; one at a time. */
static struct efi_tcg2_event *event(void)
{
	return (struct efi_tcg2_event *)boot_state.event;
}

static void text_add(const void *from, uint64_t bytes)
{
	uint32_t at = event()->bytes -
		      (uint32_t)offsetof(struct efi_tcg2_event, text);

	if (bytes > TEXT_MOST - at) {
		bytes = TEXT_MOST - at;
	}
	memcpy(event()->text + at, from, bytes);
	event()->bytes += (uint32_t)bytes;
}

static void text_begin(const char *name)
{
	uint64_t len = 0;

	while (name[len] != '\0') {
		len++;
	}
	*event() = (struct efi_tcg2_event){
		.bytes = (uint32_t)offsetof(struct efi_tcg2_event, text),
		.header_bytes = EFI_TCG2_EVENT_HEADER_BYTES,
		.header_version = EFI_TCG2_EVENT_VERSION,
		.pcr = MEASURE_PCR,
		.type = EFI_TCG2_EV_IPL,
	};
	text_add(MEASURE_PREFIX, sizeof(MEASURE_PREFIX) - 1);
	text_add(name, len);
}

static void text_add_hex(const uint8_t *bytes, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		text_add(&HEX_DIGITS[bytes[i] / 16], 1);
		text_add(&HEX_DIGITS[bytes[i] % 16], 1);
	}
}

static void text_add_number(uint32_t number)
{
	char digits[DECIMAL_DIGITS];
	unsigned at = DECIMAL_DIGITS;

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	text_add(&digits[at], DECIMAL_DIGITS - at);
}

/* The text is both what is measured and what the log has. */
static void extend(struct efi_tcg2 *tpm)
{
	efi_status_t status = tpm->hash_log_extend(
		tpm, 0, (uintptr_t)event()->text,
		event()->bytes - offsetof(struct efi_tcg2_event, text),
		event());

	if (status != EFI_SUCCESS) {
		console_say("OpenVBS: the TPM takes no measurement (%s); this "
			    "machine cannot prove what it runs.",
			    console_efi_words(status));
	}
}

static void extend_number(struct efi_tcg2 *tpm, const char *name,
			  uint32_t number)
{
	text_begin(name);
	text_add_number(number);
	extend(tpm);
}

static void extend_hex(struct efi_tcg2 *tpm, const char *name,
		       const uint8_t *bytes, uint32_t count)
{
	text_begin(name);
	text_add_hex(bytes, count);
	extend(tpm);
}

void measure_launch(void)
{
	struct efi_tcg2 *tpm = tpm_find();
	struct sk_status vtl1;
	struct audit_key key;

	if (tpm == NULL) {
		return;
	}
	if (vtl1_ask(SERVICE_SECURE_KERNEL, SK_METHOD_STATUS, &vtl1,
		     sizeof(vtl1)) != STATUS_OK ||
	    vtl1_ask(SERVICE_AUDIT, AUDIT_METHOD_KEY, &key, sizeof(key)) !=
		    STATUS_OK) {
		console_say("OpenVBS: VTL1 does not say who it is; this "
			    "machine cannot prove what it runs.");
		return;
	}
	text_begin("config ");
	text_add(boot_state.config_text, boot_state.config_bytes);
	extend(tpm);
	extend_number(tpm, "svn ", OPENVBS_SVN);
	extend_number(tpm, "facts ", vtl1.facts);
	extend_hex(tpm, "policy ", vtl1.policy_digest,
		   sizeof(vtl1.policy_digest));
	extend_hex(tpm, "boot ", key.boot_id, sizeof(key.boot_id));
	extend_hex(tpm, "key ", key.public_key, sizeof(key.public_key));
}

/* A firmware's word that it has extended says nothing of the SHA-256 bank. */
bool measure_close(void)
{
	struct efi_tcg2 *tpm = tpm_find();

	if (tpm == NULL) {
		return false;
	}
	text_begin("closed");
	extend(tpm);
	return tpm_pcr_extended(MEASURE_PCR);
}
