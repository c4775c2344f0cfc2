/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keyring's only mutable global; its lock: vault.h. */
#include "svc/keyring/vault.h"

struct vault vault;
