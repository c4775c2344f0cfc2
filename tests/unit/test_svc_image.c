/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A service's image as it goes into VTL1, run on a PC: a child process maps
 * it where the secure kernel would, the test enters it for each message and
 * takes its system calls away before Linux sees them (ptrace).
 *
 * Images: audit
 * Links: lib/elf.c lib/bytes.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <nettle/eddsa.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi/audit.h"
#include "abi/service.h"
#include "abi/status.h"
#include "lib/elf.h"
#include "tests/unit/unit.h"

#define STACK_BYTES   UINT64_C(0x8000)
#define CANARY_BASE   UINT64_C(0x40000000)
#define CANARY_OFFSET 0x28
#define ARCH_SET_FS   0x1002
#define PAGE	      UINT64_C(4096)

struct machine {
	pid_t child;
	uint64_t entry;
	struct service_buffer *buffer; /* shared with the child */
	struct user_regs_struct regs;
	int crash; /* signal, when the service is dead */
};

static void *map(uint64_t at, uint64_t bytes, int rights, int fd)
{
	void *got =
		mmap((void *)(uintptr_t)at, bytes, rights,
		     MAP_FIXED_NOREPLACE | (fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS
						   : MAP_SHARED),
		     fd, 0);

	if (got != (void *)(uintptr_t)at) {
		_exit(1);
	}
	return got;
}

/* One PT_LOAD: written while writable, then with its own rights. */
static void child_segment(int file, const Elf64_Phdr *p)
{
	uint64_t bytes = (p->p_memsz + PAGE - 1) / PAGE * PAGE;
	int rights = ((p->p_flags & PF_R) ? PROT_READ : 0) |
		     ((p->p_flags & PF_W) ? PROT_WRITE : 0) |
		     ((p->p_flags & PF_X) ? PROT_EXEC : 0);
	void *to = map(p->p_vaddr, bytes, PROT_READ | PROT_WRITE, -1);

	if (p->p_vaddr % PAGE != 0 ||
	    pread(file, to, p->p_filesz, (off_t)p->p_offset) !=
		    (ssize_t)p->p_filesz ||
	    mprotect(to, bytes, rights) != 0) {
		_exit(1);
	}
}

/* In the child: maps everything, then waits to be moved into the image. */
static void child_main(int file, int shared)
{
	Elf64_Phdr p;
	Elf64_Ehdr e;
	char *canary;

	if (pread(file, &e, sizeof(e), 0) != sizeof(e)) {
		_exit(1);
	}
	for (unsigned i = 0; i < e.e_phnum; i++) {
		if (pread(file, &p, sizeof(p),
			  (off_t)(e.e_phoff + i * sizeof(p))) != sizeof(p) ||
		    p.p_type != PT_LOAD) {
			_exit(1);
		}
		child_segment(file, &p);
	}
	map(SERVICE_HEAP_BASE, SERVICE_HEAP_BYTES, PROT_READ | PROT_WRITE, -1);
	map(SERVICE_STACK_BASE, STACK_BYTES, PROT_READ | PROT_WRITE, -1);
	map(SERVICE_BUFFER_BASE, PAGE, PROT_READ | PROT_WRITE, shared);
	canary = map(CANARY_BASE, PAGE, PROT_READ | PROT_WRITE, -1);
	canary[CANARY_OFFSET + 1] = 'c';
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	_exit(1);
}

static int image_open(const char *service)
{
	const char *folder = getenv("UNIT_IMAGES");
	char path[256];

	assert_non_null(folder);
	(void)snprintf(path, sizeof(path), "%s/%s.elf", folder, service);
	return open(path, O_RDONLY);
}

