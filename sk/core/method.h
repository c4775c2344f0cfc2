/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Methods of the secure kernel itself that only the test image has. */
#ifndef OPENVBS_SK_CORE_METHOD_H
#define OPENVBS_SK_CORE_METHOD_H

#include <stdbool.h>

#include "abi/vtl_call.h"

/*
 * Serves a message whose method is one of those: its status is set, and there
 * is no reply. False: it is none. method_ship.c, method_test.c.
 */
bool method_test(struct vtl_message *message);

#endif
