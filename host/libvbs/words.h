/* SPDX-License-Identifier: MIT */
/* Names and words for the numbers of abi/, for people and JSON. */
#ifndef OPENVBS_HOST_LIBVBS_WORDS_H
#define OPENVBS_HOST_LIBVBS_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "abi/policy.h"

/* "MEMORY_DENIED"; "UNKNOWN" for a kind of a newer version. */
const char *words_event_name(uint32_t kind);
/* "access to protected memory (a: gpa, b: access)" */
const char *words_event(uint32_t kind);

/* "hypervisor", "secure-kernel", "service-1", ... */
#define WORDS_SOURCE_BYTES 24
const char *words_source(uint32_t source, char to[WORDS_SOURCE_BYTES]);

/* "KERNEL_INTEGRITY" and its words; NULL for a number without a feature. */
const char *words_feature_name(uint32_t feature);
const char *words_feature(uint32_t feature);
/* "off", "audit", "enforce"; "invalid" */
const char *words_mode(uint32_t mode);

#endif
