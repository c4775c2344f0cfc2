/* SPDX-License-Identifier: MIT */
/* The table of commands and the one of options. */
#include "host/vbsctl/vbsctl.h"

const struct option_row option_rows[] = {
	{"--json", offsetof(struct arguments, json),
	 "print JSON for programs instead of text"},
	{"-f", offsetof(struct arguments, follow),
	 "go on with events as they come"},
	{"--all", offsetof(struct arguments, all),
	 "events of earlier boots as well"},
	{"--live", offsetof(struct arguments, live),
	 "ask VTL1 now, so that missing records show"},
};
const size_t option_count = sizeof(option_rows) / sizeof(option_rows[0]);

const struct command commands[] = {
	{"status", command_status, "[--json]", 0, 0,
	 "how well this machine is protected, and why not better",
	 "Ends with 0 when all that the policy asks for is enforced, with 1 "
	 "when the protection is degraded, and with 2 when there is none. Each "
	 "line that begins with \"degraded\" has its reason and a remedy. Asks "
	 "vbsd; when that does not run, root gets an answer from /dev/vbs."},
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
	{"policy", command_policy, "show [--json] | test FEATURE", 1, 2,
	 "the policy in force, and what it decides about a feature",
	 "`test` asks the function that VTL1 asks, and ends with 1 when the "
	 "policy wants a feature that this machine has not."},
	{"version", command_version, "[--json]", 0, 0,
	 "versions of this program, vbsd, the driver and VTL1",
	 "Ends with 2 when only this program is there."},
	{"help", command_help, "[COMMAND]", 0, 1,
	 "this help, or all about one command", ""},
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);
