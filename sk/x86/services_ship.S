/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The services' images of the shipped image; sk/core/manifest_ship.c. */
#include "sk/x86/services.h"

	SERVICE audit
