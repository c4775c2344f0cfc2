/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The same random changes, with the entries that AMD processors walk.
 *
 * Links: hv/core/pool.c hv/core/owner.c hv/core/view.c hv/core/protect.c
 * Links: hv/core/state.c hv/svm/nested.c tests/unit/model.c
 * Links: tests/fake/machine.c tests/fake/entry_svm.c
 */
#include "tests/unit/test_protect_random.c"
