/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls of the test image, VTL0 ring 0, by VMMCALL; see call_test.c. */
#ifndef OPENVBS_HV_X86_CALL_TEST_H
#define OPENVBS_HV_X86_CALL_TEST_H

#define CALL_TEST_BASE	 0x54455300u /* first byte of the hypervisor */
#define CALL_TEST_SIZE	 0x54455301u /* its length in bytes */
#define CALL_TEST_EXITS	 0x54455302u /* RBX: enum exit_kind; all CPUs */
#define CALL_TEST_ACCESS 0x54455303u /* RBX: address, RCX: ACCESS_*; status */

#endif
