/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls of the test image, by VMMCALL: RAX the call, RBX and RCX arguments,
 * RAX the result. From ring 0, the last one from any ring. See call_test.c.
 */
#ifndef OPENVBS_HV_X86_CALL_TEST_H
#define OPENVBS_HV_X86_CALL_TEST_H

#define CALL_TEST_BASE	 0x54455300u /* first byte of the hypervisor */
#define CALL_TEST_SIZE	 0x54455301u /* its length in bytes */
#define CALL_TEST_EXITS	 0x54455302u /* RBX: enum exit_kind; all CPUs */
#define CALL_TEST_ACCESS 0x54455303u /* RBX: address, RCX: ACCESS_*; status */

#define CALL_TEST_REPORT 0x54455304u /* exit counters to the debug console */

#define CALL_TEST_VTL1_BASE 0x54455305u /* first byte of VTL1's memory */
#define CALL_TEST_VTL1_SIZE 0x54455306u /* its length in bytes */

#endif
