/* SPDX-License-Identifier: MIT */
/* Reads the facts of host/libvbs/facts.h from /proc, /sys and CPUID. */
#define _GNU_SOURCE
#include "host/libvbs/facts.h"

#include <cpuid.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EFIVARS "/sys/firmware/efi/efivars/"
#define TABLES	"/sys/firmware/acpi/tables/"

#define CPUID_FEATURES	   1u
#define CPUID_HYPERVISOR   (1u << 31) /* ECX */
#define CPUID_EXTENDED	   0x80000001u
#define CPUID_SVM	   (1u << 2)  /* ECX */
#define CPUID_GIB_PAGES	   (1u << 26) /* EDX */
#define CPUID_ADDRESSES	   0x80000008u
#define CPUID_ADDRESS_MASK 0xffu
#define CPUID_SVM_FEATURES 0x8000000au
#define CPUID_NPT	   1u /* EDX */
#define VENDOR_BYTES	   13

#define ADDRESS_BITS_MAX 48u
#define CPU_COUNT_MAX	 64u
#define APIC_ID_MAX	 254u
#define MEMORY_KIB_MIN	 (480u * 1024u) /* Linux counts less than there is */

/* Windows SMM Security Mitigations Table: flags behind its header. */
#define WSMT_FLAGS_AT	36u
#define WSMT_FLAGS_MASK 0x7u

#define EFI_ATTRIBUTES_BYTES 4

/* Bytes read, a zero behind them; -1 and errno. */
static ssize_t read_file(const char *root, const char *path, char *to,
			 size_t size_bytes)
{
	char full[512];
	FILE *file;
	size_t len_bytes;

	to[0] = 0;
	(void)snprintf(full, sizeof(full), "%s%s", root, path);
	file = fopen(full, "re");
	if (file == NULL) {
		return -1;
	}
	len_bytes = fread(to, 1, size_bytes - 1, file);
	to[len_bytes] = 0;
	(void)fclose(file);
	return (ssize_t)len_bytes;
}

static enum answer answer_of(bool yes)
{
	return yes ? ANSWER_YES : ANSWER_NO;
}

/* Unknown when we may not even look. */
static enum answer exists(const char *root, const char *path)
{
	char full[512];

	(void)snprintf(full, sizeof(full), "%s%s", root, path);
	if (access(full, F_OK) == 0) {
		return ANSWER_YES;
	}
	return errno == ENOENT || errno == ENOTDIR ? ANSWER_NO : ANSWER_UNKNOWN;
}

static void read_cpuid(struct facts *facts)
{
	enum answer *answer = facts->answer;
	uint32_t a, b, c, d;
	char vendor[VENDOR_BYTES] = {0};

	if (__get_cpuid(0, &a, &b, &c, &d) != 0) {
		memcpy(vendor, &b, sizeof(b));
		memcpy(vendor + 4, &d, sizeof(d));
		memcpy(vendor + 8, &c, sizeof(c));
		answer[FACT_CPU_VENDOR] =
			answer_of(strcmp(vendor, "AuthenticAMD") == 0);
		(void)snprintf(facts->detail[FACT_CPU_VENDOR],
			       FACT_DETAIL_BYTES, "%s", vendor);
	}
	if (__get_cpuid(CPUID_FEATURES, &a, &b, &c, &d) != 0) {
		answer[FACT_BARE] = answer_of((c & CPUID_HYPERVISOR) == 0);
	}
	if (__get_cpuid(CPUID_EXTENDED, &a, &b, &c, &d) != 0) {
		answer[FACT_SVM] = answer_of((c & CPUID_SVM) != 0);
		answer[FACT_GIB_PAGES] = answer_of((d & CPUID_GIB_PAGES) != 0);
	}
	answer[FACT_NESTED_PAGING] = ANSWER_NO;
	if (answer[FACT_SVM] == ANSWER_YES &&
	    __get_cpuid(CPUID_SVM_FEATURES, &a, &b, &c, &d) != 0) {
		answer[FACT_NESTED_PAGING] = answer_of((d & CPUID_NPT) != 0);
	}
	if (__get_cpuid(CPUID_ADDRESSES, &a, &b, &c, &d) != 0) {
		a &= CPUID_ADDRESS_MASK;
		answer[FACT_ADDRESS_BITS] = answer_of(a <= ADDRESS_BITS_MAX);
		(void)snprintf(facts->detail[FACT_ADDRESS_BITS],
			       FACT_DETAIL_BYTES, "%u bits", a);
	}
}

