/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The blob lies beside the configuration. Whoever can write there can take
 * secrets away, which is told, but gets none. Called by main.c.
 */
#include "boot/root.h"

#include "abi/root.h"
#include "boot/console.h"
#include "boot/disk.h"
#include "boot/state.h"
#include "boot/vtl1.h"
#include "lib/bytes.h"
#include "lib/status.h"

#define ROOT_BLOB_NAME u"\\EFI\\openvbs\\root.blob"

static void say(const char *why)
{
	console_say("OpenVBS: no root secret (%s). What VTL1 keeps ends with "
		    "this boot.",
		    why);
}

static void blob_keep(const struct root_launch *reply)
{
	efi_status_t status;

	if (reply->blob_bytes > sizeof(reply->blob)) {
		return; /* VTL1 says no such thing */
	}
	status = disk_write(ROOT_BLOB_NAME, reply->blob, reply->blob_bytes);
	if (status != EFI_SUCCESS) {
		console_say("OpenVBS: root.blob cannot be written (%s). What "
			    "VTL1 keeps ends with this boot.",
			    console_efi_words(status));
	}
}

void root_launch(void)
{
	/* A file that is longer is cut, and damaged then. */
	uint64_t bytes = ROOT_BLOB_BYTES_MAX;
	struct root_launch reply;
	enum status status;
	efi_status_t read =
		disk_read(ROOT_BLOB_NAME, boot_state.message.data, &bytes);

	if (read == EFI_NOT_FOUND) {
		bytes = 0;
	} else if (read != EFI_SUCCESS || bytes == 0) {
		say("root.blob cannot be read");
		return;
	}
	status = vtl1_exchange(SERVICE_ROOT, ROOT_METHOD_LAUNCH,
			       (uint32_t)bytes, sizeof(reply));
	if (status != STATUS_OK) {
		say(status_words(status));
		return;
	}
	memcpy(&reply, boot_state.message.data, sizeof(reply));
	if (reply.verdict > ROOT_VERDICT_MADE) {
		say(root_words((enum root_verdict)reply.verdict));
	}
	if (reply.blob_bytes != 0) {
		blob_keep(&reply);
	}
}