static void start(struct machine *m)
{
	int file = image_open("audit");
	int shared = memfd_create("buffer", 0);
	Elf64_Ehdr e;
	int status;

	memset(m, 0, sizeof(*m));
	assert_true(file >= 0 && shared >= 0);
	assert_int_equal(ftruncate(shared, sizeof(*m->buffer)), 0);
	assert_int_equal(pread(file, &e, sizeof(e), 0), sizeof(e));
	assert_int_equal(e.e_type, ET_EXEC);
	m->entry = e.e_entry;
	m->buffer = mmap(NULL, sizeof(*m->buffer), PROT_READ | PROT_WRITE,
			 MAP_SHARED, shared, 0);
	assert_ptr_not_equal(m->buffer, MAP_FAILED);
	m->child = fork();
	if (m->child == 0) {
		child_main(file, shared);
	}
	assert_int_equal(waitpid(m->child, &status, 0), m->child);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(WSTOPSIG(status), SIGSTOP);
	ptrace(PTRACE_SETOPTIONS, m->child, NULL,
	       (void *)(uintptr_t)PTRACE_O_EXITKILL);
	ptrace(PTRACE_GETREGS, m->child, NULL, &m->regs);
	close(file);
	close(shared);
}

static void end(struct machine *m)
{
	kill(m->child, SIGKILL);
	waitpid(m->child, NULL, 0);
	munmap(m->buffer, sizeof(*m->buffer));
}

/* Enters the service until it replies; the reply's status. */
static enum status enter(struct machine *m, uint64_t method)
{
	struct user_regs_struct regs = m->regs;
	int status;

	regs.rip = m->entry;
	regs.rsp = SERVICE_STACK_BASE + STACK_BYTES;
	regs.rdi = method;
	regs.rsi = SERVICE_BUFFER_BASE;
	regs.fs_base = CANARY_BASE;
	regs.orig_rax = (unsigned long long)-1;
	assert_int_equal(ptrace(PTRACE_SETREGS, m->child, NULL, &regs), 0);
	assert_int_equal(ptrace(PTRACE_SYSEMU, m->child, NULL, NULL), 0);
	assert_int_equal(waitpid(m->child, &status, 0), m->child);
	assert_true(WIFSTOPPED(status));
	ptrace(PTRACE_GETREGS, m->child, NULL, &regs);
	if (WSTOPSIG(status) != SIGTRAP) {
		m->crash = WSTOPSIG(status);
		return STATUS_CRASHED;
	}
	assert_int_equal(regs.orig_rax, SERVICE_REPLY);
	assert_int_equal(regs.rsi, m->buffer->bytes);
	return (enum status)regs.rdi;
}

static enum status message(struct machine *m, uint64_t method,
			   const void *request, uint32_t bytes)
{
	m->buffer->from = SERVICE_SECURE_KERNEL;
	m->buffer->bytes = bytes;
	m->buffer->bytes_max = SERVICE_BUFFER_BYTES;
	if (request != NULL) {
		memcpy(m->buffer->data, request, bytes);
	}
	return enter(m, method);
}

static enum status message_start(struct machine *m, uint8_t seed)
{
	struct service_start request = {.restarts = 3};

	memset(request.seed, seed, sizeof(request.seed));
	m->buffer->caller = SERVICE_CALLER_VTL1;
	return message(m, SERVICE_METHOD_START, &request, sizeof(request));
}

static void is_signed(const struct audit_key *key,
		      const struct audit_signed_head *head)
{
	uint8_t text[sizeof(AUDIT_HEAD_CONTEXT) - 1 + sizeof(head->head)];

	memcpy(text, AUDIT_HEAD_CONTEXT, sizeof(AUDIT_HEAD_CONTEXT) - 1);
	memcpy(text + sizeof(AUDIT_HEAD_CONTEXT) - 1, &head->head,
	       sizeof(head->head));
	assert_true(ed25519_sha512_verify(key->public_key, sizeof(text), text,
					  head->signature));
}

/* What the secure kernel reads in it: three parts, none writable code. */
static void is_placed_by_the_secure_kernel(void **unused)
{
	int file = image_open("audit");
	struct elf_executable executable;
	struct stat stat;
	void *bytes;

	(void)unused;
	assert_int_equal(fstat(file, &stat), 0);
	bytes = malloc((size_t)stat.st_size);
	assert_int_equal(read(file, bytes, (size_t)stat.st_size), stat.st_size);
	assert_int_equal(elf_executable_open(bytes, (uint64_t)stat.st_size,
					     SERVICE_IMAGE_BASE, &executable),
			 STATUS_OK);
	assert_int_equal(executable.count, 3);
	assert_int_equal(executable.entry, SERVICE_IMAGE_BASE);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(executable.part[i].executable, i == 0);
		assert_int_equal(executable.part[i].writable, i == 2);
	}
	free(bytes);
	close(file);
}

