/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mutable globals of sk/x86, written by the boot CPU before others run. */
#include "sk/x86/x86.h"

struct x86_state x86;
struct x86_stop x86_stop __attribute__((aligned(256)));
uint32_t barrier_flags;
uint64_t sk_canary[8];
