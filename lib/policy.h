/* SPDX-License-Identifier: MIT */
/*
 * What a policy says: the one function that answers, for the secure kernel
 * and for `vbsctl policy test` alike. Pure.
 */
#ifndef OPENVBS_LIB_POLICY_H
#define OPENVBS_LIB_POLICY_H

#include <stdbool.h>

#include "abi/policy.h"
#include "abi/status.h"

struct policy_decision {
	enum policy_mode mode; /* what holds: off when not present */
	bool degraded;	       /* it is asked for, and is not there */
	bool halt;	       /* and the policy says not to go on */
};

/*
 * Whether this is canonical: every member has a meaning, every reserved one
 * is zero. STATUS_UNSUPPORTED: another version. STATUS_INVALID.
 */
enum status policy_check(const struct policy *policy);

/*
 * What a checked policy says of a feature that is or is not present.
 * STATUS_NOT_FOUND: no such feature; nothing is decided.
 */
enum status policy_decide(const struct policy *policy,
			  enum policy_feature feature, bool present,
			  struct policy_decision *decision);

#endif
