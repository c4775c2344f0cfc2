/* SPDX-License-Identifier: MIT */
/*
 * The vault on disk, a folder of files:
 *
 *	index			the index blob
 *	object-NUMBER.VERSION	an object's blob
 *	public-OWNER-NUMBER	a public object
 *	lost/NUMBER		index and objects of a vault set aside
 *
 * Each is written whole under another name, synced, and renamed. An index is
 * put in place behind the objects that it lists, and what it lists no more is
 * removed behind it: at every moment the index that is there, old or new, has
 * its objects beside it. One caller at a time.
 */
#ifndef OPENVBS_HOST_VBSD_KEYSTORE_H
#define OPENVBS_HOST_VBSD_KEYSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/keyring_blob.h"
#include "abi/status.h"
#include "host/libvbs/keyring.h"

#define KEYSTORE_FOLDER	     "/var/lib/openvbs/keys"
#define KEYSTORE_FOLDER_BOOT "/var/lib/openvbs/keys-of-boot" /* and no longer */
#define KEYSTORE_PUBLIC_MAX  256u			     /* of one owner */

/* A blob as a message carries it. */
struct keystore_blob {
	size_t len_bytes;
	union {
		struct keyring_blob blob;
		uint8_t bytes[KEYRING_MESSAGE_BYTES];
	} as;
};

/* The entries of an index, as its clear body says; NULL: it is none. */
const struct keyring_entry *keystore_entries(const struct keystore_blob *index,
					     uint32_t *count);

/* STATUS_NOT_FOUND, or STATUS_NO_SPACE and errno. The index: number 0. */
enum status keystore_read(const char *folder, uint64_t number, uint64_t version,
			  struct keystore_blob *blob);
enum status keystore_write(const char *folder,
			   const struct keystore_blob *blob);

/* Whether this version of an object is there. */
bool keystore_has(const char *folder, const struct keyring_entry *entry);

/* Removes the blobs that the index does not list. */
void keystore_clean(const char *folder, const struct keystore_blob *index);

/*
 * Moves index and objects to a folder of their own in folder/lost: this root
 * does not open them, another one may. What lies there already stays as it is.
 * Cut short, it is done by the next call, in the same folder.
 */
enum status keystore_set_aside(const char *folder);

/* Whether something lies in folder/lost, for a person to decide on. */
bool keystore_has_lost(const char *folder);

/* Public objects; results as in host/libvbs/keyring.h. */
enum status keystore_public_put(const char *folder,
				const struct keyring_public *head,
				const uint8_t *data, uint64_t *number);
enum status keystore_public_get(const char *folder, struct keyring_public *head,
				uint8_t data[KEYRING_PUBLIC_MAX]);
enum status keystore_public_remove(const char *folder,
				   const struct keyring_public *head);

#endif
