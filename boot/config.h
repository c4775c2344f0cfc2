/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file, \EFI\openvbs\openvbs.conf: what to start next.
 *
 *	# a comment
 *	next=\EFI\debian\shimx64.efi
 *	cmdline=root=/dev/vda1 initrd=\initrd.img
 *
 * cmdline is for a Linux kernel that is a UEFI program itself.
 */
#ifndef OPENVBS_BOOT_CONFIG_H
#define OPENVBS_BOOT_CONFIG_H

#include <stddef.h>

#include "abi/status.h"

#define CONFIG_FILE_BYTES_MAX 4096
#define CONFIG_NEXT_CHARS     256 /* with the final NUL */
#define CONFIG_CMDLINE_CHARS  1024
#define CONFIG_NEXT_DEFAULT   "\\EFI\\debian\\shimx64.efi"

struct config {
	char next[CONFIG_NEXT_CHARS];	    /* absolute, backslashes, ASCII */
	char cmdline[CONFIG_CMDLINE_CHARS]; /* empty: none */
};

/* Where and why a file was refused. */
struct config_fault {
	unsigned line; /* from 1 */
	const char *what;
};

void config_default(struct config *config);

/*
 * Reads `text`. STATUS_INVALID: `fault` says why, and `config` holds the
 * defaults: a file is taken whole or not at all.
 */
enum status config_parse(const char *text, size_t size_bytes,
			 struct config *config, struct config_fault *fault);

#endif
