/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ring 3 of the fake machine, which interprets the script in its buffer, and
 * the calls of a fake driver. RIP - entry is the place in the script.
 */
#include <stdlib.h>
#include <string.h>

#include "sk/core/state.h"
#include "tests/fake/sk_machine.h"
#include "tests/fake/sk_user.h"

#define FAULT_VECTOR 14u
#define NOWHERE	     UINT64_C(0x7fff0000)
#define EVENT_A	     UINT64_C(77)

static atomic_uint in_ring3;

static void *bytes_at(const struct space *space, uint64_t address,
		      unsigned rights)
{
	frame_t frame;

	REQUIRE(machine_space_lookup(space, address, rights, &frame));
	return (uint8_t *)machine_frame(frame) + address % PAGE_BYTES;
}

void machine_user_init(struct user_state *user, uint64_t entry, uint64_t stack,
		       uint64_t fs_base)
{
	memset(user, 0, sizeof(*user));
	user->rip = entry;
	user->rsp = stack;
	user->fs_base = fs_base;
}

static uint32_t service_of(const struct space *space)
{
	for (uint32_t i = 1; i < SERVICE_COUNT; i++) {
		if (state.services[i].space.root.number == space->root.number) {
			return i;
		}
	}
	machine_stop(__FILE__, __LINE__, "a space of no service");
}

static void put_keep(const struct service_buffer *buffer)
{
	const struct audit_put *put = (const void *)buffer->data;

	REQUIRE(buffer->caller == SERVICE_CALLER_VTL1);
	REQUIRE(buffer->bytes == offsetof(struct audit_put, entry) +
					 put->count * sizeof(put->entry[0]));
	for (uint32_t i = 0; i < put->count; i++) {
		if (sk_fake.put_count == SK_FAKE_TAKEN_MAX) {
			return;
		}
		sk_fake.put[sk_fake.put_count] = put->entry[i].event;
		sk_fake.put_source[sk_fake.put_count] = put->entry[i].source;
		sk_fake.put_count++;
	}
}

static enum user_exit reply(struct user_state *user,
			    struct service_buffer *buffer, uint64_t status)
{
	uint64_t room = buffer->bytes_max < 4 ? buffer->bytes_max : 4;

	memcpy(buffer->data, "done", room);
	user->rax = SERVICE_REPLY;
	user->rdi = status;
	user->rsi = room;
	return USER_SYSCALL;
}

static enum user_exit syscall3(struct user_state *user, uint64_t number,
			       uint64_t a, uint64_t b)
{
	user->rax = number;
	user->rdi = a;
	user->rsi = b;
	return USER_SYSCALL;
}

/* A page of the heap, one per slot. */
static uint64_t heap_of(const struct user_state *user)
{
	return SERVICE_HEAP_BASE + (user->fs_base - SERVICE_STACK_BASE) /
					   (32 * PAGE_BYTES) * PAGE_BYTES;
}

static enum user_exit outside(struct user_state *user,
			      const struct space *space, uint32_t bytes)
{
	struct service_buffer *to = bytes_at(space, heap_of(user), MAP_WRITE);

	to->bytes = bytes;
	memcpy(to->data, "ask", 4);
	return syscall3(user, SERVICE_OUTSIDE, heap_of(user), 0);
}

/* What the system call before this step has brought. */
static void result_keep(const struct user_state *user,
			const struct space *space)
{
	const struct service_buffer *from;

	if (user->r14 == 'c' || user->r14 == 't' || user->r14 == 'o') {
		sk_fake.last_rax = user->rax;
	}
	if (user->r14 == 't' && user->rax == STATUS_OK) {
		from = bytes_at(space, heap_of(user), MAP_READ);
		sk_fake.answer_bytes = from->bytes;
		memcpy(sk_fake.answer, from->data, sizeof(sk_fake.answer));
	}
}

