/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The services of the test image: the shipped ones, and echo. */
#include "sk/x86/services_ship.S"
	SERVICE echo
