/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts of a machine, read from made-up /proc and /sys trees: what is not
 * there is unknown and never good, each wrong answer has words and a remedy.
 *
 * Links: host/libvbs/facts.c host/libvbs/fact_rules.c
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "host/libvbs/facts.h"
#include "tests/unit/unit.h"

#define EFIVARS	 "/sys/firmware/efi/efivars/"
#define GLOBAL	 "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define TABLES	 "/sys/firmware/acpi/tables/"
#define BRIDGE	 "/sys/bus/pci/devices/0000:00:00.0/"
#define WSMT_AT	 36
#define WSMT_LEN 40

/* What CPUID answers differs between the machines that run this test. */
static const enum fact by_cpuid[] = {FACT_CPU_VENDOR,	 FACT_SVM,
				     FACT_NESTED_PAGING, FACT_GIB_PAGES,
				     FACT_ADDRESS_BITS,	 FACT_BARE};

static char root[] = "/tmp/openvbs-facts-XXXXXX";

static void put_bytes(const char *path, const void *bytes, size_t len_bytes)
{
	char full[256];
	FILE *file;

	(void)snprintf(full, sizeof(full), "%s%s", root, path);
	for (char *at = strchr(full + strlen(root) + 1, '/'); at != NULL;
	     at = strchr(at + 1, '/')) {
		*at = 0;
		(void)mkdir(full, S_IRWXU);
		*at = '/';
	}
	file = fopen(full, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len_bytes, file), len_bytes);
	assert_int_equal(fclose(file), 0);
}

static void put(const char *path, const char *text)
{
	put_bytes(path, text, strlen(text));
}

static int make_root(void **unused)
{
	(void)unused;
	strcpy(strrchr(root, '-'), "-XXXXXX");
	return mkdtemp(root) == NULL;
}

