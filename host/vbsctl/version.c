/* SPDX-License-Identifier: MIT */
/* `vbsctl version`: every version that can be asked for from here. */
#include <stdio.h>
#include <unistd.h>

#include "host/libvbs/device.h"
#include "host/libvbs/version.h"
#include "host/libvbs/vtl1.h"
#include "host/vbsctl/vbsctl.h"

/* By the device when vbsd does not run; members as in vbsd's reply. */
static json_t *direct_version(void)
{
	json_t *reply = NULL;
	struct vtl1 vtl1;
	int device = device_open(DEVICE_PATH);

	if (device < 0) {
		return NULL;
	}
	if (vtl1_read(device, &vtl1) == STATUS_OK) {
		reply = json_pack("{s:s, s:I, s:I}", "openvbs",
				  vtl1.status.openvbs_version, "ioctl_version",
				  (json_int_t)vtl1.version.ioctl_version,
				  "vtl_call_version",
				  (json_int_t)vtl1.version.vtl_call_version);
	}
	(void)close(device);
	return reply;
}

static void print_version(const char *name, const json_t *versions,
			  const char *key)
{
	const json_t *value = json_object_get(versions, key);

	if (json_is_string(value)) {
		printf("%-24s %s\n", name, json_string_value(value));
	} else if (json_is_integer(value)) {
		printf("%-24s %lld\n", name,
		       (long long)json_integer_value(value));
	} else {
		printf("%-24s does not answer\n", name);
	}
}

enum exit_code command_version(const struct arguments *arguments)
{
	const char *why = NULL;
	json_t *versions =
		live_ask(json_pack("{s:s}", "call", "version"), &why);
	bool answered;

	if (versions == NULL) {
		versions = direct_version();
	}
	answered = versions != NULL;
	if (versions == NULL) {
		versions = json_object();
	}
	json_object_del(versions, "ok");
	json_object_set_new(versions, "vbsctl", json_string(VBS_VERSION));
	if (arguments->json) {
		print_json(versions);
		return answered ? EXIT_GOOD : EXIT_OFF;
	}
	print_version("vbsctl", versions, "vbsctl");
	print_version("vbsd", versions, "vbsd");
	print_version("driver (/dev/vbs)", versions, "ioctl_version");
	print_version("VTL calls", versions, "vtl_call_version");
	print_version("OpenVBS in VTL1", versions, "openvbs");
	if (!answered) {
		printf("\n%s\n", why);
	}
	json_decref(versions);
	return answered ? EXIT_GOOD : EXIT_OFF;
}
