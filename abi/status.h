/* SPDX-License-Identifier: MIT */
/*
 * The one set of results. Every room answers with these; one mapping turns
 * them into words (lib/status.c), the driver has the one into errno.
 * Numbers cross privilege boundaries and are never reused.
 */
#ifndef OPENVBS_ABI_STATUS_H
#define OPENVBS_ABI_STATUS_H

#define STATUS_LIST(X)                                            \
	X(OK, 0, "done")                                          \
	X(INVALID, 1, "an argument is malformed or out of range") \
	X(DENIED, 2, "the caller has no right to this")           \
	X(NOT_FOUND, 3, "no such object")                         \
	X(NO_MEMORY, 4, "no memory is left for this")             \
	X(NO_SPACE, 5, "a fixed table or buffer is full")         \
	X(UNSUPPORTED, 6, "this machine or version cannot do it") \
	X(CORRUPT, 7, "data fails its own check")                 \
	X(BUSY, 8, "try again later")                             \
	X(CONFLICT, 9, "it contradicts what is already there")    \
	X(INTERRUPTED, 10, "an interrupt came first: resume it")  \
	X(CRASHED, 11, "the service crashed while working on it") \
	X(OUTSIDE, 12, "it waits for a TPM: answer and resume it")

/* Nobody drops a result: clang watches the type, gcc knows functions only. */
#ifdef __clang__
#define STATUS_CHECKED __attribute__((warn_unused_result))
#else
#define STATUS_CHECKED
#endif

enum STATUS_CHECKED status {
#define STATUS_ENUM(name, number, words) STATUS_##name = number,
	STATUS_LIST(STATUS_ENUM)
#undef STATUS_ENUM
};

#endif
