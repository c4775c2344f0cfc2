/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The model of ownership and views; test_protect_random.c is its only user. */
#include "tests/unit/model.h"

#include <string.h>

#include "hv/core/owner.h"

void model_start(struct model *model, const uint64_t *cut, unsigned count)
{
	memset(model, 0, sizeof(*model));
	memcpy(model->cut, cut, count * sizeof(*cut));
	model->cells = count - 1;
	for (unsigned i = 0; i < model->cells; i++) {
		model->owner[i] = OWNER_VTL0;
		model->access[VIEW_VTL0][i] = ACCESS_ALL;
		model->access[VIEW_VTL1][i] = ACCESS_READ | ACCESS_WRITE;
	}
}

unsigned model_ranges(const struct model *model)
{
	enum owner before = OWNER_VTL0;
	unsigned ranges = 0;

	for (unsigned i = 0; i < model->cells; i++) {
		ranges += model->owner[i] != before &&
			  model->owner[i] != OWNER_VTL0;
		before = model->owner[i];
	}
	return ranges;
}

void model_own(struct model *model, struct span span, enum owner owner)
{
	for (unsigned i = span.first; i < span.end; i++) {
		if (model->owner[i] == OWNER_VTL0 && owner != OWNER_VTL0) {
			model->access[VIEW_VTL0][i] = ACCESS_NONE;
		}
		if (model->owner[i] != OWNER_VTL0 && owner == OWNER_VTL0) {
			model->access[VIEW_VTL0][i] = ACCESS_ALL;
		}
		if (model->owner[i] != owner) {
			model->access[VIEW_VTL1][i] =
				owner == OWNER_VTL1 ? ACCESS_ALL
				: owner == OWNER_VTL0
					? ACCESS_READ | ACCESS_WRITE
					: ACCESS_NONE;
		}
		model->owner[i] = owner;
	}
}

void model_access(struct model *model, enum view view, struct span span,
		  unsigned access)
{
	for (unsigned i = span.first; i < span.end; i++) {
		model->access[view][i] = access;
	}
}

enum status model_try_own(const struct model *model, struct span span,
			  enum owner owner, bool changes[VIEW_COUNT])
{
	static struct model after;

	if (span.first >= span.end || owner >= OWNER_COUNT) {
		return STATUS_INVALID;
	}
	after = *model;
	model_own(&after, span, owner);
	if (model_ranges(&after) > OWNER_RANGES_MAX) {
		return STATUS_NO_SPACE;
	}
	for (unsigned view = 0; view < VIEW_COUNT; view++) {
		changes[view] = memcmp(after.access[view], model->access[view],
				       sizeof(after.access[view]));
	}
	return STATUS_OK;
}

enum status model_try_access(const struct model *model, enum view view,
			     struct span span, unsigned access, bool *changes)
{
	bool kernel = (access & ACCESS_EXEC_KERNEL) != 0;
	bool user = (access & ACCESS_EXEC_USER) != 0;

	*changes = false;
	if (span.first >= span.end || access > ACCESS_ALL) {
		return STATUS_INVALID;
	}
	if (model->exec_coupled && kernel != user) {
		return STATUS_UNSUPPORTED;
	}
	for (unsigned i = span.first; i < span.end; i++) {
		if (view == VIEW_VTL0 && model->owner[i] != OWNER_VTL0) {
			return STATUS_DENIED;
		}
		*changes |= model->access[view][i] != access;
	}
	return STATUS_OK;
}
