/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "svc/root/state.h"

struct service_buffer root_page __attribute__((aligned(4096)));
bool root_made;
