/* SPDX-License-Identifier: MIT */
/* The table of commands and the one of options. */
#include <string.h>

#include "host/vbsctl/vbsctl.h"

const struct option_row option_rows[] = {
	{"--json", offsetof(struct arguments, json), NULL,
	 "print JSON for programs instead of text"},
	{"-f", offsetof(struct arguments, follow), NULL,
	 "go on with events as they come"},
	{"--all", offsetof(struct arguments, all), NULL,
	 "of earlier boots as well; of every token that you may use"},
	{"--live", offsetof(struct arguments, live), NULL,
	 "ask VTL1 now, so that missing records show"},
	{"--system", offsetof(struct arguments, system), NULL,
	 "the system's token, for root and the group openvbs-keys"},
	{"--type", offsetof(struct arguments, type), "TYPE",
	 "rsa2048 rsa3072 rsa4096 p256 p384 ed25519 aes128 aes192 aes256, or "
	 "hmac128 to hmac1024"},
	{"--label", offsetof(struct arguments, label), "LABEL",
	 "a name for people, of at most 64 bytes"},
	{"--rate", offsetof(struct arguments, rate), "N",
	 "uses per minute, at most"},
	{"--may", offsetof(struct arguments, may), "LIST",
	 "of sign,encrypt,decrypt; otherwise all that the type can"},
	{"--pin", offsetof(struct arguments, pin), NULL,
	 "every use needs a PIN of the key's own"},
	{"--audit-each", offsetof(struct arguments, audit_each), NULL,
	 "an event for every use, not one a second"},
	{"--pin-fd", offsetof(struct arguments, pin_fd), "N",
	 "read passphrase and PINs from this descriptor, a line each, in the "
	 "order of the questions"},
	{"--wrapped", offsetof(struct arguments, wrapped), NULL,
	 "the file is encrypted to the vault's wrapping key"},
	{"--remove", offsetof(struct arguments, remove), NULL,
	 "no PIN any more"},
	{"--yes", offsetof(struct arguments, yes), NULL, "do not ask"},
	{"--ssh", offsetof(struct arguments, ssh), NULL,
	 "a line for authorized_keys"},
	{"--pem", offsetof(struct arguments, pem), NULL,
	 "PEM SubjectPublicKeyInfo (the default)"},
	{"--nonce", offsetof(struct arguments, nonce), "HEX",
	 "64 hexadecimal digits that the verifier has just drawn"},
	{"--out", offsetof(struct arguments, out), "FILE",
	 "write there, not to standard output"},
	{"--reference", offsetof(struct arguments, reference), "FILE",
	 "what may run: made by the build, beside openvbs.efi"},
	{"--ak", offsetof(struct arguments, ak), "FILE",
	 "the machine's attestation key, PEM, from an earlier visit"},
	{"--to", offsetof(struct arguments, to), "WRAPPING.pem",
	 "what `vbsctl key wrapping-key` has printed"},
};
const size_t option_count = sizeof(option_rows) / sizeof(option_rows[0]);

