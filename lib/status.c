/* SPDX-License-Identifier: MIT */
/*
 * The one mapping from results to words. Called wherever a result meets a
 * person: the loader's console, panic, the tools.
 */
#include "lib/status.h"

const char *status_words(enum status status)
{
	switch (status) {
#define STATUS_CASE(name, number, words) \
	case STATUS_##name:              \
		return words;
		STATUS_LIST(STATUS_CASE)
#undef STATUS_CASE
	}
	return "unknown result";
}

const char *root_words(enum root_verdict verdict)
{
	switch (verdict) {
#define ROOT_CASE(name, number, words) \
	case ROOT_VERDICT_##name:      \
		return words;
		ROOT_VERDICT_LIST(ROOT_CASE)
#undef ROOT_CASE
	}
	return "unknown";
}
