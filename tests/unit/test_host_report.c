/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The status model: every combination of what can be wrong gives that many
 * problems, each with reason and remedy in the text, and the right level.
 *
 * Links: lib/status.c host/libvbs/report.c host/libvbs/report_print.c host/libvbs/words.c
 * Links: host/libvbs/fact_rules.c host/libvbs/hex.c
 * Links: lib/policy.c
 * Libs: -ljansson
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/root.h"
#include "abi/vtl1.h"
#include "host/libvbs/report.h"
#include "tests/unit/unit.h"

enum wrong {
	WRONG_DMA,
	WRONG_SECURE_BOOT,
	WRONG_TPM,
	WRONG_TEST_BUILD,
	WRONG_LAUNCH,
	WRONG_RANDOM,
	WRONG_RINGS,
	WRONG_SMM,
	WRONG_MOR,
	WRONG_MOR_LOCK,
	WRONG_SMT,
	WRONG_CHIPSET,
	WRONG_VAULT,
	WRONG_SERVICE,
	WRONG_POLICY,
	WRONG_COUNT,
};

/* The event log is one of these, with so many problems. */
static const struct {
	struct report_events events;
	unsigned problems;
	const char *words;
} event_case[] = {
	{{.stored = 7}, 0, "7 stored, none missing"},
	{{.stored = 7, .lost = 2}, 1, "7 stored, 2 LOST, 0 GAPS"},
	{{.stored = 7, .gaps = 1}, 1, "7 stored, 0 LOST, 1 GAPS"},
	{{.trouble = "the disk is full"}, 1, "the disk is full"},
	{{.trouble = "the disk is full", .lost = 1}, 2, "1 LOST"},
};

struct model {
	struct vtl1 vtl1;
	struct facts facts;
	bool vault_lost;
	unsigned problems;
};

static int has(unsigned wrongs, enum wrong wrong)
{
	return (wrongs >> wrong & 1) != 0;
}

static enum answer fact_answer(unsigned wrongs, enum wrong wrong)
{
	return has(wrongs, wrong) ? ANSWER_NO : ANSWER_YES;
}

static void make_model(unsigned wrongs, struct model *model)
{
	struct sk_status *status = &model->vtl1.status;

	*model = (struct model){0};
	strcpy(status->openvbs_version, "1.2.3");
	status->cpu_count = 2;
	status->facts =
		(has(wrongs, WRONG_SECURE_BOOT) ? 0 : VTL1_FACT_SECURE_BOOT) |
		(has(wrongs, WRONG_TPM) ? 0 : VTL1_FACT_TPM) |
		(has(wrongs, WRONG_DMA) ? 0 : VTL1_FACT_IOMMU) |
		(has(wrongs, WRONG_TEST_BUILD) ? VTL1_FACT_TEST_BUILD : 0);
	status->launched = !has(wrongs, WRONG_LAUNCH);
	status->random_seeded = has(wrongs, WRONG_RANDOM) ? 0 : 1;
	status->events_lost = has(wrongs, WRONG_RINGS) ? 3 : 0;
	model->facts.answer[FACT_SMM] = fact_answer(wrongs, WRONG_SMM);
	model->facts.answer[FACT_MOR] = fact_answer(wrongs, WRONG_MOR);
	model->facts.answer[FACT_MOR_LOCK] =
		fact_answer(wrongs, WRONG_MOR_LOCK);
	model->facts.answer[FACT_SMT] = fact_answer(wrongs, WRONG_SMT);
	model->facts.answer[FACT_CHIPSET] = fact_answer(wrongs, WRONG_CHIPSET);
	model->vault_lost = has(wrongs, WRONG_VAULT);
	model->vtl1.service_count = 1;
	strcpy(model->vtl1.service[0].name, "audit");
	model->vtl1.service[0].id = SERVICE_AUDIT;
	model->vtl1.service[0].state = has(wrongs, WRONG_SERVICE)
					       ? SK_SERVICE_STOPPED
					       : SK_SERVICE_RUNNING;
	model->vtl1.policy.mode[POLICY_VTL1] = POLICY_MODE_ENFORCE;
	model->vtl1.policy.mode[POLICY_KERNEL_INTEGRITY] =
		has(wrongs, WRONG_POLICY) ? POLICY_MODE_AUDIT : POLICY_MODE_OFF;
	for (enum wrong wrong = 0; wrong < WRONG_COUNT; wrong++) {
		model->problems += (unsigned)has(wrongs, wrong);
	}
}

