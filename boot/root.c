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

/*
 * The blob, into the message; its length. A file that is longer is cut, one
 * that cannot be read is a byte long: both are damaged then.
 */
static uint32_t blob_read(uint32_t if_missing)
{
	uint64_t bytes = ROOT_BLOB_BYTES_MAX;
	efi_status_t status =
		disk_read(ROOT_BLOB_NAME, boot_state.message.data, &bytes);

	if (status == EFI_NOT_FOUND) {
		return if_missing;
	}
	return status == EFI_SUCCESS && bytes != 0 ? (uint32_t)bytes : 1;
}

static void blob_keep(const struct root_launch *reply)
{
	efi_status_t status;

	if (reply->blob_bytes > sizeof(reply->blob)) {
		return; /* VTL1 says no such thing */
	}
	status = disk_write(ROOT_BLOB_NAME, reply->blob, reply->blob_bytes);
	if (status != EFI_SUCCESS) {
		console_say("OpenVBS: root.blob cannot be written (%s).",
			    console_efi_words(status));
	}
}

static enum status launch(uint32_t blob_bytes, struct root_launch *reply)
{
	enum status status = vtl1_exchange(SERVICE_ROOT, ROOT_METHOD_LAUNCH,
					   blob_bytes, sizeof(*reply));

	if (status == STATUS_OK) {
		memcpy(reply, boot_state.message.data, sizeof(*reply));
	}
	return status;
}

bool root_launch(void)
{
	struct root_launch reply;
	const char *why;
	enum status status = launch(blob_read(0), &reply);

	if (status == STATUS_OK && reply.blob_bytes != 0) {
		blob_keep(&reply);
		status = launch(blob_read(1), &reply);
	}
	if (status != STATUS_OK) {
		why = status_words(status);
	} else if (!root_is_anchored((enum root_verdict)reply.verdict)) {
		why = root_words((enum root_verdict)reply.verdict);
	} else {
		return true;
	}
	console_say("OpenVBS: no root secret (%s). What VTL1 keeps ends with "
		    "this boot.",
		    why);
	return false;
}
