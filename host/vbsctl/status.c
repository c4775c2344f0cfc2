/* SPDX-License-Identifier: MIT */
/* `vbsctl status`: the report, its level as exit code. */
#include "host/libvbs/report.h"
#include "host/vbsctl/vbsctl.h"

enum exit_code command_status(const struct arguments *arguments)
{
	json_t *report = live_report();
	enum exit_code code = (enum exit_code)report_level(report);

	if (arguments->json) {
		print_json(report);
	} else {
		report_print(report, stdout);
		json_decref(report);
	}
	return code;
}