static void starts_once_and_first(void **unused)
{
	struct machine m;

	(void)unused;
	start(&m);
	assert_int_equal(message(&m, AUDIT_METHOD_KEY, NULL, 0), STATUS_DENIED);
	m.buffer->caller = 0;
	assert_int_equal(message(&m, SERVICE_METHOD_START, NULL, 56),
			 STATUS_DENIED);
	m.buffer->caller = SERVICE_CALLER_VTL1;
	assert_int_equal(message(&m, SERVICE_METHOD_START, NULL, 55),
			 STATUS_INVALID);
	assert_int_equal(message_start(&m, 1), STATUS_OK);
	assert_int_equal(m.buffer->data[0], 0); /* the seed is not left */
	assert_int_equal(message_start(&m, 1), STATUS_DENIED);
	end(&m);
}

static void keeps_and_signs(void **unused)
{
	struct audit_put put = {.count = 1};
	struct audit_read read = {0};
	struct audit_batch batch;
	struct audit_key key;
	struct machine m;

	(void)unused;
	start(&m);
	assert_int_equal(message_start(&m, 2), STATUS_OK);
	put.entry[0].source = AUDIT_SOURCE_HYPERVISOR;
	put.entry[0].event.kind = EVENT_LAUNCH;
	assert_int_equal(message(&m, AUDIT_METHOD_PUT, &put, 8 + 56),
			 STATUS_OK);
	m.buffer->caller = 0;
	assert_int_equal(message(&m, AUDIT_METHOD_PUT, &put, 8 + 56),
			 STATUS_DENIED);
	assert_int_equal(message(&m, AUDIT_METHOD_KEY, NULL, 0), STATUS_OK);
	memcpy(&key, m.buffer->data, sizeof(key));
	for (int i = 0; i < 200; i++) { /* the heap does not run out */
		assert_int_equal(
			message(&m, AUDIT_METHOD_READ, &read, sizeof(read)),
			STATUS_OK);
		memcpy(&batch, m.buffer->data, sizeof(batch));
		assert_int_equal(batch.count, 2);
		is_signed(&key, &batch.head);
	}
	assert_int_equal(batch.record[0].event.kind, EVENT_SERVICE_STARTED);
	assert_int_equal(batch.record[0].event.b, 3);
	assert_int_equal(batch.record[1].event.kind, EVENT_LAUNCH);
	end(&m);
}

static void keys_follow_seeds(void **unused)
{
	static const uint8_t seeds[3] = {5, 5, 6};
	struct audit_key key[3];
	struct machine m;

	(void)unused;
	for (int i = 0; i < 3; i++) {
		start(&m);
		assert_int_equal(message_start(&m, seeds[i]), STATUS_OK);
		m.buffer->caller = 0;
		assert_int_equal(message(&m, AUDIT_METHOD_KEY, NULL, 0),
				 STATUS_OK);
		memcpy(&key[i], m.buffer->data, sizeof(key[i]));
		end(&m);
	}
	assert_memory_equal(&key[0], &key[1], sizeof(key[0]));
	assert_memory_not_equal(key[0].public_key, key[2].public_key,
				AUDIT_KEY_BYTES);
	assert_memory_not_equal(key[0].boot_id, key[2].boot_id,
				AUDIT_BOOT_ID_BYTES);
}

/* A heap that is overwritten from inside stops the service, nothing else. */
static void broken_heap_crashes(void **unused)
{
	struct audit_read read = {0};
	struct machine m;

	(void)unused;
	start(&m);
	assert_int_equal(message_start(&m, 7), STATUS_OK);
	ptrace(PTRACE_POKEDATA, m.child, (void *)(uintptr_t)SERVICE_HEAP_BASE,
	       (void *)1);
	m.buffer->caller = 0;
	assert_int_equal(message(&m, AUDIT_METHOD_READ, &read, sizeof(read)),
			 STATUS_CRASHED);
	assert_int_equal(m.crash, SIGILL);
	end(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_placed_by_the_secure_kernel),
		cmocka_unit_test(starts_once_and_first),
		cmocka_unit_test(keeps_and_signs),
		cmocka_unit_test(keys_follow_seeds),
		cmocka_unit_test(broken_heap_crashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
