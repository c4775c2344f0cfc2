/* SPDX-License-Identifier: MIT */
/*
 * `vbsctl policy`: the policy in force, and what it decides about a feature,
 * by the function that the secure kernel asks.
 */
#include "lib/policy.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/libvbs/device.h"
#include "host/libvbs/hex.h"
#include "host/libvbs/vtl1.h"
#include "host/libvbs/words.h"
#include "host/vbsctl/vbsctl.h"
#include "lib/status.h"

static bool direct_policy(struct policy *policy)
{
	struct vtl1 vtl1;
	int device = device_open(DEVICE_PATH);
	bool good = device >= 0 && vtl1_read(device, &vtl1) == STATUS_OK;

	if (device >= 0) {
		(void)close(device);
	}
	if (good) {
		*policy = vtl1.policy;
	}
	return good;
}

/* False and a complaint when there is none, or none that we understand. */
static bool read_policy(struct policy *policy)
{
	const char *why = "";
	json_t *reply = live_ask(json_pack("{s:s}", "call", "policy"), &why);
	bool good =
		reply != NULL &&
		hex_read(json_string_value(json_object_get(reply, "policy")),
			 policy, sizeof(*policy));
	enum status status;

	json_decref(reply);
	if (!good && !direct_policy(policy)) {
		(void)fprintf(stderr, "vbsctl: no policy: %s\n", why);
		return false;
	}
	status = policy_check(policy);
	if (status != STATUS_OK) {
		(void)fprintf(stderr,
			      "vbsctl: the policy is none that this version "
			      "understands: %s\n",
			      status_words(status));
	}
	return status == STATUS_OK;
}

static const char *degraded_words(const struct policy *policy)
{
	return policy->degraded == POLICY_DEGRADED_HALT ? "halt" : "report";
}

static enum exit_code show(const struct policy *policy, bool json)
{
	json_t *features = json_object();

	for (uint32_t i = 0; i < POLICY_FEATURE_COUNT; i++) {
		json_object_set_new(features, words_feature_name(i),
				    json_string(words_mode(policy->mode[i])));
	}
	if (json) {
		print_json(json_pack("{s:I, s:I, s:s, s:o}", "version",
				     (json_int_t)policy->version, "serial",
				     (json_int_t)policy->serial, "degraded",
				     degraded_words(policy), "features",
				     features));
		return EXIT_GOOD;
	}
	json_decref(features);
	printf("serial %u%s; a feature that is missing: %s\n\n", policy->serial,
	       policy->serial == 0 ? " (built in)" : "",
	       degraded_words(policy));
	for (uint32_t i = 0; i < POLICY_FEATURE_COUNT; i++) {
		printf("%-8s %-17s %s\n", words_mode(policy->mode[i]),
		       words_feature_name(i), words_feature(i));
	}
	return EXIT_GOOD;
}

/* Whether this machine has it now, by its own report. */
static bool is_present(const char *feature)
{
	json_t *report = live_report();
	const json_t *present = json_object_get(
		json_object_get(report, "features_present"), feature);
	bool yes = json_is_true(present);

	json_decref(report);
	return yes;
}

static enum exit_code test(const struct policy *policy, const char *name)
{
	struct policy_decision decision;
	uint32_t feature = 0;
	bool present;

	while (feature < POLICY_FEATURE_COUNT &&
	       strcmp(words_feature_name(feature), name) != 0) {
		feature++;
	}
	present = is_present(name);
	if (policy_decide(policy, (enum policy_feature)feature, present,
			  &decision) != STATUS_OK) {
		(void)fprintf(stderr,
			      "vbsctl: no feature is called %s; `vbsctl policy "
			      "show` names them\n",
			      name);
		return EXIT_USAGE;
	}
	printf("%s: %s\npolicy: %s; %s on this machine%s%s\n", name,
	       words_mode(decision.mode), words_mode(policy->mode[feature]),
	       present ? "present" : "not present",
	       decision.degraded ? "; degraded" : "",
	       decision.halt ? ", the next start halts" : "");
	return decision.degraded ? EXIT_DEGRADED : EXIT_GOOD;
}

enum exit_code command_policy(const struct arguments *arguments)
{
	const char *const *word = arguments->operand;
	struct policy policy;
	bool is_show = strcmp(word[0], "show") == 0 && word[1] == NULL;

	if (!is_show && (strcmp(word[0], "test") != 0 || word[1] == NULL)) {
		(void)fprintf(stderr, "usage: vbsctl policy show [--json] | "
				      "test FEATURE\n");
		return EXIT_USAGE;
	}
	if (!read_policy(&policy)) {
		return EXIT_OFF;
	}
	return is_show ? show(&policy, arguments->json)
		       : test(&policy, word[1]);
}
