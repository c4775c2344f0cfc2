/* SPDX-License-Identifier: MIT */
/*
 * Just enough AML to find the sleep states: a definition is the byte string
 * "Name (_Sx_, Package", with or without a leading root character. All known
 * firmware writes them so; what is written otherwise is not found, and the
 * hypervisor refuses those states anyway.
 */
#ifndef OPENVBS_LIB_AML_H
#define OPENVBS_LIB_AML_H

#include <stddef.h>
#include <stdint.h>

#include "abi/status.h"

/*
 * SLP_TYP values of \_S5 for PM1a and PM1b. STATUS_NOT_FOUND; STATUS_CORRUPT
 * when the package makes no sense.
 */
enum status aml_s5_read(const uint8_t *aml, size_t size, uint32_t type[2]);

/*
 * Renames every \_Sx to an inert name, keeping the byte sum of the table by
 * way of `checksum`. Answers how many.
 */
unsigned aml_sleep_rename(uint8_t *aml, size_t size, char state,
			  uint8_t *checksum);

#endif
