/* SPDX-License-Identifier: MIT */
/* `vbsctl check`: the facts of this machine against the table of rules. */
#include <stdio.h>

#include "host/libvbs/facts.h"
#include "host/vbsctl/vbsctl.h"

static const char *const verdict_words[] = {
	[VERDICT_READY] = "ready",
	[VERDICT_DEGRADED] = "degraded",
	[VERDICT_IMPOSSIBLE] = "impossible",
};

static enum verdict verdict_of(const struct facts *facts, enum fact fact)
{
	return fact_verdict(fact, facts->answer[fact]);
}

static void print_fact(const struct facts *facts, enum fact fact)
{
	const struct fact_rule *rule = &fact_rules[fact];
	enum verdict verdict = verdict_of(facts, fact);
	const char *detail = facts->detail[fact];

	printf("%-11s %-32s %s%s%s%s\n", verdict_words[verdict], rule->name,
	       rule->words[facts->answer[fact]], detail[0] != 0 ? " (" : "",
	       detail, detail[0] != 0 ? ")" : "");
	if (verdict != VERDICT_READY) {
		printf("            remedy: %s\n", rule->remedy);
	}
}

static json_t *json_of(const struct facts *facts, enum fact fact)
{
	static const char *const answer_words[] = {"unknown", "no", "yes"};
	const struct fact_rule *rule = &fact_rules[fact];
	enum verdict verdict = verdict_of(facts, fact);

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*}", "name", rule->name,
			 "verdict", verdict_words[verdict], "answer",
			 answer_words[facts->answer[fact]], "words",
			 rule->words[facts->answer[fact]], "detail",
			 facts->detail[fact], "remedy",
			 verdict == VERDICT_READY ? NULL : rule->remedy);
}

static void print_result(const struct facts *facts, enum verdict worst)
{
	static const char *const sentence[] = {
		[VERDICT_READY] = "This machine is fit for OpenVBS.",
		[VERDICT_DEGRADED] = "OpenVBS would run degraded.",
		[VERDICT_IMPOSSIBLE] = "OpenVBS would not start here.",
	};

	for (enum fact fact = 0; fact < FACT_COUNT; fact++) {
		print_fact(facts, fact);
	}
	printf("\n%s\n", sentence[worst]);
}

enum exit_code command_check(const struct arguments *arguments)
{
	json_t *document, *checks;
	enum verdict worst = VERDICT_READY;
	struct facts facts;

	facts_read("", &facts);
	for (enum fact fact = 0; fact < FACT_COUNT; fact++) {
		enum verdict verdict = verdict_of(&facts, fact);

		worst = verdict > worst ? verdict : worst;
	}
	if (!arguments->json) {
		print_result(&facts, worst);
		return (enum exit_code)worst;
	}
	checks = json_object();
	for (enum fact fact = 0; fact < FACT_COUNT; fact++) {
		json_object_set_new(checks, fact_rules[fact].key,
				    json_of(&facts, fact));
	}
	document = json_pack("{s:s, s:o}", "verdict", verdict_words[worst],
			     "checks", checks);
	print_json(document);
	return (enum exit_code)worst;
}
