/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PINs. What keeps a short one safe is the number of tries, which is kept here
 * and in the vault's epoch; the digest only keeps it out of memory. No state.
 */
#ifndef OPENVBS_SVC_KEYRING_PIN_H
#define OPENVBS_SVC_KEYRING_PIN_H

#include <stdbool.h>

#include "svc/keyring/key.h"

#define PIN_BYTES_LEAST 4u

/* Between PIN_BYTES_LEAST and KEYRING_PIN_BYTES. */
bool pin_length_is_good(uint32_t len_bytes);

/* Sets it, with all tries. */
void pin_set(struct pin *pin, const uint8_t *bytes, uint32_t len_bytes);

/* No PIN any more. */
void pin_clear(struct pin *pin);

/*
 * Compares, and counts: *changed when the tries left are others now. A PIN
 * without tries is wrong, whatever the bytes.
 */
bool pin_check(struct pin *pin, const uint8_t *bytes, uint32_t len_bytes,
	       bool *changed);

#endif
