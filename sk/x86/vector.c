/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VTL0's vector state: put aside before VTL1 touches any, brought back before
 * VTL0 runs. Calls that never enter ring 3 pay nothing. SHA-2 of the library
 * is in here since it uses vector registers in ring 0. APM vol. 2, 11.5.
 *
 * Invariant: x87 and SSE, the only state that VTL1 uses, are saved and loaded
 * whatever VTL0 has in XCR0; with less, what a service leaves would be VTL0's
 * to read.
 */
#include <nettle/sha2.h>

#include "lib/bytes.h"
#include "sk/x86/cpu.h"
#include "sk/x86/registers.h"
#include "sk/x86/x86.h"

static uint64_t xcr0_read(void)
{
	uint32_t low, high;

	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return low | (uint64_t)high << 32;
}

static void xcr0_write(uint64_t value)
{
	__asm__ volatile("xsetbv"
			 :
			 : "c"(0), "a"((uint32_t)value),
			   "d"((uint32_t)(value >> 32)));
}

void vector_begin(struct cpu *cpu)
{
	if (cpu->lent) {
		return;
	}
	cpu->lent = true;
	cpu->vtl0_xcr0 = xcr0_read();
	xcr0_write(cpu->vtl0_xcr0 | XCR0_VTL1);
	/* XSAVE keeps bits of what is not in XCR0; XRSTOR refuses them. */
	bytes_zero(cpu->vtl0_vector + XSAVE_PRESENT, sizeof(uint64_t));
	__asm__ volatile("xsave64 (%0)"
			 :
			 : "r"(cpu->vtl0_vector), "a"(UINT32_MAX),
			   "d"(UINT32_MAX)
			 : "memory");
	xcr0_write(XCR0_VTL1);
}

void vector_end(struct cpu *cpu)
{
	/* FNINIT: AMD's XRSTOR may leave x87's last addresses as they are. */
	__asm__ volatile("fninit");
	xcr0_write(cpu->vtl0_xcr0 | XCR0_VTL1);
	__asm__ volatile("xrstor64 (%0)"
			 :
			 : "r"(cpu->vtl0_vector), "a"(UINT32_MAX),
			   "d"(UINT32_MAX)
			 : "memory");
	xcr0_write(cpu->vtl0_xcr0);
	root_load(x86.root);
	cpu->lent = false;
}

void machine_sha512(const void *bytes, size_t count, uint8_t digest[64])
{
	struct sha512_ctx context;

	vector_begin(cpu_this());
	sha512_init(&context);
	sha512_update(&context, count, bytes);
	sha512_digest(&context, SHA512_DIGEST_SIZE, digest);
}

void machine_sha256(const void *bytes, size_t count, uint8_t digest[32])
{
	struct sha256_ctx context;

	vector_begin(cpu_this());
	sha256_init(&context);
	sha256_update(&context, count, bytes);
	sha256_digest(&context, SHA256_DIGEST_SIZE, digest);
}
