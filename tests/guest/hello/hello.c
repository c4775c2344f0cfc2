/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The smallest kernel module: shows which signatures the guest's kernel
 * accepts. Loaded by tests/e2e/test_boot.py; does nothing.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init hello_init(void)
{
	pr_info("openvbs: hello\n");
	return 0;
}

static void __exit hello_exit(void)
{
}

module_init(hello_init);
module_exit(hello_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Shows that a module signature is accepted");
