/* SPDX-License-Identifier: MIT */
/* The report for people, in the shape of Windows' Device Guard view. */
#include <string.h>

#include "host/libvbs/report.h"

#define LABEL_WIDTH 32

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

enum report_level report_level(const json_t *report)
{
	const char *level = text_of(report, "level");

	if (level != NULL && strcmp(level, "enforced") == 0) {
		return REPORT_ENFORCED;
	}
	if (level != NULL && strcmp(level, "degraded") == 0) {
		return REPORT_DEGRADED;
	}
	return REPORT_OFF;
}

static void print_text(const char *label, const json_t *report, const char *key,
		       FILE *to)
{
	const char *text = text_of(report, key);

	if (text != NULL) {
		(void)fprintf(to, "%-*s%s\n", LABEL_WIDTH, label, text);
	}
}

static void print_list(const char *label, const json_t *object, const char *key,
		       FILE *to)
{
	const json_t *list = json_object_get(object, key);
	size_t count = json_array_size(list);
	const char *text;

	if (!json_is_array(list)) {
		return;
	}
	(void)fprintf(to, "%-*s", LABEL_WIDTH, label);
	for (size_t i = 0; i < count; i++) {
		text = json_string_value(json_array_get(list, i));
		(void)fprintf(to, "%s%s", i == 0 ? "" : ", ",
			      text != NULL ? text : "?");
	}
	(void)fprintf(to, "%s\n", count == 0 ? "none" : "");
}

static void print_version(const json_t *report, FILE *to)
{
	const char *version = text_of(report, "openvbs");
	const json_t *cpus = json_object_get(report, "cpus");

	if (version != NULL && json_is_integer(cpus)) {
		(void)fprintf(to, "%-*s%s, VTL1 on %lld CPUs\n", LABEL_WIDTH,
			      "OpenVBS:", version,
			      (long long)json_integer_value(cpus));
	}
}

static void print_events(const json_t *report, FILE *to)
{
	const json_t *events = json_object_get(report, "events");
	json_int_t lost, gaps;

	if (!json_is_object(events)) {
		return;
	}
	lost = json_integer_value(json_object_get(events, "lost"));
	gaps = json_integer_value(json_object_get(events, "gaps"));
	(void)fprintf(to, "%-*s%lld stored", LABEL_WIDTH, "Event log:",
		      (long long)json_integer_value(
			      json_object_get(events, "stored")));
	if (lost == 0 && gaps == 0) {
		(void)fprintf(to, ", none missing\n");
	} else {
		(void)fprintf(to, ", %lld LOST, %lld GAPS\n", (long long)lost,
			      (long long)gaps);
	}
}

static void print_problems(const json_t *report, FILE *to)
{
	const json_t *problems = json_object_get(report, "problems");
	const json_t *problem;
	size_t i;

	if (json_array_size(problems) != 0) {
		(void)fprintf(to, "\n");
	}
	json_array_foreach(problems, i, problem)
	{
		const char *what = text_of(problem, "what");
		const char *reason = text_of(problem, "reason");
		const char *remedy = text_of(problem, "remedy");

		(void)fprintf(to,
			      "degraded  %s: %s\n"
			      "          remedy: %s\n",
			      what != NULL ? what : "?",
			      reason != NULL ? reason : "?",
			      remedy != NULL ? remedy : "?");
	}
}

void report_print(const json_t *report, FILE *to)
{
	const json_t *services = json_object_get(report, "services");
	const json_t *properties = json_object_get(report, "properties");
	const char *vbs = text_of(report, "vbs");

	(void)fprintf(
		to, "%-*s%s%s\n", LABEL_WIDTH,
		"Virtualization-based security:", vbs != NULL ? vbs : "unknown",
		report_level(report) == REPORT_DEGRADED ? ", degraded" : "");
	print_text("Reason:", report, "reason", to);
	print_text("Remedy:", report, "remedy", to);
	print_version(report, to);
	print_text("Started by:", report, "started_by", to);
	print_list("Services configured:", services, "configured", to);
	print_list("Services running:", services, "running", to);
	print_list("Security properties required:", properties, "required", to);
	print_list("Security properties available:", properties, "available",
		   to);
	print_text("Kernel integrity:", report, "kernel_integrity", to);
	print_text("DMA:", report, "dma", to);
	print_events(report, to);
	print_problems(report, to);
}
