/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory overwrite on reset, with firmware that offers it and its lock, only
 * one of them, or nothing.
 *
 * Links: boot/overwrite.c
 */
#include <stdarg.h>
#include <string.h>

#include "boot/console.h"
#include "boot/overwrite.h"
#include "boot/state.h"
#include "tests/unit/unit.h"

#define KEPT_RUNTIME 7u /* non-volatile, boot services, runtime */

struct variable {
	const char *name;
	struct efi_guid guid;
	bool offered;
	uint8_t value;
	unsigned written;
};

static struct variable control = {.name = "MemoryOverwriteRequestControl",
				  .guid = EFI_GUID_MEMORY_OVERWRITE};
static struct variable lock = {.name = "MemoryOverwriteRequestControlLock",
			       .guid = EFI_GUID_MEMORY_OVERWRITE_LOCK};
static bool refuses;
static unsigned said;

static struct variable *find(const efi_char_t *name,
			     const struct efi_guid *guid)
{
	struct variable *found =
		memcmp(guid, &lock.guid, sizeof(*guid)) == 0 ? &lock : &control;

	assert_memory_equal(guid, &found->guid, sizeof(*guid));
	for (size_t i = 0; i == 0 || found->name[i - 1] != '\0'; i++) {
		assert_int_equal(name[i], found->name[i]);
	}
	return found;
}

static efi_status_t EFIAPI get(const efi_char_t *name,
			       const struct efi_guid *vendor,
			       uint32_t *attributes, uint64_t *bytes,
			       void *data)
{
	const struct variable *from = find(name, vendor);

	if (!from->offered) {
		return EFI_NOT_FOUND;
	}
	assert_int_equal(*bytes, 1);
	*attributes = KEPT_RUNTIME;
	memcpy(data, &from->value, 1);
	return EFI_SUCCESS;
}

static efi_status_t EFIAPI set(const efi_char_t *name,
			       const struct efi_guid *vendor,
			       uint32_t attributes, uint64_t bytes,
			       const void *data)
{
	struct variable *to = find(name, vendor);

	assert_true(to->offered); /* nobody makes one */
	assert_int_equal(attributes, KEPT_RUNTIME);
	assert_int_equal(bytes, 1);
	if (refuses) {
		return EFI_ACCESS_DENIED;
	}
	memcpy(&to->value, data, 1);
	to->written++;
	return EFI_SUCCESS;
}

static struct efi_runtime_services runtime = {.get_variable = get,
					      .set_variable = set};
static struct efi_system firmware = {.runtime = &runtime};
struct boot_state boot_state = {.system = &firmware};

void console_say(const char *format, ...)
{
	(void)format;
	said++;
}

const char *console_efi_words(efi_status_t status)
{
	(void)status;
	return "";
}

static void arm(bool has_control, bool has_lock, uint8_t locked)
{
	said = control.written = lock.written = 0;
	control.value = 0;
	lock.value = locked;
	control.offered = has_control;
	lock.offered = has_lock;
	overwrite_arm();
}

static void armed_and_locked(void **unused)
{
	(void)unused;
	arm(true, true, 0);
	assert_int_equal(control.value, OVERWRITE_CLEAR | OVERWRITE_ALWAYS);
	assert_int_equal(lock.value, OVERWRITE_LOCKED);
	arm(true, true, OVERWRITE_LOCKED); /* by an earlier start */
	assert_int_equal(lock.written, 0);
	assert_int_equal(said, 0);
}

static void only_what_is_offered(void **unused)
{
	(void)unused;
	arm(true, false, 0);
	assert_int_equal(control.written, 1);
	arm(false, false, 0);
	assert_int_equal(control.written + lock.written + said, 0);
}

static void a_refusal_is_said(void **unused)
{
	(void)unused;
	refuses = true;
	arm(true, true, 0);
	assert_int_equal(said, 2);
	refuses = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(armed_and_locked),
		cmocka_unit_test(only_what_is_offered),
		cmocka_unit_test(a_refusal_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
