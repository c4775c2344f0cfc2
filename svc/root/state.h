/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mutable globals of the root service, which has one thread. */
#ifndef OPENVBS_SVC_ROOT_STATE_H
#define OPENVBS_SVC_ROOT_STATE_H

#include <stdbool.h>

#include "abi/service.h"

extern struct service_buffer root_page; /* for the TPM, by ferry.c */
extern bool root_made;			/* by this launch */

#endif
