/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the fake machine share. */
#ifndef OPENVBS_TESTS_FAKE_SK_USER_H
#define OPENVBS_TESTS_FAKE_SK_USER_H

#include "sk/core/machine.h"

#define REQUIRE(condition)                                            \
	do {                                                          \
		if (!(condition)) {                                   \
			machine_stop(__FILE__, __LINE__, #condition); \
		}                                                     \
	} while (0)

/* Fills the data segment of each service's image. */
#define SK_USER_DATA_BYTE 0x5a

#endif
