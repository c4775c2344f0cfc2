/* SPDX-License-Identifier: MIT */
/* Start and end of the module, and what it is. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/libvbs/version.h"
#include "host/pkcs11/door.h"
#include "host/pkcs11/login.h"
#include "host/pkcs11/session.h"
#include "host/pkcs11/slot.h"

static ck_rv_t check_arguments(const struct ck_c_initialize_args *args)
{
	int given;

	if (args == NULL) {
		return CKR_OK;
	}
	if (args->reserved != NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	given = (args->create_mutex != NULL) + (args->destroy_mutex != NULL) +
		(args->lock_mutex != NULL) + (args->unlock_mutex != NULL);
	if (given != 0 && given != 4) {
		return CKR_ARGUMENTS_BAD;
	}
	/* We lock with the system's mutexes, nobody else's. */
	return given == 4 && (args->flags & CKF_OS_LOCKING_OK) == 0
		       ? CKR_CANT_LOCK
		       : CKR_OK;
}

ck_rv_t C_Initialize(void *args)
{
	pid_t process = getpid();
	ck_rv_t rv = check_arguments(args);

	if (rv != CKR_OK) {
		return rv;
	}
	module_watch_fork();
	module_lock();
	if (atomic_load(&module.process) == process) {
		module_unlock();
		return CKR_CRYPTOKI_ALREADY_INITIALIZED;
	}
	/* A child whose fork() nobody announced inherits nothing either. */
	module_forget();
	module.user = (uint32_t)geteuid();
	atomic_store(&module.process, process);
	module_unlock();
	return CKR_OK;
}

ck_rv_t C_Finalize(void *reserved)
{
	ck_rv_t rv = module_check();

	if (rv != CKR_OK) {
		return rv;
	}
	if (reserved != NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	for (unsigned slot = 0; slot < SLOT_COUNT; slot++) {
		session_close_slot(slot);
		login_end(slot);
	}
	module_lock();
	module_forget();
	module_unlock();
	return CKR_OK;
}

ck_rv_t C_GetInfo(struct ck_info *info)
{
	static const char manufacturer[] = "OpenVBS";
	static const char description[] = "Keys isolated in VTL1";
	unsigned char major = 0, minor = 0;
	ck_rv_t rv = module_check();

	if (rv != CKR_OK) {
		return rv;
	}
	if (info == NULL) {
		return CKR_ARGUMENTS_BAD;
	}
	(void)sscanf(VBS_VERSION, "%hhu.%hhu", &major, &minor);
	*info = (struct ck_info){
		.cryptoki_version = {2, 40},
		.library_version = {major, minor},
	};
	slot_text(info->manufacturer_id, sizeof(info->manufacturer_id),
		  manufacturer, sizeof(manufacturer) - 1);
	slot_text(info->library_description, sizeof(info->library_description),
		  description, sizeof(description) - 1);
	return CKR_OK;
}
