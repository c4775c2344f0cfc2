/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shipped image: no methods for tests. */
#include "sk/core/method.h"

bool method_test(struct vtl_message *message)
{
	(void)message;
	return false;
}
