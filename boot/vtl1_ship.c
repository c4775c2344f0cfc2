/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shipped loader. Read by vtl1.c. */
#include "boot/vtl1.h"

const uint32_t vtl1_build_facts = 0;
