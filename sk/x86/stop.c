/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end, for bugs of our own: the hypervisor prints our words and stops the
 * machine. Called from anywhere, on any stack, before and after there are
 * processor structures; needs nothing but its own buffer.
 */
#include "abi/vtl.h"
#include "sk/x86/x86.h"

#define DECIMAL	   10u
#define HEX_DIGITS 16u
#define HEX_BITS   4u

/* What a gate pushes. */
struct gate_frame {
	uint64_t vector, error, rip, cs, rflags, rsp, ss;
};

_Noreturn void gate_stop(const struct gate_frame *frame);
_Noreturn void __stack_chk_fail(void);

static void put_char(char c)
{
	if (x86_stop.used < sizeof(x86_stop.words) - 1) {
		x86_stop.words[x86_stop.used] = c;
		x86_stop.used++;
	}
}

static void put_words(const char *words)
{
	for (; *words != '\0'; words++) {
		put_char(*words);
	}
}

static void put_number(uint64_t number)
{
	uint64_t unit = 1;

	while (number / unit >= DECIMAL) {
		unit *= DECIMAL;
	}
	for (; unit != 0; unit /= DECIMAL) {
		put_char((char)('0' + number / unit % DECIMAL));
	}
}

static void put_hex(const char *name, uint64_t number)
{
	put_words(name);
	for (unsigned i = HEX_DIGITS; i-- > 0;) {
		put_char("0123456789abcdef"[number >> (i * HEX_BITS) &
					    (HEX_DIGITS - 1)]);
	}
}

/* The first CPU speaks, the others wait for the end that it brings. */
static void begin(void)
{
	while (atomic_flag_test_and_set(&x86_stop.taken)) {
		__builtin_ia32_pause();
	}
}

static _Noreturn void end(void)
{
	uint64_t page = (uint64_t)x86_stop.words - VTL1_VIRTUAL_BASE;

	page += ((const struct vtl1_boot *)VTL1_VIRTUAL_BASE)->memory_base;
	for (;;) {
		hypercall(HVCALL_OPENVBS_STOP, page, 0);
	}
}

_Noreturn void machine_stop(const char *file, int line, const char *what)
{
	begin();
	put_words(what);
	put_words(" (");
	put_words(file);
	put_char(':');
	put_number((uint64_t)line);
	put_char(')');
	end();
}

/* RIP as the image's symbols have it. */
_Noreturn void gate_stop(const struct gate_frame *frame)
{
	begin();
	put_words("exception ");
	put_number(frame->vector);
	put_hex(" error ", frame->error);
	put_hex(" rip ", frame->rip - VTL1_VIRTUAL_BASE - VTL1_IMAGE_OFFSET);
	put_hex(" rsp ", frame->rsp);
	put_hex(" cr2 ", cr2_read());
	end();
}

_Noreturn void __stack_chk_fail(void)
{
	machine_stop(__FILE__, __LINE__, "a stack has been overrun");
}
