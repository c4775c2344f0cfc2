/* SPDX-License-Identifier: MIT */
/* The module's one mutable object. Its locks' order: state.h. */
#include "host/pkcs11/state.h"

#include <stdlib.h>
#include <unistd.h>

#include "host/pkcs11/door.h"
#include "host/pkcs11/session.h"
#include "lib/bytes.h"

struct module module = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.connection_free = PTHREAD_COND_INITIALIZER,
};

void module_lock(void)
{
	(void)pthread_mutex_lock(&module.lock);
}

void module_unlock(void)
{
	(void)pthread_mutex_unlock(&module.lock);
}

ck_rv_t module_check(void)
{
	pid_t process = atomic_load(&module.process);

	return process != 0 && process == getpid()
		       ? CKR_OK
		       : CKR_CRYPTOKI_NOT_INITIALIZED;
}

void module_forget(void)
{
	while (module.locals != NULL) {
		struct local *local = module.locals;

		module.locals = local->next;
		free(local);
	}
	session_forget_all();
	door_close_all();
	bytes_wipe(module.login, sizeof(module.login));
	atomic_store(&module.process, 0);
}

/* Other threads of the parent may hold anything but module.lock. */
static void in_child(void)
{
	(void)pthread_mutex_init(&module.lock, NULL);
	(void)pthread_cond_init(&module.connection_free, NULL);
	if (atomic_load(&module.process) != 0) {
		module_forget();
	}
}

static void watch_fork(void)
{
	(void)pthread_atfork(module_lock, module_unlock, in_child);
}

void module_watch_fork(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, watch_fork);
}
