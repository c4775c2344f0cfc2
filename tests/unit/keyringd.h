/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An empty keyring beside a test of a program that uses one: keyringd
 * (tests/fake), which `Beside: keyringd` has built, in a process of its own.
 */
#ifndef OPENVBS_TESTS_UNIT_KEYRINGD_H
#define OPENVBS_TESTS_UNIT_KEYRINGD_H

#include <stddef.h>

#define KEYRINGD_PATH_BYTES 128u

/* For cmocka: before and behind a group of tests, or each. 0: good. */
int keyringd_start(void **unused);
int keyringd_stop(void **unused);

/* The keyring is gone, and whoever asks it gets no answer. */
void keyringd_kill(void);

/* A file in a folder that goes with the keyring. */
void keyringd_path(const char *name, char path[KEYRINGD_PATH_BYTES]);
void keyringd_write(const char *name, const void *bytes, size_t len_bytes,
		    char path[KEYRINGD_PATH_BYTES]);

#endif
