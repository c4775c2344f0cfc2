/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The services' images of the test image; sk/core/manifest_test.c. */
#include "sk/x86/services.h"

	SERVICE audit