/* cN(...): the inner script goes there. */
static enum user_exit call(struct user_state *user, const struct space *space,
			   const char *script)
{
	uint64_t at = heap_of(user);
	struct service_buffer *to = bytes_at(space, at, MAP_WRITE);
	uint64_t length = 3;
	int depth = 1;

	memset(to, 0, sizeof(*to));
	for (; depth != 0 && script[length] != 0; length++) {
		depth += (script[length] == '(') - (script[length] == ')');
	}
	to->bytes = (uint32_t)(length - 3 - (depth == 0));
	to->bytes_max = 4;
	memcpy(to->data, script + 3, to->bytes);
	user->rip += length - 1;
	user->rdx = at;
	return syscall3(user, SERVICE_CALL, (uint64_t)(script[1] - '0'),
			SK_FAKE_METHOD);
}

static enum user_exit step(struct user_state *user, const struct space *space,
			   const char *script, struct service_buffer *buffer)
{
	uint64_t buffer_address = SERVICE_BUFFER_BASE +
				  (user->fs_base - SERVICE_STACK_BASE) /
					  (32 * PAGE_BYTES) * 2 * PAGE_BYTES;

	switch (script[0]) {
	case 'i':
		return USER_INTERRUPTED;
	case 'f':
		return USER_FAULT;
	case 's':
		return syscall3(user, SERVICE_SYSCALL_COUNT, 0, 0);
	case 'w':
		return syscall3(user, SERVICE_REPLY, STATUS_OK,
				buffer->bytes_max + UINT64_C(1));
	case 'e':
		return syscall3(user, SERVICE_EVENT, EVENT_INTERCEPT, EVENT_A);
	case 'E':
		return syscall3(user, SERVICE_EVENT, EVENT_KIND_END, 0);
	case 'x':
		return syscall3(user, SERVICE_RANDOM,
				buffer_address + PAGE_BYTES / 2,
				SERVICE_RANDOM_MAX);
	case 'v':
		return syscall3(user, SERVICE_RANDOM, buffer_address,
				SERVICE_RANDOM_MAX + 1);
	case 'X':
		return syscall3(user, SERVICE_RANDOM, NOWHERE, 1);
	case 'y':
		return syscall3(user, SERVICE_RANDOM, SERVICE_IMAGE_BASE, 1);
	case 'l':
		user->rip++;
		user->rdx = buffer_address;
		buffer->bytes = SERVICE_BUFFER_BYTES + 1;
		return syscall3(user, SERVICE_CALL, (uint64_t)(script[1] - '0'),
				SK_FAKE_METHOD);
	case 'c':
		return call(user, space, script);
	case 'd':
		user->rip++;
		user->rdx = buffer_address + 8;
		return syscall3(user, SERVICE_CALL, (uint64_t)(script[1] - '0'),
				SK_FAKE_METHOD);
	case 't':
		return outside(user, space, sizeof("ask"));
	case 'T':
		return outside(user, space, VTL_MESSAGE_DATA_BYTES + 1);
	case 'u':
		return syscall3(user, SERVICE_OUTSIDE, NOWHERE, 0);
	case 'o':
		return syscall3(user, SERVICE_ROOT_SET,
				buffer_address +
					offsetof(struct service_buffer, data),
				ROOT_VERDICT_MADE);
	case 'r':
		return reply(user, buffer, STATUS_CONFLICT);
	default:
		return reply(user, buffer, STATUS_OK);
	}
}

/* START and PUT bring no script with them. */
static void script_read(char script[SERVICE_BUFFER_BYTES + 4], uint32_t service,
			uint64_t method, const struct service_buffer *buffer)
{
	memset(script, 0, SERVICE_BUFFER_BYTES + 4);
	if (method == SERVICE_METHOD_START) {
		strcpy(script, sk_fake.start_script[service]);
	} else if (buffer->caller == SERVICE_CALLER_VTL1 &&
		   buffer->from == SERVICE_SECURE_KERNEL) {
		strcpy(script, sk_fake.put_script);
	} else {
		memcpy(script, buffer->data, buffer->bytes);
	}
}

/* R15 and R14 keep method and script's length, as ring 3 would. */
static enum user_exit run(struct user_state *user, const struct space *space)
{
	char script[SERVICE_BUFFER_BYTES + 4];
	uint32_t service = service_of(space);
	uint64_t slot =
		(user->fs_base - SERVICE_STACK_BASE) / (32 * PAGE_BYTES);
	struct service_buffer *buffer =
		bytes_at(space, SERVICE_BUFFER_BASE + slot * 2 * PAGE_BYTES,
			 MAP_READ | MAP_WRITE);
	uint64_t at = user->rip - SERVICE_IMAGE_BASE;

