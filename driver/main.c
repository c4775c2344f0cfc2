// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * openvbs.ko: the way from Linux to VTL1. It binds to the ACPI device that the
 * loader adds, which is how udev finds and loads it; without OpenVBS there is
 * no such device, and nothing here runs.
 */
#include "driver/vbs.h"

#include <linux/acpi.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>

/* Both sides speak the same version. */
static int check_version(void)
{
	u64 version = 0;
	enum status status = call_once(VTL_CALL_VERSION, 0, &version);

	if (status != STATUS_OK) {
		pr_err("VTL1 does not answer: status %u\n", status);
		return -ENODEV;
	}
	if (version != VTL_CALL_INTERFACE) {
		pr_err("VTL1 speaks version %llu of VTL calls, not %u\n",
		       version, VTL_CALL_INTERFACE);
		return -EPROTO;
	}
	return 0;
}

/* Ends what an earlier driver, or the kernel before a kexec, has left. */
static int adopt(void)
{
	u64 dropped = 0;
	int error = call_errno(call_once(VTL_CALL_ADOPT, 0, &dropped));

	if (error == 0) {
		error = call_drain();
	}
	if (error != 0) {
		pr_err("calls of an earlier driver do not end: error %d\n",
		       error);
	} else if (dropped > 0) {
		pr_info("%llu calls of an earlier driver dropped\n", dropped);
	}
	return error;
}

static int vbs_probe(struct platform_device *device)
{
	int error = check_version();

	if (error == 0) {
		error = adopt();
	}
	if (error != 0) {
		return error;
	}
	error = status_announce();
	if (error != 0) {
		pr_err("VTL1 does not tell its status: error %d\n", error);
		return error;
	}
	error = status_register();
	if (error != 0) {
		pr_err("no files in securityfs: error %d\n", error);
		return error;
	}
	error = node_register();
	if (error != 0) {
		pr_err("no /dev/vbs: error %d\n", error);
		status_unregister();
		return error;
	}
	pr_info("/dev/vbs is there\n");
	return 0;
}

static int vbs_remove(struct platform_device *device)
{
	node_unregister();
	status_unregister();
	pr_info("/dev/vbs is gone\n");
	return 0;
}

static const struct acpi_device_id vbs_ids[] = {
	{"OVBS0001", 0},
	{},
};
MODULE_DEVICE_TABLE(acpi, vbs_ids);

static struct platform_driver vbs_driver = {
	.probe = vbs_probe,
	.remove = vbs_remove,
	.driver =
		{
			.name = "openvbs",
			.acpi_match_table = vbs_ids,
			.suppress_bind_attrs = true,
		},
};

static int __init vbs_init(void)
{
	return platform_driver_register(&vbs_driver);
}

/*
 * Nobody has the device open, or the module would stay. What killed callers
 * have left is finished before its code goes away.
 */
static void __exit vbs_exit(void)
{
	platform_driver_unregister(&vbs_driver);
	flush_work(&drain_work);
}

module_init(vbs_init);
module_exit(vbs_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Calls to the secure world of OpenVBS (VTL1)");
