/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What comes right behind our loader: says what has become of the root secret,
 * and asks for it once more, too late.
 */
#include "abi/root.h"
#include "abi/service.h"
#include "boot/x86.h"
#include "lib/bytes.h"
#include "tests/guest/uefi/program.h"

#define DIGITS 2

static const struct efi_guid own = EFI_GUID_OPENVBS;
static struct vtl_message page __attribute__((aligned(EFI_PAGE_BYTES)));

/* The status of a message without data. */
static uint64_t ask(uint32_t service, uint32_t method)
{
	uint64_t value;
	enum status status;

	page.version = VTL_MESSAGE_VERSION;
	page.service = service;
	page.method = method;
	page.in_bytes = 0;
	page.out_bytes_max = VTL_MESSAGE_DATA_BYTES;
	status = x86_vtl_call_with(VTL_CALL_MESSAGE, (uintptr_t)&page, &value);
	return status == STATUS_OK ? page.status : (uint32_t)status;
}

static void say_number(struct efi_system *system, const efi_char_t *what,
		       uint64_t number)
{
	efi_char_t text[DIGITS + 1] = {0};

	for (unsigned i = DIGITS; i-- > 0; number /= 10) {
		text[i] = (efi_char_t)('0' + number % 10);
	}
	say(system, what);
	say(system, text);
	say(system, u"\r\n");
}

efi_status_t EFIAPI efi_main(efi_handle_t image, struct efi_system *system)
{
	struct sk_status status;

	uint8_t mark[sizeof(uint16_t)];
	uint64_t bytes = sizeof(mark);
	uint32_t attributes;

	(void)image;
	if (system->runtime->get_variable(DRIVER_MARK, &own, &attributes,
					  &bytes, mark) == EFI_SUCCESS) {
		say(system, u"trust: behind a driver\r\n");
	}
	say_number(system, u"trust: late launch ",
		   ask(SERVICE_ROOT, ROOT_METHOD_LAUNCH));
	(void)ask(SERVICE_SECURE_KERNEL, SK_METHOD_STATUS);
	__builtin_memcpy(&status, page.data, sizeof(status));
	say_number(system, u"trust: root ", status.root);
	return EFI_SUCCESS;
}