const struct command commands[] = {
	{"status", command_status, "[--json]", 0, 0,
	 "how well this machine is protected, and why not better",
	 "Ends with 0 when all that the policy asks for is enforced, with 1 "
	 "when the protection is degraded, and with 2 when there is none. Each "
	 "line that begins with \"degraded\" has its reason and a remedy. "
	 "Stored keys that could not be opened make it degraded for as long as "
	 "they lie in /var/lib/openvbs/keys/lost. Asks vbsd; when that does "
	 "not run, root gets an answer from /dev/vbs, which knows nothing of "
	 "stored keys."},
	{"check", command_check, "[--json]", 0, 0,
	 "whether this machine is fit for OpenVBS, and what to change",
	 "Looks at processor, firmware and kernel; works on a machine without "
	 "OpenVBS too. Ends with 0 when everything is there, with 1 when "
	 "OpenVBS would run degraded, and with 2 when it would not start. Root "
	 "sees more than others."},
	{"events", command_events, "[-f] [--all] [--json]", 0, 0,
	 "what happened: the event log of hypervisor and VTL1",
	 "One line an event, or one JSON object; what a and b are is in the "
	 "event's words. Reads the stored logs of this boot; with -f goes on "
	 "with what vbsd sends. For root and the group openvbs. The journal "
	 "has "
	 "the same events: `journalctl -u vbsd.service`."},
	{"verify-log", command_verify_log, "[--live] [FILE]", 0, 1,
	 "what a stored event log proves, and what it does not",
	 "Without a FILE, the newest log. Offline, a log proves order and "
	 "integrity of its records up to its last signed head, and not that "
	 "nothing was cut from its end; with --live VTL1 signs a fresh head "
	 "over a number that this program has just drawn, and a record that is "
	 "missing shows. Ends with 0 when nothing is wrong, with 1 when "
	 "something is, and with 2 when there is no log, or no VTL1, to ask."},
	{"attest", command_attest, "--nonce HEX [--out FILE]", 0, 0,
	 "evidence for somebody else of what this machine runs",
	 "VTL1 signs a report over the nonce, and the TPM the registers that "
	 "say how VTL1 was started. For root, as the TPM is. Ends with 2 when "
	 "there is no VTL1 or no TPM to ask. docs/attestation.md has the "
	 "whole procedure."},
	{"verify", command_verify,
	 "--nonce HEX --reference FILE [--ak FILE] EVIDENCE", 1, 1,
	 "what evidence of a machine proves",
	 "Works offline, on a machine without OpenVBS too. Ends with 0 when "
	 "everything holds, with 1 and the first thing that is wrong when "
	 "something does not, and with 2 when a file is not there. Without "
	 "--ak nothing says which machine it is: all else is checked, the key "
	 "is printed to be kept, and it ends with 1."},
	{"policy", command_policy, "show [--json] | test FEATURE", 1, 2,
	 "the policy in force, and what it decides about a feature",
	 "`test` asks the function that VTL1 asks, and ends with 1 when the "
	 "policy wants a feature that this machine has not."},
	{"key generate", command_key_generate,
	 "[--type TYPE] [--label LABEL] [--system] [--rate N] [--may LIST] "
	 "[--pin] [--audit-each] [--pin-fd N]",
	 0, 0, "makes a key in VTL1, which never leaves it",
	 "Prints its number, its fingerprint and its public key. The type is "
	 "p256 unless --type says otherwise. What the key may do is fixed from "
	 "now on."},
	{"key import", command_key_import,
	 "[--wrapped] [--type TYPE] [--label LABEL] [--system] [--rate N] "
	 "[--may LIST] [--pin] [--audit-each] [--pin-fd N] FILE",
	 1, 1, "takes a key that exists already into VTL1",
	 "FILE is a private key in PEM or DER, which says its type itself; or, "
	 "with --type aes256 and the like, just the bytes of that key. Such a "
	 "key has passed through Linux, and copies "
	 "of the file remain, so better make a new one. With --wrapped, FILE "
	 "is what `vbsctl key wrap` has made on another machine, and this "
	 "Linux sees no key."},
	{"key list", command_key_list, "[--system] [--all] [--json]", 0, 0,
	 "your keys, or the system's", "A line each, or JSON."},
	{"key show", command_key_show, "[--json] KEY", 1, 1,
	 "all about one key", "KEY is a number or a label, here and below."},
	{"key policy", command_key_policy, "KEY", 1, 1,
	 "what a key may do, in words", "A policy never changes."},
	{"key export-public", command_key_export, "[--pem] [--ssh] KEY", 1, 1,
	 "the public half of a key", ""},
	{"key delete", command_key_delete, "[--yes] [--pin-fd N] KEY", 1, 1,
	 "deletes a key for ever", "There is no copy and no way back."},
	{"key pin", command_key_pin, "[--system] [--remove] [--pin-fd N] [KEY]",
	 0, 1, "sets, changes or removes a PIN",
	 "Without KEY, the PIN of your token or the system's: then its keys "
	 "need it, and so do making and deleting keys. With KEY, the PIN of "
	 "its own that a key was made with. Asks for the old one, if there is "
	 "one, and the new one. After 10 wrong ones in a row it is locked."},
	{"key wrapping-key", command_key_wrapping, "", 0, 0,
	 "the public key to which others encrypt keys for this vault",
	 "A PEM file for `vbsctl key wrap`. See that it comes to the other "
	 "machine unchanged: whoever exchanges it on the way reads the key."},
	{"key wrap", command_key_wrap,
	 "--to WRAPPING.pem [--type TYPE] [--pin-fd N] FILE", 1, 1,
	 "encrypts a key for the vault of another machine",
	 "FILE and --type are as for `vbsctl key import`. Writes the result to "
	 "standard output, for `vbsctl key import --wrapped`. Works on a "
	 "machine without OpenVBS. It is PKCS#11's "
	 "CKM_ECDH_AES_KEY_WRAP with CKD_SHA256_KDF."},
	{"version", command_version, "[--json]", 0, 0,
	 "versions of this program, vbsd, the driver and VTL1",
	 "Ends with 2 when only this program is there."},
	{"help", command_help, "[COMMAND]", 0, 2,
	 "this help, or all about one command", ""},
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

bool option_is_of(const struct option_row *option, const char *usage)
{
	size_t len = strlen(option->word);
	const char *at = usage;

	while ((at = strstr(at, option->word)) != NULL) {
		bool begins = at == usage || at[-1] == '[' || at[-1] == ' ';

		if (begins && strchr(" ]", at[len]) != NULL) {
			return true;
		}
		at += len;
	}
	return false;
}
