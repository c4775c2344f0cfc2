/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine to attest, for test_attest.c: a TPM of tpm_bed.h, the firmware and
 * loader that measure into it and keep the log, VTL1's audit service, and
 * what `vbsctl attest` does.
 */
#ifndef OPENVBS_TESTS_UNIT_ATTEST_BED_H
#define OPENVBS_TESTS_UNIT_ATTEST_BED_H

#include "abi/attest.h"
#include "host/libvbs/evidence.h"
#include "host/vbsctl/quote.h"
#include "svc/audit/log.h"
#include "tests/unit/tpm_bed.h"

#define MACHINE_LOG_BYTES 8192u

struct machine {
	struct tpm_bed *tpm;
	struct audit_log vtl1;
	uint8_t log[MACHINE_LOG_BYTES];
	uint32_t log_bytes;
	uint8_t report[ATTEST_REPORT_BYTES_MAX];
	struct quote quote;
	struct evidence evidence;
};

/* TCG events' types, as far as they are used here. */
#define EV_NO_ACTION	    3u
#define EV_SEPARATOR	    4u
#define EV_ACTION	    5u
#define EV_IPL		    13u
#define EV_EFI_VARIABLE	    0x80000001u
#define EV_EFI_ACTION	    0x80000007u
#define EV_EFI_APPLICATION  0x80000003u
#define CALLING_APPLICATION "Calling EFI Application from Boot Option"

/* The digest that firmware measures of openvbs.efi: all of these. */
#define IMAGE_BYTE 0x0e

/* Reset: an empty log, VTL1 with a key of this boot. */
void machine_reset(struct machine *m, struct tpm_bed *tpm, uint8_t boot);

/* Measures text, and logs it. */
void machine_measure(struct machine *m, uint32_t pcr, uint32_t type,
		     const char *text);

void machine_measure_bytes(struct machine *m, uint32_t pcr, uint32_t type,
			   struct bytes_view bytes);

/* A program whose digest is this byte, repeated; logged as of this type. */
void machine_start(struct machine *m, uint8_t digest_byte, uint32_t type);

/* What firmware does up to openvbs.efi, which it starts. Secure Boot is on. */
void machine_firmware(struct machine *m);

/*
 * What the loader measures; event `without` is left out, unless it is -1.
 * machine_text() is each of them.
 */
#define LAUNCH_TEXTS 7
#define LAUNCH_TEXT  200u
void machine_launch(struct machine *m, int without);
void machine_text(const struct machine *m, int which, char to[LAUNCH_TEXT]);

/* For tests/unit/tpm_tcti.h. */
struct TSS2_TCTI_OPAQUE_CONTEXT_BLOB *machine_tcti(const struct machine *m);

/* Makes report, quote and evidence. */
void machine_attest(struct machine *m, const uint8_t nonce[AUDIT_NONCE_BYTES]);

/* Only the quote, over this report; and the evidence. */
void machine_quote(struct machine *m, const void *report, size_t len_bytes);

/* Somebody without a TPM signs the quote, and says that his key is an AK. */
void machine_forge(struct machine *m);

#endif
