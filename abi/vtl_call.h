/* SPDX-License-Identifier: MIT */
/*
 * VTL calls: what VTL0 can ask of the secure kernel. From ring 0, VMMCALL with
 *
 *	RCX  HVCALL_VTL_CALL	RAX  0
 *	RDX  enum vtl_call	R8, R9  arguments
 *
 * comes back with RAX an enum status and RDX a value. RCX and R8 to R11 are
 * not kept; all else is. Numbers are never reused.
 *
 * A message goes to a service and back in one page of VTL0's memory, struct
 * vtl_message. VTL1 copies it before it looks at it, and writes it again only
 * with the reply. While a service computes, an interrupt ends the call with
 * STATUS_INTERRUPTED and a handle in RDX: VTL0 takes its interrupt and calls
 * VTL_CALL_RESUME until it gets another answer. A handle is good for one
 * resumption at a time, on any CPU. The page then is the one named first.
 * STATUS_BUSY, to either, means that nothing is under way any more, and the
 * page is as it was: VTL0 sends the message again a little later.
 *
 * STATUS_OUTSIDE, with a handle too: the service wants a TPM's answer. The page
 * holds the command, out_bytes of data; VTL0 puts the response into data, its
 * length into in_bytes, and resumes. A response that cannot be read is none.
 */
#ifndef OPENVBS_ABI_VTL_CALL_H
#define OPENVBS_ABI_VTL_CALL_H

#include <stdint.h>

/*
 * NULL     nothing; what a crossing costs
 * VERSION  RDX: VTL_CALL_INTERFACE
 * MESSAGE  R8: page address of a struct vtl_message
 * RESUME   R8: handle
 * CANCEL   R8: handle. Its reply is dropped, its work goes on in DRAIN
 * DRAIN    works on at one cancelled or forgotten call. STATUS_INTERRUPTED:
 *          call again. STATUS_BUSY: another CPU works at the last ones.
 *          STATUS_OK: nothing is left
 * ADOPT    a new driver: all calls under way count as cancelled. RDX: how many
 * LAUNCHED by the loader, once: from here on no launch call is answered, and
 *          those under way count as cancelled. STATUS_INTERRUPTED: call again
 */
#define VTL_CALL_LIST(X)       \
	X(NULL, 0, null)       \
	X(VERSION, 1, version) \
	X(MESSAGE, 2, message) \
	X(RESUME, 3, resume)   \
	X(CANCEL, 4, cancel)   \
	X(DRAIN, 5, drain)     \
	X(ADOPT, 6, adopt)     \
	X(LAUNCHED, 7, launched)

enum vtl_call {
#define VTL_CALL_ENUM(name, number, handler) VTL_CALL_##name = number,
	VTL_CALL_LIST(VTL_CALL_ENUM)
#undef VTL_CALL_ENUM
	VTL_CALL_COUNT = 8,
};

/* Version of all this, which VERSION tells. */
#define VTL_CALL_INTERFACE 1u

#define VTL_MESSAGE_VERSION    1u
#define VTL_MESSAGE_DATA_BYTES 4056u

struct vtl_message {
	uint32_t version;	/* VTL_MESSAGE_VERSION */
	uint32_t service;	/* enum service_id, abi/service.h */
	uint32_t method;	/* the service's own number */
	uint32_t in_bytes;	/* of data, for the service */
	uint32_t out_bytes_max; /* that the caller takes */
	uint32_t out_bytes;	/* reply: of data */
	uint32_t status;	/* reply: enum status, the service's */
	uint32_t reserved_zero;
	uint64_t caller; /* advisory: the Linux user, as the daemon says */
	uint8_t data[VTL_MESSAGE_DATA_BYTES];
};

_Static_assert(sizeof(struct vtl_message) == 4096, "one page");

#endif
