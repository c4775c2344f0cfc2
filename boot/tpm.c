/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Called by measure.c to measure, by vtl1.c to carry what VTL1 asks. */
#include "boot/tpm.h"

#include "boot/state.h"
#include "lib/bytes.h"

struct efi_tcg2 *tpm_find(void)
{
	static const struct efi_guid guid = EFI_GUID_TCG2;
	void *interface = NULL;

	if (boot_state.boot->locate_protocol(&guid, NULL, &interface) !=
	    EFI_SUCCESS) {
		return NULL;
	}
	return interface;
}

/*
 * Both buffers of the protocol are our own. It refuses room for more than the
 * TPM's largest response, which some interfaces make smaller than a page.
 */
void tpm_answer(struct vtl_message *message)
{
	struct efi_tcg2 *tpm = tpm_find();
	uint32_t bytes = message->out_bytes;

	message->in_bytes = 0;
	if (tpm == NULL || bytes > sizeof(boot_state.tpm_command)) {
		return;
	}
	memcpy(boot_state.tpm_command, message->data, bytes);
	if (tpm->submit(tpm, bytes, boot_state.tpm_command, TPM_RESPONSE_BYTES,
			message->data) != EFI_SUCCESS) {
		return;
	}
	bytes = __builtin_bswap32(
		bytes_load32(message->data + TPM_SIZE_OFFSET));
	message->in_bytes = bytes <= TPM_RESPONSE_BYTES ? bytes : 0;
}
