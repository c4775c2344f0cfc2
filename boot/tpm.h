/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firmware's TPM protocol (TCG EFI Protocol Specification). */
#ifndef OPENVBS_BOOT_TPM_H
#define OPENVBS_BOOT_TPM_H

#include <stdbool.h>

#include "abi/vtl_call.h"
#include "boot/uefi_protocol.h"

/* NULL: the firmware has no TPM 2.0. */
struct efi_tcg2 *tpm_find(void);

/*
 * Puts the TPM's response to the command in message->data in its place, or
 * nothing where there is none.
 */
void tpm_answer(struct vtl_message *message);

/* Whether the PCR's SHA-256 value is known and not zero. */
bool tpm_pcr_extended(uint32_t pcr);

#endif
