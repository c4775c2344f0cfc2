/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an exception becomes when it strikes while another event is being
 * delivered: APM vol. 2, 8.2.9 (double fault), 8.2.10 and 14.1 (shutdown).
 */
#ifndef OPENVBS_HV_CORE_INJECT_H
#define OPENVBS_HV_CORE_INJECT_H

#include <stdbool.h>
#include <stdint.h>

enum inject_result {
	INJECT_SECOND, /* deliver the second; the first is lost or recurs */
	INJECT_DOUBLE_FAULT,
	INJECT_SHUTDOWN,
};

/*
 * `first` was being delivered (an exception's vector; use
 * INJECT_NOT_EXCEPTION for interrupts and NMIs) when `second` came up.
 */
#define INJECT_NOT_EXCEPTION 0xffu
enum inject_result inject_combine(uint8_t first, uint8_t second);

#endif