	if (at == 0) {
		user->r15 = user->rdi;
		sk_fake.seen_caller = buffer->caller;
		sk_fake.seen_from = buffer->from;
		bytes_at(space, user->rsp - 8, MAP_READ | MAP_WRITE);
		bytes_at(space, user->fs_base, MAP_READ);
	} else {
		result_keep(user, space);
	}
	script_read(script, service, user->r15, buffer);
	if (script[at] == 'p') {
		user->rip++;
		at++;
		sk_fake.pause();
	}
	user->rip++;
	user->r14 = (uint64_t)script[at];
	if (service == SERVICE_AUDIT && user->r15 == AUDIT_METHOD_PUT &&
	    buffer->caller == SERVICE_CALLER_VTL1 && script[at] == 0) {
		put_keep(buffer);
	}
	return step(user, space, script + at, buffer);
}

enum user_exit machine_user_run(struct user_state *user,
				const struct space *space,
				struct user_fault *fault)
{
	enum user_exit why;
	unsigned now = atomic_fetch_add(&in_ring3, 1) + 1;

	if (now > sk_fake.deepest) {
		sk_fake.deepest = now;
	}
	__atomic_add_fetch(&sk_fake.user_runs, 1, __ATOMIC_RELAXED);
	*fault = (struct user_fault){.vector = FAULT_VECTOR};
	why = run(user, space);
	atomic_fetch_sub(&in_ring3, 1);
	return why;
}

/* --- a driver -------------------------------------------------------------------- */

struct vtl_message *sk_fake_message(uint64_t frame, uint32_t service,
				    const char *script)
{
	struct vtl_message *message = sk_fake_page(frame);

	memset(message, 0, sizeof(*message));
	message->version = VTL_MESSAGE_VERSION;
	message->service = service;
	message->method = SK_FAKE_METHOD;
	message->in_bytes = (uint32_t)strlen(script);
	message->out_bytes_max = VTL_MESSAGE_DATA_BYTES;
	memcpy(message->data, script, message->in_bytes);
	return message;
}

enum status sk_fake_call(enum vtl_call number, uint64_t argument,
			 uint64_t *value)
{
	struct vtl_call_frame frame = {.rdx = number, .r8 = argument};

	entry_vtl_call(&frame);
	if (value != NULL) {
		*value = frame.rdx;
	}
	return (enum status)frame.rax;
}

enum status sk_fake_send(uint64_t frame, uint32_t service, const char *script,
			 uint64_t *handle)
{
	sk_fake_message(frame, service, script);
	return sk_fake_call(VTL_CALL_MESSAGE, frame * PAGE_BYTES, handle);
}

enum status sk_fake_finish(enum status status, uint64_t handle)
{
	while (status == STATUS_INTERRUPTED) {
		status = sk_fake_call(VTL_CALL_RESUME, handle, NULL);
	}
	return status;
}

enum status sk_fake_ask(uint64_t frame, uint32_t service, const char *script)
{
	uint64_t handle;
	enum status status = sk_fake_send(frame, service, script, &handle);

	return sk_fake_finish(status, handle);
}

unsigned sk_fake_events(enum event_kind kind)
{
	unsigned count = 0;

	for (unsigned i = 0; i < sk_fake.put_count; i++) {
		count += sk_fake.put[i].kind == kind;
	}
	return count;
}

void sk_fake_check_rest(void)
{
	for (unsigned i = 0; i < THREADS_MAX; i++) {
		REQUIRE(state.threads[i].state == THREAD_FREE);
	}
	for (unsigned i = 1; i < SERVICE_COUNT; i++) {
		REQUIRE(state.services[i].running == 0);
		for (unsigned j = 0; j < SERVICE_SLOTS_MAX; j++) {
			REQUIRE(state.services[i].slot[j] == NULL);
		}
	}
}