static int remove_root(void **unused)
{
	char command[64];

	(void)unused;
	(void)snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

static enum answer answer(enum fact fact)
{
	struct facts facts;

	facts_read(root, &facts);
	return facts.answer[fact];
}

static void nothing_there_is_never_good(void **unused)
{
	struct facts facts;

	(void)unused;
	facts_read(root, &facts);
	for (size_t i = 0; i < ARRAY_COUNT(by_cpuid); i++) {
		facts.answer[by_cpuid[i]] = ANSWER_UNKNOWN;
	}
	for (enum fact fact = 0; fact < FACT_COUNT; fact++) {
		assert_int_not_equal(facts.answer[fact], ANSWER_YES);
		assert_int_not_equal(fact_verdict(fact, facts.answer[fact]),
				     VERDICT_READY);
	}
}

static void every_rule_has_words(void **unused)
{
	(void)unused;
	for (enum fact fact = 0; fact < FACT_COUNT; fact++) {
		const struct fact_rule *rule = &fact_rules[fact];

		assert_non_null(rule->key);
		assert_non_null(rule->name);
		assert_true(strlen(rule->remedy) > 0);
		for (size_t i = 0; i <= ANSWER_YES; i++) {
			assert_non_null(rule->words[i]);
		}
		assert_int_equal(fact_verdict(fact, rule->wanted),
				 VERDICT_READY);
		assert_int_equal(fact_verdict(fact, ANSWER_UNKNOWN),
				 VERDICT_DEGRADED);
		assert_int_equal(fact_verdict(fact, ANSWER_NO), rule->unwanted);
	}
}

static void processors_and_memory(void **unused)
{
	static const char many[] = "processor\t: 0\napicid\t\t: 255\n";

	(void)unused;
	put("/proc/cpuinfo", "processor\t: 0\napicid\t\t: 0\n"
			     "processor\t: 1\napicid\t\t: 254\n");
	assert_int_equal(answer(FACT_CPU_COUNT), ANSWER_YES);
	assert_int_equal(answer(FACT_X2APIC), ANSWER_YES);
	put("/proc/cpuinfo", many);
	assert_int_equal(answer(FACT_X2APIC), ANSWER_NO);
	put("/proc/cpuinfo", "nothing\n");
	assert_int_equal(answer(FACT_CPU_COUNT), ANSWER_UNKNOWN);
	put("/proc/meminfo", "MemTotal:         100000 kB\n");
	assert_int_equal(answer(FACT_MEMORY), ANSWER_NO);
	put("/proc/meminfo", "MemTotal:        2000000 kB\n");
	assert_int_equal(answer(FACT_MEMORY), ANSWER_YES);
	put("/proc/meminfo", "");
	assert_int_equal(answer(FACT_MEMORY), ANSWER_UNKNOWN);
}

static void too_many_processors(void **unused)
{
	char text[65 * sizeof("processor\t: 1\n")] = "";

	(void)unused;
	for (size_t i = 0; i < 65; i++) {
		strcat(text, "processor\t: 1\n");
	}
	put("/proc/cpuinfo", text);
	assert_int_equal(answer(FACT_CPU_COUNT), ANSWER_NO);
}

static void firmware_variables(void **unused)
{
	(void)unused;
	put("/sys/firmware/efi/runtime", "");
	assert_int_equal(answer(FACT_UEFI), ANSWER_YES);
	/* Variables not mounted: nothing is known of them. */
	assert_int_equal(answer(FACT_SECURE_BOOT), ANSWER_UNKNOWN);
	assert_int_equal(answer(FACT_MOR), ANSWER_UNKNOWN);
	put_bytes(EFIVARS "BootCurrent" GLOBAL, "\6\0\0\0\1\0", 6);
	assert_int_equal(answer(FACT_SECURE_BOOT), ANSWER_NO);
	assert_int_equal(answer(FACT_MOR), ANSWER_NO);
	put_bytes(EFIVARS "SecureBoot" GLOBAL, "\6\0\0\0", 4);
	assert_int_equal(answer(FACT_SECURE_BOOT), ANSWER_NO);
	put_bytes(EFIVARS "SecureBoot" GLOBAL, "\6\0\0\0\0", 5);
	assert_int_equal(answer(FACT_SECURE_BOOT), ANSWER_NO);
	put_bytes(EFIVARS "SecureBoot" GLOBAL, "\6\0\0\0\1", 5);
	assert_int_equal(answer(FACT_SECURE_BOOT), ANSWER_YES);
	put(EFIVARS "MemoryOverwriteRequestControl-"
		    "e20939be-32d4-41be-a150-897f85d49829",
	    "x");
	assert_int_equal(answer(FACT_MOR), ANSWER_YES);
	assert_int_equal(answer(FACT_MOR_LOCK), ANSWER_NO);
}

static void firmware_tables(void **unused)
{
	char wsmt[WSMT_LEN] = "WSMT";

	(void)unused;
	assert_int_equal(answer(FACT_IOMMU), ANSWER_UNKNOWN);
	assert_int_equal(answer(FACT_SMM), ANSWER_UNKNOWN);
	put(TABLES "FACP", "x");
	assert_int_equal(answer(FACT_IOMMU), ANSWER_NO);
	assert_int_equal(answer(FACT_SMM), ANSWER_NO);
	put(TABLES "IVRS", "x");
	assert_int_equal(answer(FACT_IOMMU), ANSWER_YES);
	put_bytes(TABLES "WSMT", wsmt, sizeof(wsmt));
	assert_int_equal(answer(FACT_SMM), ANSWER_NO);
	wsmt[WSMT_AT] = 3;
	put_bytes(TABLES "WSMT", wsmt, sizeof(wsmt));
	assert_int_equal(answer(FACT_SMM), ANSWER_NO);
	wsmt[WSMT_AT] = 7;
	put_bytes(TABLES "WSMT", wsmt, WSMT_AT);
	assert_int_equal(answer(FACT_SMM), ANSWER_NO);
	put_bytes(TABLES "WSMT", wsmt, sizeof(wsmt));
	assert_int_equal(answer(FACT_SMM), ANSWER_YES);
	put("/sys/class/tpm/tpm0/tpm_version_major", "1\n");
	assert_int_equal(answer(FACT_TPM), ANSWER_NO);
	put("/sys/class/tpm/tpm0/tpm_version_major", "2\n");
	assert_int_equal(answer(FACT_TPM), ANSWER_YES);
}

static void kernel_and_chipset(void **unused)
{
	(void)unused;
	put(BRIDGE "vendor", "0x8086\n");
	assert_int_equal(answer(FACT_CHIPSET), ANSWER_UNKNOWN);
	put(BRIDGE "device", "0x1237\n");
	assert_int_equal(answer(FACT_CHIPSET), ANSWER_NO);
	put(BRIDGE "device", "0x29c0\n");
	assert_int_equal(answer(FACT_CHIPSET), ANSWER_YES);
	put("/sys/module/kvm_amd/refcnt", "0\n");
	assert_int_equal(answer(FACT_HYPERVISOR_FREE), ANSWER_YES);
	put("/sys/module/kvm_amd/refcnt", "2\n");
	assert_int_equal(answer(FACT_HYPERVISOR_FREE), ANSWER_NO);
	put("/sys/devices/system/cpu/smt/active", "1\n");
	assert_int_equal(answer(FACT_SMT), ANSWER_NO);
	put("/sys/devices/system/cpu/smt/active", "0\n");
	assert_int_equal(answer(FACT_SMT), ANSWER_YES);
	put("/sys/kernel/security/lockdown", "[none] integrity\n");
	assert_int_equal(answer(FACT_LOCKDOWN), ANSWER_NO);
	put("/sys/kernel/security/lockdown", "none [integrity]\n");
	assert_int_equal(answer(FACT_LOCKDOWN), ANSWER_YES);
}

#define IN_ROOT(test) \
	cmocka_unit_test_setup_teardown(test, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_ROOT(nothing_there_is_never_good),
		cmocka_unit_test(every_rule_has_words),
		IN_ROOT(processors_and_memory),
		IN_ROOT(too_many_processors),
		IN_ROOT(firmware_variables),
		IN_ROOT(firmware_tables),
		IN_ROOT(kernel_and_chipset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
