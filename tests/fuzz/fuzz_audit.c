/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests to the audit service: whatever messages say, and from whomever,
 * the log stays within its bounds and a reply within what the caller takes.
 *
 * Input: messages, each struct step and its bytes.
 *
 * Links: svc/audit
 * Links: svc/rt/dispatch.c svc/rt/drbg.c svc/rt/random.c svc/rt/state.c
 * Links: svc/rt/crash.c lib/bytes.c
 * Libs: -lhogweed -lnettle -lgmp
 */
#include <stdlib.h>
#include <string.h>

#include "svc/audit/state.h"
#include "svc/rt/rt.h"
#include "tests/fuzz/fuzz.h"

struct step {
	uint8_t method;
	uint8_t who; /* bit 0: the secure kernel; 1: a service */
	uint16_t bytes;
	uint16_t bytes_max;
	uint16_t given; /* bytes that follow */
};

static void check_log(void)
{
	uint64_t waiting = audit_log.last + 1 - audit_log.first;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < EVENT_KIND_END; i++) {
		sum += audit_log.waiting[i];
	}
	FUZZ_CHECK(waiting <= AUDIT_RECORDS_MAX);
	FUZZ_CHECK(waiting == sum);
	FUZZ_CHECK(audit_log.read <= audit_log.last);
	FUZZ_CHECK(audit_log.lost_told <= audit_log.lost);
}

static void send(const struct step *step, const uint8_t *data, size_t given)
{
	static struct service_buffer buffer;
	uint64_t before = audit_log.last;
	enum status status;

	memcpy(buffer.data, data, given);
	buffer.from = (step->who & 2) != 0 ? SERVICE_ECHO : 0;
	buffer.caller = (step->who & 1) != 0 ? SERVICE_CALLER_VTL1 : 7;
	buffer.bytes = step->bytes;
	buffer.bytes_max = step->bytes_max;
	status = rt_dispatch(&rt_service, step->method, &buffer);
	FUZZ_CHECK(buffer.bytes <= step->bytes_max);
	FUZZ_CHECK(status == STATUS_OK || buffer.bytes == 0);
	FUZZ_CHECK(step->who == 1 || audit_log.last <= before + 1);
	check_log();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len_bytes)
{
	struct step step;
	size_t given;

	FUZZ_CHECK(rt_service.start(&(struct service_start){0}) == STATUS_OK);
	while (len_bytes >= sizeof(step)) {
		memcpy(&step, data, sizeof(step));
		step.who &= 3;
		data += sizeof(step);
		len_bytes -= sizeof(step);
		given = step.given < len_bytes ? step.given : len_bytes;
		given = given < SERVICE_BUFFER_BYTES ? given
						     : SERVICE_BUFFER_BYTES;
		send(&step, data, given);
		data += given;
		len_bytes -= given;
	}
	return 0;
}
