/* SPDX-License-Identifier: MIT */
/*
 * Reading a policy. Called by the secure kernel with the policy that runs, by
 * host programs with one that might. Invariant: depends on nothing but its
 * arguments, so that both come to the same answer.
 */
#include "lib/policy.h"

static bool modes_known(const struct policy *policy)
{
	for (unsigned i = 0; i < POLICY_FEATURES_MAX; i++) {
		unsigned most = i < POLICY_FEATURE_COUNT ? POLICY_MODE_ENFORCE
							 : POLICY_MODE_OFF;

		if (policy->mode[i] > most) {
			return false;
		}
	}
	return true;
}

enum status policy_check(const struct policy *policy)
{
	if (policy->magic != POLICY_MAGIC) {
		return STATUS_INVALID;
	}
	if (policy->version != POLICY_VERSION) {
		return STATUS_UNSUPPORTED;
	}
	if (!modes_known(policy) || policy->degraded > POLICY_DEGRADED_HALT ||
	    policy->reserved_zero[0] != 0 || policy->reserved_zero[1] != 0 ||
	    policy->reserved_zero[2] != 0) {
		return STATUS_INVALID;
	}
	return STATUS_OK;
}

enum status policy_decide(const struct policy *policy,
			  enum policy_feature feature, bool present,
			  struct policy_decision *decision)
{
	enum policy_mode mode;

	if ((unsigned)feature >= POLICY_FEATURE_COUNT) {
		return STATUS_NOT_FOUND;
	}
	mode = (enum policy_mode)policy->mode[feature];
	decision->mode = present ? mode : POLICY_MODE_OFF;
	decision->degraded = mode != POLICY_MODE_OFF && !present;
	decision->halt =
		decision->degraded && policy->degraded == POLICY_DEGRADED_HALT;
	return STATUS_OK;
}
