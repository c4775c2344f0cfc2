/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VTL1's free frames. */
#ifndef OPENVBS_SK_CORE_FRAME_H
#define OPENVBS_SK_CORE_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "sk/core/lock.h"
#include "sk/core/machine.h"

struct frame_state {
	struct lock lock;
	uint64_t first;	   /* the range we were given */
	uint64_t next;	   /* from here on never handed out */
	uint64_t end;	   /* behind the last */
	uint64_t returned; /* first of those given back; 0: none */
	uint64_t returned_count;
};

/* Frames [first, end) are free; `first` is not 0. */
void frame_init(uint64_t first, uint64_t end);

/* A zeroed frame; false when there is none. A frame_source_t. */
bool frame_take(frame_t *frame);

/* Gives one back. Its bytes are zeroed at once. */
void frame_give(frame_t frame);

uint64_t frame_free_bytes(void);

#endif