static char *text_of(const json_t *report)
{
	char *text = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&text, &len);

	assert_non_null(memory);
	report_print(report, memory);
	assert_int_equal(fclose(memory), 0);
	return text;
}

static void says(const json_t *report, const char *words)
{
	char *text = text_of(report);

	if (strstr(text, words) == NULL) {
		fail_msg("not in the text: %s\n%s", words, text);
	}
	free(text);
}

static json_t *make(const struct model *model,
		    const struct report_events *events)
{
	const struct report_input input = {
		.vtl1 = &model->vtl1,
		.facts = &model->facts,
		.events = events,
		.vault_lost = model->vault_lost,
	};
	json_t *report = report_make(&input);

	assert_non_null(report);
	return report;
}

/* Problems are as many as wrongs; none lacks its reason or its remedy. */
static void check_problems(const json_t *report, size_t count)
{
	const json_t *problems = json_object_get(report, "problems");
	const json_t *problem;
	size_t i;

	assert_int_equal(json_array_size(problems), count);
	json_array_foreach(problems, i, problem)
	{
		assert_true(json_string_length(
				    json_object_get(problem, "what")) > 0);
		assert_true(json_string_length(
				    json_object_get(problem, "reason")) > 0);
		assert_true(json_string_length(
				    json_object_get(problem, "remedy")) > 0);
	}
}

static void anything_wrong_is_degraded(void **unused)
{
	struct model model;
	json_t *report;

	(void)unused;
	for (unsigned wrongs = 0; wrongs < 1u << WRONG_COUNT; wrongs++) {
		unsigned i = wrongs % (unsigned)ARRAY_COUNT(event_case);

		make_model(wrongs, &model);
		report = make(&model, &event_case[i].events);
		check_problems(report, model.problems + event_case[i].problems);
		assert_int_equal(report_level(report),
				 model.problems + event_case[i].problems == 0
					 ? REPORT_ENFORCED
					 : REPORT_DEGRADED);
		json_decref(report);
	}
}

static void each_wrong_is_told(void **unused)
{
	static const char *const words[WRONG_COUNT] = {
		"degraded  DMA: unprotected",
		"degraded  Secure Boot: was off",
		"degraded  TPM 2.0: was not there",
		"degraded  build: a test build",
		"degraded  launch: launch calls",
		"degraded  random numbers: neither",
		"degraded  events: the hypervisor's rings",
		"degraded  SMM protections (WSMT): not declared",
		"degraded  memory overwrite on reset (MOR): not offered",
		"degraded  lock of memory overwrite: not offered",
		"degraded  threads of one core: share",
		"degraded  chipset's address registers: not known",
		"degraded  stored keys: a stored vault could not be opened\n",
		"degraded  service audit: stopped",
		"degraded  KERNEL_INTEGRITY: the policy asks",
	};
	const struct report_events good = {.stored = 1};
	struct model model;
	json_t *report;

	(void)unused;
	for (enum wrong wrong = 0; wrong < WRONG_COUNT; wrong++) {
		make_model(1u << wrong, &model);
		report = make(&model, &good);
		says(report, words[wrong]);
		json_decref(report);
	}
}

static void the_event_log_is_told(void **unused)
{
	struct model model;
	json_t *report;

	(void)unused;
	make_model(0, &model);
	for (size_t i = 0; i < ARRAY_COUNT(event_case); i++) {
		report = make(&model, &event_case[i].events);
		says(report, event_case[i].words);
		json_decref(report);
	}
	report = make(&model, NULL);
	check_problems(report, model.problems + 1);
	says(report, "nobody collects events");
	json_decref(report);
}

