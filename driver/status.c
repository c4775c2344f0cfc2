// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /sys/kernel/security/vbs: what VTL1 says of itself, one value per file, asked
 * anew at each reading. For people and monitoring; VTL0 can lie here, so it
 * proves nothing to anybody outside this machine.
 */
#include "driver/vbs.h"

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "abi/vtl1.h"

struct value {
	const char *name;
	int (*show)(struct seq_file *file, const struct sk_status *status);
};

static int show_version(struct seq_file *file, const struct sk_status *status)
{
	seq_printf(file, "%.*s\n", (int)sizeof(status->openvbs_version),
		   status->openvbs_version);
	return 0;
}

static int show_vtl1(struct seq_file *file, const struct sk_status *status)
{
	seq_puts(file, "running\n");
	return 0;
}

static int show_dma(struct seq_file *file, const struct sk_status *status)
{
	seq_puts(file, status->facts & VTL1_FACT_IOMMU ? "protected\n"
						       : "unprotected\n");
	return 0;
}

static int show_policy_digest(struct seq_file *file,
			      const struct sk_status *status)
{
	seq_printf(file, "%*phN\n", (int)sizeof(status->policy_digest),
		   status->policy_digest);
	return 0;
}

#define NUMBER(name, expression)                                              \
	static int show_##name(struct seq_file *file,                         \
			       const struct sk_status *status)                \
	{                                                                     \
		seq_printf(file, "%llu\n", (unsigned long long)(expression)); \
		return 0;                                                     \
	}
NUMBER(launched, status->launched)
NUMBER(cpus, status->cpu_count)
NUMBER(calls, status->calls)
NUMBER(events_lost, status->events_lost)
NUMBER(memory_free_bytes, status->memory_free_bytes)
NUMBER(secure_boot, (status->facts & VTL1_FACT_SECURE_BOOT) != 0)
NUMBER(tpm, (status->facts & VTL1_FACT_TPM) != 0)
NUMBER(test_build, (status->facts & VTL1_FACT_TEST_BUILD) != 0)

/* Names of the services that run, in one line. */
static int show_services(struct seq_file *file, const struct sk_status *status)
{
	size_t bytes = status->service_count * sizeof(struct sk_service);
	struct sk_service *services;
	u32 i;
	int error;

	if (status->service_count >
	    VTL_MESSAGE_DATA_BYTES / sizeof(*services)) {
		return -EPROTO;
	}
	services = kmalloc(bytes, GFP_KERNEL);
	if (services == NULL) {
		return -ENOMEM;
	}
	error = call_secure_kernel(SK_METHOD_SERVICES, services, bytes);
	for (i = 0; error == 0 && i < status->service_count; i++) {
		if (services[i].state == SK_SERVICE_RUNNING) {
			seq_printf(file, "%s%.*s", file->count > 0 ? " " : "",
				   (int)sizeof(services[i].name),
				   services[i].name);
		}
	}
	seq_putc(file, '\n');
	kfree(services);
	return error;
}

static const struct value values[] = {
	{"version", show_version},
	{"vtl1", show_vtl1},
	{"services", show_services},
	{"dma", show_dma},
	{"launched", show_launched},
	{"policy_digest", show_policy_digest},
	{"cpus", show_cpus},
	{"calls", show_calls},
	{"events_lost", show_events_lost},
	{"memory_free_bytes", show_memory_free_bytes},
	{"secure_boot", show_secure_boot},
	{"tpm", show_tpm},
	{"test_build", show_test_build},
};

static int value_show(struct seq_file *file, void *unused)
{
	const struct value *value = file->private;
	struct sk_status status;
	int error;

	error = call_secure_kernel(SK_METHOD_STATUS, &status, sizeof(status));
	return error == 0 ? value->show(file, &status) : error;
}

static int value_open(struct inode *inode, struct file *file)
{
	return single_open(file, value_show, inode->i_private);
}

static const struct file_operations value_operations = {
	.owner = THIS_MODULE,
	.open = value_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

static_assert(ARRAY_SIZE(values) == STATUS_FILES);

int status_register(void)
{
	size_t i;

	status_entries[0] = securityfs_create_dir("vbs", NULL);
	for (i = 0; !IS_ERR(status_entries[i]) && i < ARRAY_SIZE(values); i++) {
		status_entries[i + 1] = securityfs_create_file(
			values[i].name, 0444, status_entries[0],
			(void *)&values[i], &value_operations);
	}
	if (IS_ERR(status_entries[i])) {
		int error = PTR_ERR(status_entries[i]);

		status_entries[i] = NULL;
		status_unregister();
		return error;
	}
	return 0;
}

void status_unregister(void)
{
	size_t i;

	for (i = ARRAY_SIZE(status_entries); i > 0; i--) {
		securityfs_remove(status_entries[i - 1]);
		status_entries[i - 1] = NULL;
	}
}

int status_announce(void)
{
	struct sk_status status;
	int error;

	error = call_secure_kernel(SK_METHOD_STATUS, &status, sizeof(status));
	if (error != 0) {
		return error;
	}
	pr_info("VTL1 runs: OpenVBS %.*s on %u CPUs with %u services\n",
		(int)sizeof(status.openvbs_version), status.openvbs_version,
		status.cpu_count, status.service_count);
	pr_info("policy %*phN\n", (int)sizeof(status.policy_digest),
		status.policy_digest);
	if (status.facts & VTL1_FACT_IOMMU) {
		pr_info("DMA is protected: devices reach what this kernel "
			"may\n");
	} else {
		pr_warn("DMA is unprotected: devices reach all memory\n");
	}
	if (!status.launched) {
		pr_warn("the launch latch is open\n");
	}
	if (status.facts & VTL1_FACT_TEST_BUILD) {
		pr_warn("this is a test build: it protects nothing\n");
	}
	return 0;
}
