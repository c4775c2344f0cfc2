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

static uint32_t load(const uint8_t *from)
{
	return __builtin_bswap32(bytes_load32(from));
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
	if (tpm->submit(tpm, bytes, boot_state.tpm_command, TPM_BYTES_MAX,
			message->data) != EFI_SUCCESS) {
		return;
	}
	bytes = load(message->data + TPM_SIZE_OFFSET);
	message->in_bytes = bytes <= TPM_BYTES_MAX ? bytes : 0;
}

/* TPM 2.0 Library, Part 3, 22.4: TPM2_PCR_Read, of one SHA-256 PCR. */
bool tpm_pcr_extended(uint32_t pcr)
{
	struct efi_tcg2 *tpm = tpm_find();
	uint8_t command[] = {TPM_PCR_READ};
	uint8_t answer[TPM_PCR_READ_BYTES + TPM_HASH_BYTES];
	uint8_t bits = 0;

	command[TPM_PCR_READ_SELECT + pcr / 8] = (uint8_t)(1u << pcr % 8);
	if (tpm == NULL ||
	    tpm->submit(tpm, sizeof(command), command, sizeof(answer),
			answer) != EFI_SUCCESS ||
	    load(answer + TPM_SIZE_OFFSET) != sizeof(answer) ||
	    load(answer + TPM_CODE_OFFSET) != 0) {
		return false;
	}
	for (uint32_t i = TPM_PCR_READ_BYTES; i < sizeof(answer); i++) {
		bits |= answer[i];
	}
	return bits != 0;
}
