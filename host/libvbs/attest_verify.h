/* SPDX-License-Identifier: MIT */
/*
 * What evidence of another machine proves. Offline: from the evidence, the
 * reader's nonce, reference values, and the attestation key that the reader
 * knows the machine by. Each link is checked in turn, and the first that does
 * not hold is named:
 *
 *	pinned key ─► AK ─► quote ─┬─► SHA-256 of VTL1's report
 *				   └─► PCRs ◄─ replay ◄─ event log
 *	event log ─► PCR 4: first program is an openvbs.efi of the reference
 *		  ─► PCR 15: its launch, from "config" to "closed"
 *		  │	└─► key ─► report's signature ─► nonce, boot, events
 *		  └─► PCR 7: Secure Boot is on, if the reference wants it
 *
 * Without a pinned key everything else is checked, and the verdict is
 * ATTEST_AK_UNPINNED: some TPM has said this, real or made up.
 */
#ifndef OPENVBS_HOST_LIBVBS_ATTEST_VERIFY_H
#define OPENVBS_HOST_LIBVBS_ATTEST_VERIFY_H

#include "host/libvbs/attest_quote.h"
#include "host/libvbs/attest_report.h"
#include "host/libvbs/evidence.h"
#include "host/libvbs/reference.h"

#define ATTEST_LIST(X)                                                         \
	X(GOOD, "everything holds")                                            \
	X(AK_FORM, "the attestation key is not one that `vbsctl attest` has "  \
		   "made")                                                     \
	X(AK_OTHER, "the attestation key is not the pinned one: another "      \
		    "machine, or its TPM was exchanged or made anew")          \
	X(SIGNATURE, "the quote is not signed by the attestation key")         \
	X(QUOTE_FORM, "what is signed is not a TPM's quote of the right form") \
	X(QUOTE_PCRS, "the quote is over other PCRs than 0, 2, 4, 7, 15")      \
	X(QUOTE_OTHER, "the quote was made for another report")                \
	X(LOG_FORM, "the event log is damaged, cut, or has no SHA-256")        \
	X(LOG_REPLAY, "the event log is not what the quoted PCRs were "        \
		      "extended with: it was edited, or Linux has extended "   \
		      "one of them")                                           \
	X(LAUNCH_NONE, "OpenVBS was not launched: PCR 15 says nothing of it")  \
	X(LAUNCH_ABORTED, "openvbs.efi has run and given up: nothing is "      \
			  "protected")                                         \
	X(LAUNCH_FORM, "the launch in PCR 15 is not OpenVBS's: other or "      \
		       "malformed events, or another order")                   \
	X(LAUNCH_OPEN, "the launch of OpenVBS was not completed and closed")   \
	X(LAUNCH_AGAIN, "somebody behind the launch speaks in OpenVBS's name") \
	X(REPORT_FORM, "VTL1's report is malformed")                           \
	X(REPORT_KEY, "VTL1's report is not signed by the key of this boot: "  \
		      "of another boot, or forged")                            \
	X(NONCE, "stale: made for another nonce")                              \
	X(BOOT, "VTL1's report is of another boot")                            \
	X(IMAGE_NONE, "the firmware has loaded no program")                    \
	X(IMAGE_OTHER, "the program that the firmware has loaded is none of "  \
		       "the reference")                                        \
	X(IMAGE_BEFORE, "something else was loaded before openvbs.efi")        \
	X(IMAGE_ENDED, "openvbs.efi has come back to the firmware: what runs " \
		       "now was started behind it")                            \
	X(SVN, "the security version is lower than the reference wants")       \
	X(POLICY, "another policy is in force than the reference has")         \
	X(FACTS, "the loader has not found what the reference wants")          \
	X(SECURE_BOOT, "the firmware has not measured that Secure Boot is on") \
	X(TEST_BUILD, "it is a test build, which protects nothing")            \
	X(FIRMWARE, "a PCR has another value than the reference pins")         \
	X(AK_UNPINNED, "AK not pinned: trust on first use")

enum attest_verdict {
#define ATTEST_ENUM(name, words) ATTEST_##name,
	ATTEST_LIST(ATTEST_ENUM)
#undef ATTEST_ENUM
	ATTEST_VERDICT_COUNT,
};

struct attest_input {
	const struct evidence *evidence;
	const struct reference *reference;
	const struct attest_ak *pinned; /* NULL: unknown */
	uint8_t nonce[AUDIT_NONCE_BYTES];
};

/* What was read on the way; as good as the verdict. */
struct attest {
	enum attest_verdict verdict;
	struct attest_ak ak;
	uint8_t pcr[TCG_PCRS][TCG_HASH_BYTES]; /* those quoted */
	struct bytes_view config;	       /* points into the evidence */
	uint32_t svn;
	uint32_t facts; /* VTL1_FACT_* */
	uint8_t policy[TCG_HASH_BYTES];
	uint8_t image[TCG_HASH_BYTES]; /* which of the reference's */
	uint8_t boot_id[AUDIT_BOOT_ID_BYTES];
	uint8_t key[AUDIT_KEY_BYTES];
	struct attest_report report;
};

enum attest_verdict attest_verify(const struct attest_input *input,
				  struct attest *attest);

/* Of that, what the log says, by the PCRs of a quote that is believed. */
enum attest_verdict attest_verify_log(struct bytes_view log,
				      const struct attest_quote *quote,
				      const struct reference *reference,
				      struct attest *attest);

const char *attest_words(enum attest_verdict verdict);

#endif
