/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fake machine under the secure kernel: memory, spaces, chance. Ring 3 is
 * in sk_user.c. What would be our own bug ends the test.
 */
#include "tests/fake/sk_machine.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/vtl.h"
#include "lib/elf_format.h"
#include "sk/core/state.h"
#include "tests/fake/sk_user.h"

#define RUBBISH	      0xa5
#define SPACE_ENTRIES 16384u
#define VTL0_FRAMES   UINT64_C(0x420)
#define TEXT_BYTES    64u
#define DATA_OFFSET   0x200u
#define DATA_BYTES    16u
#define DATA_MEMORY   0x1800u
#define IMAGE_BYTES   (DATA_OFFSET + DATA_BYTES)

struct entry {
	uint64_t root; /* 0: free */
	uint64_t address;
	uint64_t frame;
	unsigned rights;
};

static struct {
	uint8_t vtl1[SK_FAKE_VTL1_COUNT][PAGE_BYTES];
	uint8_t vtl0[VTL0_FRAMES][PAGE_BYTES];
	unsigned rights[VTL0_FRAMES];
	struct entry space[SPACE_ENTRIES];
} memory __attribute__((aligned(4096)));

static uint8_t image[IMAGE_BYTES];

struct sk_fake sk_fake;
static uint64_t counter;
static _Thread_local uint32_t cpu;
static _Thread_local bool window_open;

const struct manifest_row manifest[SERVICE_COUNT] = {
	[SERVICE_SECURE_KERNEL] = {.name = "secure-kernel"},
	[SERVICE_AUDIT] = {.name = "audit",
			   .image = image,
			   .image_end = image + sizeof(image),
			   .threads = 1},
	[SERVICE_ROOT] = {.name = "root",
			  .image = image,
			  .image_end = image + sizeof(image),
			  .threads = 1,
			  .sets_root = true,
			  .asks_tpm = true},
	[SERVICE_ECHO] = {.name = "echo",
			  .image = image,
			  .image_end = image + sizeof(image),
			  .threads = 3,
			  .asks_tpm = true,
			  .callees = 1u << SERVICE_AUDIT | 1u << SERVICE_ROOT |
				     1u << SERVICE_ECHO},
	[SERVICE_KEYRING] = {.name = "keyring",
			     .image = image,
			     .image_end = image + sizeof(image),
			     .threads = 1,
			     .has_root = true},
};

/* Text, and data with some bytes of its own. */
static void image_write(void)
{
	struct elf_header header = {
		.type = ELF_TYPE_EXECUTABLE,
		.machine = ELF_MACHINE_X86_64,
		.entry = SERVICE_IMAGE_BASE,
		.segments = sizeof(header),
		.segment_bytes = sizeof(struct elf_segment),
		.segment_count = 2,
	};
	struct elf_segment segment[2] = {
		{.type = ELF_SEGMENT_LOAD,
		 .flags = ELF_FLAG_EXECUTE,
		 .address = SERVICE_IMAGE_BASE,
		 .file_bytes = TEXT_BYTES,
		 .memory_bytes = TEXT_BYTES},
		{.type = ELF_SEGMENT_LOAD,
		 .flags = ELF_FLAG_WRITE,
		 .offset = DATA_OFFSET,
		 .address = SERVICE_IMAGE_BASE + PAGE_BYTES,
		 .file_bytes = DATA_BYTES,
		 .memory_bytes = DATA_MEMORY},
	};

	memcpy(header.ident, ELF_IDENT, sizeof(header.ident));
	memcpy(image, &header, sizeof(header));
	memcpy(image + sizeof(header), segment, sizeof(segment));
	memset(image + DATA_OFFSET, SK_USER_DATA_BYTE, DATA_BYTES);
}