/* Counts processors and finds the highest APIC ID in /proc/cpuinfo. */
static void read_cpuinfo(const char *root, struct facts *facts)
{
	char path[512], line[256];
	unsigned long apic_id, apic_id_most = 0;
	unsigned count = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/proc/cpuinfo", root);
	file = fopen(path, "re");
	if (file == NULL) {
		return;
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		count += strncmp(line, "processor\t", 10) == 0;
		if (strncmp(line, "apicid\t", 7) == 0 &&
		    strchr(line, ':') != NULL) {
			apic_id = strtoul(strchr(line, ':') + 1, NULL, 10);
			apic_id_most =
				apic_id > apic_id_most ? apic_id : apic_id_most;
		}
	}
	(void)fclose(file);
	if (count == 0) {
		return;
	}
	facts->answer[FACT_CPU_COUNT] = answer_of(count <= CPU_COUNT_MAX);
	facts->answer[FACT_X2APIC] = answer_of(apic_id_most <= APIC_ID_MAX);
	(void)snprintf(facts->detail[FACT_CPU_COUNT], FACT_DETAIL_BYTES, "%u",
		       count);
	(void)snprintf(facts->detail[FACT_X2APIC], FACT_DETAIL_BYTES,
		       "up to %lu", apic_id_most);
}

static void read_memory(const char *root, struct facts *facts)
{
	unsigned long total_kib;
	char text[256];

	if (read_file(root, "/proc/meminfo", text, sizeof(text)) < 0 ||
	    sscanf(text, "MemTotal: %lu kB", &total_kib) != 1) {
		return;
	}
	facts->answer[FACT_MEMORY] = answer_of(total_kib >= MEMORY_KIB_MIN);
	(void)snprintf(facts->detail[FACT_MEMORY], FACT_DETAIL_BYTES, "%lu MiB",
		       total_kib / 1024);
}

static void read_firmware(const char *root, struct facts *facts)
{
	enum answer *answer = facts->answer;
	char text[16];
	ssize_t len;

	answer[FACT_UEFI] = exists(root, "/sys/firmware/efi");
	if (answer[FACT_UEFI] == ANSWER_NO) {
		answer[FACT_SECURE_BOOT] = ANSWER_NO;
		answer[FACT_MOR] = ANSWER_NO;
		answer[FACT_MOR_LOCK] = ANSWER_NO;
		return;
	}
	/* An unmounted efivarfs says nothing. */
	if (exists(root, EFIVARS
		   "BootCurrent-"
		   "8be4df61-93ca-11d2-aa0d-00e098032b8c") != ANSWER_YES) {
		return;
	}
	len = read_file(
		root, EFIVARS "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
		text, sizeof(text));
	answer[FACT_SECURE_BOOT] = answer_of(len > EFI_ATTRIBUTES_BYTES &&
					     text[EFI_ATTRIBUTES_BYTES] == 1);
	answer[FACT_MOR] =
		exists(root, EFIVARS "MemoryOverwriteRequestControl-"
				     "e20939be-32d4-41be-a150-897f85d49829");
	answer[FACT_MOR_LOCK] =
		exists(root, EFIVARS "MemoryOverwriteRequestControlLock-"
				     "bb983ccf-151d-40e1-a07b-4a17be168292");
}

/* A table that only root may read counts as declared when it is there. */
static enum answer smm_answer(const char *root)
{
	char table[64];
	ssize_t len = read_file(root, TABLES "WSMT", table, sizeof(table));

