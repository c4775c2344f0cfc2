/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loader with the test doors. Read by vtl1.c. */
#include "abi/vtl1.h"
#include "boot/vtl1.h"

const uint32_t vtl1_build_facts = VTL1_FACT_TEST_BUILD;
