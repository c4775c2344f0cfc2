/* SPDX-License-Identifier: MIT */
/*
 * Makes the document of host/libvbs/report.h. Everything that lowers the
 * level is a problem with a reason and a remedy, and nothing else lowers it.
 */
#include "host/libvbs/report.h"

#include <stdbool.h>

#include "abi/vtl1.h"
#include "host/libvbs/hex.h"
#include "host/libvbs/words.h"
#include "lib/policy.h"
#include "lib/status.h"

#define DIGEST_BYTES 32

/* What can be required and available, in the order of the text. */
static const char property_hypervisor[] = "hypervisor";
static const char property_vtl1[] = "VTL1";
static const char property_dma[] = "DMA protection";

/* Facts of Linux that are properties, and that lower the level. */
static const enum fact property_fact[] = {FACT_SMM, FACT_MOR};
static const enum fact other_fact[] = {FACT_MOR_LOCK, FACT_SMT, FACT_CHIPSET};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void problem(json_t *report, const char *what, const char *reason,
		    const char *remedy)
{
	json_array_append_new(json_object_get(report, "problems"),
			      json_pack("{s:s, s:s, s:s}", "what", what,
					"reason", reason, "remedy", remedy));
}

/* --- properties ----------------------------------------------------------- */

static void property(json_t *report, const char *name, int available)
{
	json_t *properties = json_object_get(report, "properties");

	json_array_append_new(json_object_get(properties, "required"),
			      json_string(name));
	if (available) {
		json_array_append_new(json_object_get(properties, "available"),
				      json_string(name));
	}
}

static void fact_problem(json_t *report, const struct facts *facts,
			 enum fact fact)
{
	const struct fact_rule *rule = &fact_rules[fact];
	enum answer answer = facts->answer[fact];

	if (answer != rule->wanted) {
		problem(report, rule->name, rule->words[answer], rule->remedy);
	}
}

static void add_properties(json_t *report, const struct report_input *input)
{
	uint32_t told = input->vtl1->status.facts;

	property(report, property_hypervisor, 1);
	property(report, property_vtl1, 1);
	property(report, fact_rules[FACT_SECURE_BOOT].name,
		 (told & VTL1_FACT_SECURE_BOOT) != 0);
	property(report, fact_rules[FACT_TPM].name,
		 (told & VTL1_FACT_TPM) != 0);
	property(report, property_dma, (told & VTL1_FACT_IOMMU) != 0);
	for (size_t i = 0; i < COUNT(property_fact); i++) {
		property(report, fact_rules[property_fact[i]].name,
			 fact_verdict(property_fact[i],
				      input->facts->answer[property_fact[i]]) ==
				 VERDICT_READY);
	}
}

/* --- what is wrong -------------------------------------------------------- */

static void launch_problems(json_t *report, const struct sk_status *status)
{
	if ((status->facts & VTL1_FACT_IOMMU) == 0) {
		problem(report, "DMA",
			"unprotected: a device can write VTL1's memory",
			fact_rules[FACT_IOMMU].remedy);
	}
	if ((status->facts & VTL1_FACT_SECURE_BOOT) == 0) {
		problem(report, fact_rules[FACT_SECURE_BOOT].name,
			"was off when OpenVBS started",
			fact_rules[FACT_SECURE_BOOT].remedy);
	}
	if ((status->facts & VTL1_FACT_TPM) == 0) {
		problem(report, fact_rules[FACT_TPM].name,
			"was not there when OpenVBS started",
			fact_rules[FACT_TPM].remedy);
	}
	if (!root_is_anchored((enum root_verdict)status->root)) {
		problem(report, "root secret",
			root_words((enum root_verdict)status->root),
			"see docs/trust.md; until then secrets of VTL1 end "
			"with the boot");
	}
	if ((status->facts & VTL1_FACT_TEST_BUILD) != 0) {
		problem(report, "build", "a test build, which has doors",
			"boot the shipped openvbs.efi");
	}
	if (status->launched == 0) {
		problem(report, "launch", "launch calls are still answered",
			"boot again; if it stays, the loader is damaged");
	}
	if (status->random_seeded == 0) {
		problem(report, "random numbers",
			"neither firmware nor processor gave any",
			"use a processor with RDRAND, or firmware with a "
			"random number protocol");
	}
	if (status->events_lost != 0) {
		problem(report, "events",
			"the hypervisor's rings have overflowed",
			"see `vbsctl events` for who floods them");
	}
}

/*
 * A root that is made looks like a first boot to VTL1. It is none if keys were
 * stored before; and it stays a problem in later boots, which unseal that root.
 */
static void vault_problem(json_t *report, const struct report_input *input)
{
	const char *reason = "a stored vault could not be opened";

	if (!input->vault_lost) {
		return;
	}
	if (input->vtl1->status.root == ROOT_VERDICT_MADE) {
		reason = "a stored vault could not be opened, and the root "
			 "secret was made anew in this boot";
	}
	problem(report, "stored keys", reason,
		"put root.blob and the vault in /var/lib/openvbs/keys/lost "
		"back, or remove that vault: see docs/keys.md");
}

static void service_problems(json_t *report, const struct vtl1 *vtl1)
{
	char words[64];

	for (size_t i = 0; i < vtl1->service_count; i++) {
		if (vtl1->service[i].state == SK_SERVICE_RUNNING) {
			continue;
		}
		(void)snprintf(words, sizeof(words), "service %s",
			       vtl1->service[i].name);
		problem(report, words, "stopped: it crashed too often",
			"see `vbsctl events`, report the crash, boot again");
	}
}

