/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fixed workload that never idles: computing, system calls, page faults,
 * processes. Prints the time-stamp ticks that it took; with -icount shift=0
 * the emulator's tick is one instruction. Usage: work ROUNDS
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#define CALLS_PER_ROUND 2000
#define PAGES_PER_ROUND 256
#define STEPS_PER_ROUND 2000000
#define PAGE_SIZE	4096

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t compute(uint64_t state)
{
	for (int i = 0; i < STEPS_PER_ROUND; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
	}
	return state;
}

static void call_system(void)
{
	int ends[2];
	char byte = 0;

	if (pipe(ends) != 0) {
		fail("pipe");
	}
	for (int i = 0; i < CALLS_PER_ROUND; i++) {
		if (write(ends[1], &byte, 1) != 1 ||
		    read(ends[0], &byte, 1) != 1) {
			fail("pipe I/O");
		}
	}
	close(ends[0]);
	close(ends[1]);
}

static void touch_pages(void)
{
	size_t size = (size_t)PAGES_PER_ROUND * PAGE_SIZE;
	volatile char *pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED) {
		fail("mmap");
	}
	for (size_t i = 0; i < size; i += PAGE_SIZE) {
		pages[i] = 1;
	}
	munmap((void *)(uintptr_t)pages, size);
}

static void make_process(void)
{
	pid_t child = fork();

	if (child < 0) {
		fail("fork");
	}
	if (child == 0) {
		_exit(0);
	}
	if (waitpid(child, NULL, 0) != child) {
		fail("waitpid");
	}
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	uint64_t state = 88172645463325252U;
	uint64_t begin;

	make_process(); /* warm up what is loaded once */
	begin = __rdtsc();
	for (int i = 0; i < rounds; i++) {
		state = compute(state);
		call_system();
		touch_pages();
		make_process();
	}
	printf("%llu %llx\n", (unsigned long long)(__rdtsc() - begin),
	       (unsigned long long)state);
	return 0;
}
