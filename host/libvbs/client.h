/* SPDX-License-Identifier: MIT */
/*
 * vbsd's local API: a UNIX stream socket, one JSON object a line each way.
 *
 *	{"call": NAME, ...} -> {"ok": true, ...}
 *			    or {"ok": false, "error": WORD, "words": TEXT}
 *
 *	version	anybody: {vbsd, openvbs, ioctl_version, vtl_call_version}
 *	status	anybody: {report: host/libvbs/report.h}
 *	policy	anybody: {policy: canonical form in hexadecimal}
 *	head	root and group openvbs; nonce: 64 hexadecimal digits.
 *		{key, head: structures of abi/audit.h in hexadecimal}
 *	report	as head. {report: abi/attest.h, in hexadecimal}
 *	follow	root and group openvbs. {}, then a line for each new batch of
 *		events: {events: [host/libvbs/event.h]}
 */
#ifndef OPENVBS_HOST_LIBVBS_CLIENT_H
#define OPENVBS_HOST_LIBVBS_CLIENT_H

#include <jansson.h>
#include <stdio.h>

#define CLIENT_SOCKET	     "/run/openvbs/vbsd.sock"
#define CLIENT_REQUEST_BYTES 4096 /* longest line, its end included */
#define CLIENT_GROUP	     "openvbs"

/*
 * A stream to vbsd, or NULL and errno: ENOENT and ECONNREFUSED say that it
 * does not run.
 */
FILE *client_open(const char *path);

/*
 * Sends a request (and drops the reference) and waits for its reply; NULL
 * when the connection broke or the reply is no JSON object.
 */
json_t *client_ask(FILE *vbsd, json_t *request);

/* The next line of a connection that follows. */
json_t *client_next(FILE *vbsd);

/* The reply's words if it is a refusal (or NULL); NULL if it is none. */
const char *client_refusal(const json_t *reply);

#endif