static void boot_write(void)
{
	sk_fake.boot = (struct vtl1_boot){
		.magic = VTL1_BOOT_MAGIC,
		.version = VTL1_BOOT_VERSION,
		.size_bytes = sizeof(sk_fake.boot),
		.memory_base = SK_FAKE_VTL1_FIRST * PAGE_BYTES,
		.memory_size_bytes = SK_FAKE_VTL1_COUNT * PAGE_BYTES,
		.cpu_count = SK_FAKE_CPUS,
		.ram_count = 2,
		.ram = {{SK_FAKE_RAM_FIRST, SK_FAKE_RAM_COUNT},
			{SK_FAKE_HIGH_FIRST, SK_FAKE_HIGH_COUNT}},
		.seed_bytes = VTL1_SEED_BYTES,
		.openvbs_version = "fake",
	};
	memset(sk_fake.boot.seed, RUBBISH, sizeof(sk_fake.boot.seed));
}

void sk_fake_reset(void)
{
	memset(&state, 0, sizeof(state));
	memset(&sk_fake, 0, sizeof(sk_fake));
	memset(memory.space, 0, sizeof(memory.space));
	memset(memory.rights, 0, sizeof(memory.rights));
	memset(memory.vtl0, RUBBISH, sizeof(memory.vtl0));
	sk_fake_cpu(0);
	window_open = false;
	sk_fake.rdseed = true;
	sk_fake.rdrand = true;
	sk_fake.put_script = "";
	for (unsigned i = 0; i < SERVICE_COUNT; i++) {
		sk_fake.start_script[i] = "";
	}
	image_write();
	boot_write();
	for (uint64_t i = 0; i < SK_FAKE_RAM_COUNT; i++) {
		sk_fake_rights(SK_FAKE_RAM_FIRST + i,
			       HV_MAP_GPA_READABLE | HV_MAP_GPA_WRITABLE);
	}
	for (uint64_t i = 0; i < SK_FAKE_HIGH_COUNT; i++) {
		sk_fake_rights(SK_FAKE_HIGH_FIRST + i,
			       HV_MAP_GPA_READABLE | HV_MAP_GPA_WRITABLE);
	}
}

enum status sk_fake_start(void)
{
	memcpy(memory.vtl1[0], &sk_fake.boot, sizeof(sk_fake.boot));
	return entry_start((struct vtl1_boot *)memory.vtl1[0],
			   SK_FAKE_VTL1_FIRST + SK_FAKE_IMAGE);
}

void sk_fake_time(uint64_t time)
{
	counter = time;
}

void sk_fake_cpu(uint32_t number)
{
	cpu = number;
}

void sk_fake_rights(uint64_t frame, unsigned rights)
{
	REQUIRE(frame < VTL0_FRAMES);
	__atomic_store_n(&memory.rights[frame], rights, __ATOMIC_RELAXED);
}

void *sk_fake_page(uint64_t frame)
{
	REQUIRE(frame < VTL0_FRAMES);
	return memory.vtl0[frame];
}

/* --- machine.h ----------------------------------------------------------------- */

uint32_t machine_cpu(void)
{
	return cpu;
}

uint64_t machine_time(void)
{
	return __atomic_add_fetch(&counter, 1, __ATOMIC_RELAXED);
}

void *machine_frame(frame_t frame)
{
	REQUIRE(frame.number - SK_FAKE_VTL1_FIRST < SK_FAKE_VTL1_COUNT);
	return memory.vtl1[frame.number - SK_FAKE_VTL1_FIRST];
}

/* The entry of an address, or the free one where it would be. */
static struct entry *entry_of(uint64_t root, uint64_t address)
{
	uint64_t at = address / PAGE_BYTES * 31 + root * 7;

	for (;; at++) {
		struct entry *entry = &memory.space[at % SPACE_ENTRIES];

		if (entry->root == 0 ||
		    (entry->root == root && entry->address == address)) {
			return entry;
		}
	}
}

