/* SPDX-License-Identifier: MIT */
/*
 * Public halves of the keyring's keys as SSH writes them: RFC 4253, 6.6;
 * RFC 5656, 3.1; RFC 8709, 4.
 */
#ifndef OPENVBS_HOST_LIBVBS_SSH_KEY_H
#define OPENVBS_HOST_LIBVBS_SSH_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/keyring.h"

#define SSH_PUBLIC_BYTES      640u  /* of RSA 4096, and room */
#define SSH_LINE_BYTES	      1024u /* with label, and its zero */
#define SSH_FINGERPRINT_BYTES 51u   /* "SHA256:", 43 characters, a zero */

/* "ssh-ed25519"; NULL: SSH has no such keys. */
const char *ssh_key_name(uint32_t type);
/* "nistp256"; NULL: not on a curve with a name. */
const char *ssh_key_curve(uint32_t type);

/* Its length; 0: SSH has no such keys. */
size_t ssh_public(const struct keyring_object *object,
		  uint8_t out[SSH_PUBLIC_BYTES]);

/* As `ssh-keygen -l` prints it; false: SSH has no such keys. */
bool ssh_fingerprint(const struct keyring_object *object,
		     char out[SSH_FINGERPRINT_BYTES]);

/* A line of authorized_keys, without its end; false likewise. */
bool ssh_line(const struct keyring_object *object, char out[SSH_LINE_BYTES]);

#endif
