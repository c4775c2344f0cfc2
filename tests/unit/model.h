/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model that protect is compared with: what a person would write who had
 * never heard of page tables. The address space is cut into cells between
 * every two frames at which an operation may begin or end, so that each cell
 * always has one owner and one set of rights, however wide the machine.
 */
#ifndef OPENVBS_TESTS_UNIT_MODEL_H
#define OPENVBS_TESTS_UNIT_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "hv/core/protect.h"

#define MODEL_CELLS_MAX 128u

struct model {
	unsigned cells;
	uint64_t cut[MODEL_CELLS_MAX + 1]; /* cell i: [cut[i], cut[i + 1]) */
	enum owner owner[MODEL_CELLS_MAX];
	unsigned access[VIEW_COUNT][MODEL_CELLS_MAX];
	bool exec_coupled; /* the vendor's entries know one right to execute */
};

/* A run of cells. */
struct span {
	unsigned first;
	unsigned end;
};

/* Everything VTL0's with all rights; `cut` sorted, first 0, last the end. */
void model_start(struct model *model, const uint64_t *cut, unsigned count);

/*
 * What must happen, apart from memory running out: the result, and whether
 * each view changes. The model itself changes only by the functions below.
 */
enum status model_try_own(const struct model *model, struct span span,
			  enum owner owner, bool changes[VIEW_COUNT]);
enum status model_try_access(const struct model *model, enum view view,
			     struct span span, unsigned access, bool *changes);

void model_own(struct model *model, struct span span, enum owner owner);
void model_access(struct model *model, enum view view, struct span span,
		  unsigned access);

/* Runs of cells of one owner other than VTL0. */
unsigned model_ranges(const struct model *model);

#endif
