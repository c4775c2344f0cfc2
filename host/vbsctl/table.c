/* SPDX-License-Identifier: MIT */
/* The table of commands and the one of options. */
#include "host/vbsctl/vbsctl.h"

const struct option_row option_rows[] = {
	{"--json", offsetof(struct arguments, json),
	 "print JSON for programs instead of text"},
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
	{"version", command_version, "[--json]", 0, 0,
	 "versions of this program, vbsd, the driver and VTL1",
	 "Ends with 2 when only this program is there."},
	{"help", command_help, "[COMMAND]", 0, 1,
	 "this help, or all about one command", ""},
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);
