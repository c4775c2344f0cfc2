/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the program share. */
#ifndef OPENVBS_TESTS_GUEST_VBS_VBS_H
#define OPENVBS_TESTS_GUEST_VBS_VBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/ioctl.h"

#define PAGE_BYTES 4096

/* Ends the program with these words. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format,
							  ...);

/* /dev/vbs, opened. */
int node_open(void);

/* One message; 0 or an errno. `in_bytes` and `out_bytes` are its own. */
int node_message(int node, struct vbs_message *message);

/* Bytes that differ at each call; seeded by random_seed(). */
void random_seed(uint64_t seed);
uint64_t random_next(void);
uint64_t random_below(uint64_t bound);

/* Seconds since boot. */
double now(void);

/* Commands: arguments behind the name, an exit status. */
int command_version(char **words);
int command_message(char **words);
int command_hold(char **words);
int command_loop(char **words);
int command_user_call(char **words);
int command_parallel(char **words);
int command_bad(char **words);
int command_fuzz(char **words);

#endif