	if (len < 0) {
		return errno == EACCES ? ANSWER_YES
				       : exists(root, TABLES "WSMT");
	}
	return answer_of(len > (ssize_t)WSMT_FLAGS_AT &&
			 ((unsigned char)table[WSMT_FLAGS_AT] &
			  WSMT_FLAGS_MASK) == WSMT_FLAGS_MASK);
}

/* Under OpenVBS the IVRS has another name: lib/acpi.h. */
static void read_tables(const char *root, struct facts *facts)
{
	enum answer *answer = facts->answer;
	char text[16];

	if (exists(root, TABLES "FACP") == ANSWER_YES) {
		answer[FACT_IOMMU] =
			answer_of(exists(root, TABLES "IVRS") == ANSWER_YES ||
				  exists(root, TABLES "-VRS") == ANSWER_YES ||
				  exists(root, TABLES "DMAR") == ANSWER_YES);
		answer[FACT_SMM] = smm_answer(root);
	}
	answer[FACT_TPM] = exists(root, "/sys/class/tpm/tpm0");
	if (read_file(root, "/sys/class/tpm/tpm0/tpm_version_major", text,
		      sizeof(text)) > 0) {
		answer[FACT_TPM] = answer_of(text[0] == '2');
	}
}

/* The known chipset is q35: its host bridge by PCI ID. */
static void read_chipset(const char *root, struct facts *facts)
{
	static const char bridge[] = "/sys/bus/pci/devices/0000:00:00.0/";
	char path[128], vendor[16], device[16];

	(void)snprintf(path, sizeof(path), "%svendor", bridge);
	if (read_file(root, path, vendor, sizeof(vendor)) <= 0) {
		return;
	}
	(void)snprintf(path, sizeof(path), "%sdevice", bridge);
	if (read_file(root, path, device, sizeof(device)) <= 0) {
		return;
	}
	vendor[strcspn(vendor, "\n")] = 0;
	device[strcspn(device, "\n")] = 0;
	facts->answer[FACT_CHIPSET] = answer_of(strcmp(vendor, "0x8086") == 0 &&
						strcmp(device, "0x29c0") == 0);
	(void)snprintf(facts->detail[FACT_CHIPSET], FACT_DETAIL_BYTES,
		       "host bridge %s:%s", vendor, device);
}

/* Modules of hypervisors that hold a processor's virtualization. */
static void read_hypervisors(const char *root, struct facts *facts)
{
	static const char *const module[] = {"kvm_amd", "kvm_intel", "vboxdrv",
					     "vmmon"};
	char path[128], text[16];

	if (exists(root, "/sys/module") != ANSWER_YES) {
		return;
	}
	facts->answer[FACT_HYPERVISOR_FREE] = ANSWER_YES;
	for (size_t i = 0; i < sizeof(module) / sizeof(module[0]); i++) {
		(void)snprintf(path, sizeof(path), "/sys/module/%s/refcnt",
			       module[i]);
		if (read_file(root, path, text, sizeof(text)) > 0 &&
		    strtoul(text, NULL, 10) > 0) {
			facts->answer[FACT_HYPERVISOR_FREE] = ANSWER_NO;
			(void)snprintf(facts->detail[FACT_HYPERVISOR_FREE],
				       FACT_DETAIL_BYTES, "%s", module[i]);
		}
	}
}

static void read_kernel(const char *root, struct facts *facts)
{
	char text[128];

	if (read_file(root, "/sys/devices/system/cpu/smt/active", text,
		      sizeof(text)) > 0) {
		facts->answer[FACT_SMT] = answer_of(text[0] == '0');
	}
	if (read_file(root, "/sys/kernel/security/lockdown", text,
		      sizeof(text)) > 0) {
		facts->answer[FACT_LOCKDOWN] =
			answer_of(strstr(text, "[none]") == NULL);
	}
}

void facts_read(const char *root, struct facts *facts)
{
	memset(facts, 0, sizeof(*facts));
	read_cpuid(facts);
	read_cpuinfo(root, facts);
	read_memory(root, facts);
	read_firmware(root, facts);
	read_tables(root, facts);
	read_chipset(root, facts);
	read_hypervisors(root, facts);
	read_kernel(root, facts);
}
