/* SPDX-License-Identifier: MIT */
/*
 * Questions to the person, by the program that SSH_ASKPASS names, or
 * /usr/bin/ssh-askpass. Without one, or without an answer within a minute,
 * the answer is no. The agent serves nobody while it waits.
 */
#ifndef OPENVBS_HOST_SSH_AGENT_ASK_H
#define OPENVBS_HOST_SSH_AGENT_ASK_H

#include <stdbool.h>
#include <stddef.h>

#define ASK_PROGRAM    "/usr/bin/ssh-askpass"
#define ASK_PATIENCE_S 60

bool ask_confirm(const char *question);

/* A PIN's length; 0: none, or one that does not fit. The caller wipes it. */
size_t ask_pin(const char *question, char *pin, size_t room);

#endif