static void the_best_of_today(void **unused)
{
	const struct report_events good = {.stored = 1};
	struct model model;
	json_t *report;

	(void)unused;
	make_model(0, &model);
	report = make(&model, &good);
	says(report, "Virtualization-based security:  running\n");
	says(report, "OpenVBS:                        1.2.3, VTL1 on 2 CPUs\n");
	says(report, "Services configured:            audit\n");
	says(report, "Services running:               audit\n");
	says(report, "required:   hypervisor, VTL1, Secure Boot, TPM 2.0, "
		     "DMA protection, SMM protections (WSMT), "
		     "memory overwrite on reset (MOR)\n");
	says(report, "available:  hypervisor, VTL1, Secure Boot, TPM 2.0, "
		     "DMA protection, SMM protections (WSMT), "
		     "memory overwrite on reset (MOR)\n");
	says(report, "Kernel integrity:               off\n");
	says(report, "DMA:                            protected\n");
	says(report, "Started by:                     firmware\n");
	json_decref(report);
	make_model(1u << WRONG_DMA, &model);
	report = make(&model, &good);
	says(report, "DMA:                            unprotected\n");
	json_decref(report);
}

/* A root that is made is no problem by itself: each machine has a first boot. */
static void a_made_root_is_told_beside_a_lost_vault(void **unused)
{
	const struct report_events good = {.stored = 1};
	struct model model;
	json_t *report;

	(void)unused;
	make_model(0, &model);
	model.vtl1.status.root = ROOT_VERDICT_MADE;
	report = make(&model, &good);
	check_problems(report, 0);
	assert_int_equal(report_level(report), REPORT_ENFORCED);
	json_decref(report);
	model.vault_lost = true;
	report = make(&model, &good);
	check_problems(report, 1);
	assert_int_equal(report_level(report), REPORT_DEGRADED);
	says(report, "the root secret was made anew in this boot\n");
	says(report, "remedy: put root.blob and the vault in "
		     "/var/lib/openvbs/keys/lost back, or remove that vault");
	json_decref(report);
}

static void a_stopped_service_does_not_run(void **unused)
{
	struct model model;
	json_t *report;

	(void)unused;
	make_model(1u << WRONG_SERVICE, &model);
	report = make(&model, NULL);
	says(report, "Services configured:            audit\n");
	says(report, "Services running:               none\n");
	json_decref(report);
}

static void nothing_there_is_off(void **unused)
{
	const struct report_input input = {
		.reason = "there is no /dev/vbs",
		.remedy = "boot it",
	};
	json_t *report = report_make(&input);

	(void)unused;
	assert_int_equal(report_level(report), REPORT_OFF);
	says(report, "not running\n");
	says(report, "there is no /dev/vbs");
	says(report, "boot it");
	json_decref(report);
}

/* What another vbsd might send: the text copes, the level is never better. */
static void strange_reports_are_off(void **unused)
{
	static const char *const strange[] = {
		"{}",
		"[]",
		"{\"level\": 1}",
		"{\"level\": \"ENFORCED\", \"vbs\": []}",
		"{\"services\": [], \"properties\": {\"required\": [1, {}]}}",
		"{\"events\": {\"lost\": \"x\"}, \"problems\": [1, {}]}",
		"{\"problems\": {}}",
	};
	json_t *report;

	(void)unused;
	for (size_t i = 0; i < ARRAY_COUNT(strange); i++) {
		report = json_loads(strange[i], 0, NULL);
		assert_non_null(report);
		assert_int_equal(report_level(report), REPORT_OFF);
		free(text_of(report));
		json_decref(report);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anything_wrong_is_degraded),
		cmocka_unit_test(each_wrong_is_told),
		cmocka_unit_test(the_event_log_is_told),
		cmocka_unit_test(the_best_of_today),
		cmocka_unit_test(a_made_root_is_told_beside_a_lost_vault),
		cmocka_unit_test(a_stopped_service_does_not_run),
		cmocka_unit_test(nothing_there_is_off),
		cmocka_unit_test(strange_reports_are_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
