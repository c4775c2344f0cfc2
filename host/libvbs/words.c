/* SPDX-License-Identifier: MIT */
/* Names and words, expanded from the tables of abi/. */
#include "host/libvbs/words.h"

#include <stdio.h>

#include "abi/audit.h"
#include "abi/events.h"

const char *words_event_name(uint32_t kind)
{
	switch (kind) {
#define EVENT_CASE(name, number, words) \
	case number:                    \
		return #name;
		EVENT_LIST(EVENT_CASE)
#undef EVENT_CASE
	default:
		return "UNKNOWN";
	}
}

const char *words_event(uint32_t kind)
{
	switch (kind) {
#define EVENT_CASE(name, number, words) \
	case number:                    \
		return words;
		EVENT_LIST(EVENT_CASE)
#undef EVENT_CASE
	default:
		return "an event that this version does not know";
	}
}

const char *words_source(uint32_t source, char to[WORDS_SOURCE_BYTES])
{
	if (source == AUDIT_SOURCE_HYPERVISOR) {
		return "hypervisor";
	}
	if (source == AUDIT_SOURCE_SECURE_KERNEL) {
		return "secure-kernel";
	}
	if (source >= AUDIT_SOURCE_SERVICE) {
		(void)snprintf(to, WORDS_SOURCE_BYTES, "service-%u",
			       source - AUDIT_SOURCE_SERVICE);
		return to;
	}
	return "unknown";
}

const char *words_feature_name(uint32_t feature)
{
	switch (feature) {
#define FEATURE_CASE(name, number, words) \
	case number:                      \
		return #name;
		POLICY_FEATURE_LIST(FEATURE_CASE)
#undef FEATURE_CASE
	default:
		return NULL;
	}
}

const char *words_feature(uint32_t feature)
{
	switch (feature) {
#define FEATURE_CASE(name, number, words) \
	case number:                      \
		return words;
		POLICY_FEATURE_LIST(FEATURE_CASE)
#undef FEATURE_CASE
	default:
		return NULL;
	}
}

const char *words_mode(uint32_t mode)
{
	switch (mode) {
	case POLICY_MODE_OFF:
		return "off";
	case POLICY_MODE_AUDIT:
		return "audit";
	case POLICY_MODE_ENFORCE:
		return "enforce";
	default:
		return "invalid";
	}
}