static void event_problems(json_t *report, const struct report_events *events)
{
	if (events == NULL) {
		problem(report, "event log",
			"nobody collects events: vbsd does not run",
			"systemctl start vbsd.service");
		return;
	}
	if (events->trouble != NULL) {
		problem(report, "event log", events->trouble,
			"see `journalctl -u vbsd.service`");
	}
	if (events->lost != 0 || events->gaps != 0) {
		problem(report, "event log", "events are missing from it",
			"see `vbsctl verify-log`; it is whole again after the "
			"next boot");
	}
}

/* Whether this version has a feature, and it runs. */
static bool is_present(const struct vtl1 *vtl1, uint32_t feature)
{
	static const uint32_t service_of[POLICY_FEATURE_COUNT] = {
		[POLICY_AUDIT] = SERVICE_AUDIT,
		[POLICY_KEYRING] = SERVICE_KEYRING,
	};

	for (size_t i = 0; i < vtl1->service_count; i++) {
		if (service_of[feature] != 0 &&
		    vtl1->service[i].id == service_of[feature] &&
		    vtl1->service[i].state == SK_SERVICE_RUNNING) {
			return true;
		}
	}
	if (feature == POLICY_DMA) {
		return (vtl1->status.facts & VTL1_FACT_IOMMU) != 0;
	}
	return feature == POLICY_VTL1;
}

/* Features that the policy asks for, by the function that VTL1 asks. */
static void policy_problems(json_t *report, const struct vtl1 *vtl1)
{
	json_t *present = json_object_get(report, "features_present");
	struct policy_decision decision;

	for (uint32_t i = 0; i < POLICY_FEATURE_COUNT; i++) {
		bool is = is_present(vtl1, i);

		json_object_set_new(present, words_feature_name(i),
				    json_boolean(is));
		if (policy_decide(&vtl1->policy, (enum policy_feature)i, is,
				  &decision) == STATUS_OK &&
		    decision.degraded) {
			problem(report, words_feature_name(i),
				"the policy asks for it, and it is not there",
				"install a version that has it, or another "
				"policy");
		}
	}
}

/* --- the document --------------------------------------------------------- */

static void add_services(json_t *report, const struct vtl1 *vtl1)
{
	json_t *services = json_object_get(report, "services");

	for (size_t i = 0; i < vtl1->service_count; i++) {
		const struct sk_service *service = &vtl1->service[i];

		json_array_append_new(json_object_get(services, "configured"),
				      json_string(service->name));
		if (service->state == SK_SERVICE_RUNNING) {
			json_array_append_new(
				json_object_get(services, "running"),
				json_string(service->name));
		}
	}
}

static void add_policy(json_t *report, const struct vtl1 *vtl1)
{
	char digest[2 * DIGEST_BYTES + 1];
	json_t *features = json_object();

	hex_write(vtl1->status.policy_digest, DIGEST_BYTES, digest);
	for (uint32_t i = 0; i < POLICY_FEATURE_COUNT; i++) {
		json_object_set_new(
			features, words_feature_name(i),
			json_string(words_mode(vtl1->policy.mode[i])));
	}
	json_object_set_new(report, "policy",
			    json_pack("{s:s, s:I, s:o}", "digest", digest,
				      "serial", (json_int_t)vtl1->policy.serial,
				      "features", features));
}

static void add_events(json_t *report, const struct report_events *events)
{
	json_object_set_new(
		report, "events",
		events == NULL ? json_null()
			       : json_pack("{s:I, s:I, s:I}", "stored",
					   (json_int_t)events->stored, "lost",
					   (json_int_t)events->lost, "gaps",
					   (json_int_t)events->gaps));
}

static json_t *report_off(const struct report_input *input)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:[]}", "level", "off", "vbs",
			 "not running", "reason", input->reason, "remedy",
			 input->remedy, "problems");
}

json_t *report_make(const struct report_input *input)
{
	const struct vtl1 *vtl1 = input->vtl1;
	json_t *report;

	if (vtl1 == NULL) {
		return report_off(input);
	}
	report = json_pack(
		"{s:s, s:s, s:s, s:I, s:s, s:{s:[], s:[]}, s:{s:[], s:[]}, "
		"s:s, s:s, s:{}, s:[]}",
		"level", "enforced", "vbs", "running", "openvbs",
		vtl1->status.openvbs_version, "cpus",
		(json_int_t)vtl1->status.cpu_count, "started_by",
		(vtl1->status.facts & VTL1_FACT_SHIM) != 0 ? "shim"
							   : "firmware",
		"services", "configured", "running", "properties", "required",
		"available", "kernel_integrity", "off", "dma",
		(vtl1->status.facts & VTL1_FACT_IOMMU) != 0 ? "protected"
							    : "unprotected",
		"features_present", "problems");
	if (report == NULL) {
		return NULL;
	}
	add_services(report, vtl1);
	add_properties(report, input);
	add_policy(report, vtl1);
	add_events(report, input->events);
	launch_problems(report, &vtl1->status);
	for (size_t i = 0; i < COUNT(property_fact); i++) {
		fact_problem(report, input->facts, property_fact[i]);
	}
	for (size_t i = 0; i < COUNT(other_fact); i++) {
		fact_problem(report, input->facts, other_fact[i]);
	}
	vault_problem(report, input);
	service_problems(report, vtl1);
	event_problems(report, input->events);
	policy_problems(report, vtl1);
	if (json_array_size(json_object_get(report, "problems")) != 0) {
		json_object_set_new(report, "level", json_string("degraded"));
	}
	return report;
}
