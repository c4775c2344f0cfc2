/* SPDX-License-Identifier: MIT */
/*
 * Where answers come from: vbsd, which owns /dev/vbs while it runs. Only if
 * it does not run is the device asked directly, so that there are never two
 * readers.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/libvbs/client.h"
#include "host/libvbs/device.h"
#include "host/libvbs/report.h"
#include "host/vbsctl/vbsctl.h"
#include "lib/status.h"

#define ACPI_DEVICE "/sys/bus/acpi/devices/OVBS0001:00"

static bool not_running(int error)
{
	return error == ENOENT || error == ECONNREFUSED;
}

json_t *live_ask(json_t *request, const char **why)
{
	static char words[256];
	FILE *vbsd = client_open(CLIENT_SOCKET);
	json_t *reply;

	if (vbsd == NULL) {
		(void)snprintf(words, sizeof(words),
			       "vbsd cannot be reached (%s); start it with "
			       "`systemctl start vbsd.service`",
			       strerror(errno));
		json_decref(request);
		*why = words;
		return NULL;
	}
	reply = client_ask(vbsd, request);
	(void)fclose(vbsd);
	if (client_refusal(reply) != NULL) {
		(void)snprintf(words, sizeof(words), "%s",
			       client_refusal(reply));
		json_decref(reply);
		*why = words;
		return NULL;
	}
	return reply;
}

static json_t *off(const char *reason, const char *remedy)
{
	const struct report_input input = {.reason = reason, .remedy = remedy};

	return report_make(&input);
}

/* Neither vbsd nor the device: the reason, as near as it can be told. */
static json_t *no_device(int error)
{
	if (error == EACCES || error == EPERM) {
		return off("vbsd does not run, and /dev/vbs is for root only",
			   "systemctl start vbsd.service, or ask as root");
	}
	if (error != ENOENT && error != ENXIO && error != ENODEV) {
		return off(strerror(error), "see `journalctl -k -g vbs:`");
	}
	if (access(ACPI_DEVICE, F_OK) == 0) {
		return off(
			"OpenVBS has started, but its driver is not loaded",
			"modprobe openvbs, then see `journalctl -k -g vbs:`");
	}
	return off("OpenVBS does not run: there is no /dev/vbs",
		   "see `vbsctl check`, then boot through openvbs.efi");
}

static json_t *direct_report(void)
{
	struct report_input input = {0};
	struct facts facts;
	struct vtl1 vtl1;
	enum status status;
	int device = device_open(DEVICE_PATH);

	if (device < 0) {
		return no_device(errno);
	}
	status = vtl1_read(device, &vtl1);
	(void)close(device);
	if (status != STATUS_OK) {
		input.reason = status_words(status);
		input.remedy = "see `journalctl -k -g vbs:` for what VTL1 does";
		return report_make(&input);
	}
	facts_read("", &facts);
	input.vtl1 = &vtl1;
	input.facts = &facts;
	return report_make(&input);
}

json_t *live_report(void)
{
	FILE *vbsd = client_open(CLIENT_SOCKET);
	json_t *report, *reply;
	char words[128];

	if (vbsd == NULL && not_running(errno)) {
		return direct_report();
	}
	if (vbsd == NULL) {
		(void)snprintf(words, sizeof(words),
			       "vbsd cannot be reached: %s", strerror(errno));
		return off(words, "see `systemctl status vbsd.socket`");
	}
	reply = client_ask(vbsd, json_pack("{s:s}", "call", "status"));
	(void)fclose(vbsd);
	if (client_refusal(reply) != NULL) {
		report = off(client_refusal(reply),
			     "see `systemctl status vbsd.service`");
	} else {
		report = json_incref(json_object_get(reply, "report"));
	}
	json_decref(reply);
	return report;
}
