/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VTL1's memory before it runs (abi/vtl1.h), and its first calls. */
#ifndef OPENVBS_BOOT_VTL1_H
#define OPENVBS_BOOT_VTL1_H

#include "abi/handoff.h"
#include "abi/service.h"
#include "abi/status.h"

/* VTL1_FACT_TEST_BUILD or 0: vtl1_ship.c, vtl1_test.c. */
extern const uint32_t vtl1_build_facts;

/*
 * Reserves VTL1's memory, places the secure kernel and tells it what it must
 * know; fills handoff->vtl1. Whatever stops us is said on the console, and
 * nothing stays reserved: STATUS_NO_MEMORY, STATUS_UNSUPPORTED or the image's
 * fault.
 */
enum status vtl1_place(struct handoff *handoff);

/* Gives the memory back, without the seed. */
void vtl1_free(const struct handoff_vtl1 *vtl1);

/*
 * The first VTL call, on the boot processor, once all run in VTL0. Anything
 * but STATUS_OK: there is no VTL1, and no way back either.
 */
enum status vtl1_start(void);

/*
 * A message to a service, both ways in boot_state.message, whose data is the
 * request's already. A TPM that it asks for is the firmware's. Answered with
 * out_bytes bytes, no more and no less; results as below.
 */
enum status vtl1_exchange(enum service_id service, uint32_t method,
			  uint32_t in_bytes, uint32_t out_bytes);

/*
 * A message to a service that is answered with `bytes` bytes, no more and no
 * less. STATUS_INVALID: the answer has another size; else the call's status or
 * the service's.
 */
enum status vtl1_ask(enum service_id service, uint32_t method, void *reply,
		     uint32_t bytes);

/* The last call of the loader's: launch calls are closed. Results as above. */
enum status vtl1_close_launch(void);

#endif
