/* SPDX-License-Identifier: MIT */
/* Words for numbers that people read in logs. */
#ifndef OPENVBS_LIB_STATUS_H
#define OPENVBS_LIB_STATUS_H

#include "abi/status.h"

/* What a result means; "unknown result" for a number that is none. */
const char *status_words(enum status status);

#endif