enum status machine_space_create(struct space *space, frame_source_t source)
{
	return source(&space->root) ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status machine_space_map(struct space *space, uint64_t address,
			      frame_t frame, unsigned rights,
			      frame_source_t source)
{
	struct entry *entry = entry_of(space->root.number, address);
	frame_t table;

	REQUIRE(address % PAGE_BYTES == 0 && (rights & MAP_READ));
	REQUIRE(!(rights & MAP_WRITE) || !(rights & MAP_EXECUTE));
	if (entry->root != 0) {
		return STATUS_CONFLICT;
	}
	if (address % (512 * PAGE_BYTES) == 0 && !source(&table)) {
		return STATUS_NO_MEMORY;
	}
	*entry = (struct entry){space->root.number, address, frame.number,
				rights};
	return STATUS_OK;
}

bool machine_space_lookup(const struct space *space, uint64_t address,
			  unsigned rights, frame_t *frame)
{
	const struct entry *entry =
		entry_of(space->root.number, address & ~(PAGE_BYTES - 1));

	frame->number = entry->frame;
	return entry->root != 0 && (entry->rights & rights) == rights;
}

unsigned machine_vtl0_rights(vtl0_frame_t frame)
{
	if (frame.number >= SK_FAKE_DEVICE_FIRST &&
	    frame.number < SK_FAKE_VTL1_FIRST) {
		return HV_MAP_GPA_READABLE | HV_MAP_GPA_WRITABLE;
	}
	if (frame.number >= VTL0_FRAMES) {
		return 0;
	}
	return __atomic_load_n(&memory.rights[frame.number], __ATOMIC_RELAXED);
}

enum status machine_vtl0_restrict(vtl0_frame_t frame, unsigned rights)
{
	if (frame.number >= VTL0_FRAMES) {
		return STATUS_DENIED;
	}
	sk_fake_rights(frame.number, rights);
	return STATUS_OK;
}

union hv_register_value *sk_fake_register(uint32_t name)
{
	for (size_t i = 0; i < SK_FAKE_REGISTERS; i++) {
		struct hv_register_assoc *row = &sk_fake.registers[i];

		if (row->name == 0) {
			row->name = name;
		}
		if (row->name == name) {
			return &row->value;
		}
	}
	abort();
}

void machine_watch(const struct machine_watch *watch)
{
	sk_fake.watch[machine_cpu()] = *watch;
}

void machine_vtl0_register(uint32_t name, union hv_register_value *value)
{
	*value = *sk_fake_register(name);
}

bool machine_vtl0_register_set(uint32_t name,
			       const union hv_register_value *value)
{
	if (name == sk_fake.register_bad) {
		return false;
	}
	*sk_fake_register(name) = *value;
	return true;
}

/* One MSR is enough here. */
uint32_t machine_msr_name(uint32_t msr)
{
	return msr == SK_FAKE_MSR_LSTAR ? HV_REGISTER_LSTAR : 0;
}

void *machine_window(const vtl0_frame_t *frame)
{
	REQUIRE(window_open == (frame == NULL));
	window_open = frame != NULL;
	return frame != NULL ? sk_fake_page(frame->number) : NULL;
}

unsigned machine_events_take(struct event *to, unsigned count, uint64_t *lost)
{
	unsigned taken = sk_fake.pending_count;

	REQUIRE(count >= HV_EVENTS_MAX);
	memcpy(to, sk_fake.pending, taken * sizeof(*to));
	*lost += sk_fake.pending_lost;
	sk_fake.pending_count = 0;
	sk_fake.pending_lost = 0;
	return taken;
}

bool machine_rdseed(uint64_t *word)
{
	*word = RUBBISH;
	return sk_fake.rdseed;
}

bool machine_rdrand(uint64_t *word)
{
	*word = RUBBISH + 1;
	return sk_fake.rdrand;
}

void machine_sha512(const void *bytes, size_t count, uint8_t digest[64])
{
	struct sha512_ctx sha;

	sha512_init(&sha);
	sha512_update(&sha, count, bytes);
	sha512_digest(&sha, SHA512_DIGEST_SIZE, digest);
}

void machine_sha256(const void *bytes, size_t count, uint8_t digest[32])
{
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, count, bytes);
	sha256_digest(&sha, SHA256_DIGEST_SIZE, digest);
}

_Noreturn void machine_stop(const char *file, int line, const char *what)
{
	fprintf(stderr, "stopped: %s (%s:%d)\n", what, file, line);
	abort();
}
