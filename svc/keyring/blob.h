/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What VTL0 stores: seals and opens (abi/keyring_blob.h). The key of a blob is
 * derived from root, vault, number and version together, and each sealing has
 * a random nonce besides. Nothing here has state.
 */
#ifndef OPENVBS_SVC_KEYRING_BLOB_H
#define OPENVBS_SVC_KEYRING_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/keyring_blob.h"
#include "abi/service.h"

/* Of which vault a blob is. */
struct blob_home {
	uint8_t root[SERVICE_ROOT_BYTES];
	uint8_t root_id[KEYRING_ROOT_ID_BYTES];
	uint8_t vault[KEYRING_VAULT_BYTES];
};

/* Derives root_id. */
void blob_home_set(struct blob_home *home,
		   const uint8_t root[SERVICE_ROOT_BYTES]);

/*
 * Writes a blob of blob_bytes(body_bytes) at `to`. The index, number 0, has
 * its body in clear.
 */
void blob_seal(const struct blob_home *home, const struct keyring_entry *as,
	       const void *body, size_t body_bytes, struct keyring_blob *to);

static inline size_t blob_bytes(size_t body_bytes)
{
	return sizeof(struct keyring_blob) + body_bytes + KEYRING_TAG_BYTES;
}

/*
 * Opens a blob from VTL0 into `body`, which has room for `len_bytes`; its head
 * can be believed from then on. The vault is compared unless any will do.
 */
enum keyring_verdict blob_open(const struct blob_home *home, bool any_vault,
			       const struct keyring_blob *blob,
			       size_t len_bytes, void *body);

#endif
