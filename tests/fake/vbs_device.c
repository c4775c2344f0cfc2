/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See the header. */
#define _GNU_SOURCE
#include "tests/fake/vbs_device.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host/libvbs/device.h"

struct vbs_fake *vbs_fake;

void vbs_fake_boot(uint8_t boot)
{
	uint8_t private_key[AUDIT_PRIVATE_BYTES] = {boot, 1};
	uint8_t boot_id[AUDIT_BOOT_ID_BYTES] = {boot, 2};

	if (vbs_fake == NULL) {
		vbs_fake = mmap(NULL, sizeof(*vbs_fake), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (vbs_fake == MAP_FAILED) {
			abort();
		}
	}
	memset(vbs_fake, 0, sizeof(*vbs_fake));
	vbs_fake->batch_max = AUDIT_BATCH_MAX;
	audit_log_start(&vbs_fake->log, private_key, boot_id, 0, 1);
}

void vbs_fake_put(uint32_t kind, unsigned count)
{
	struct event event = {.kind = kind};

	for (unsigned i = 0; i < count; i++) {
		event.a = i;
		audit_log_put(&vbs_fake->log, AUDIT_SOURCE_HYPERVISOR, &event,
			      2);
	}
}

void vbs_fake_step(void)
{
	if (vbs_fake->kill_at != 0 && --vbs_fake->kill_at == 0) {
		_exit(VBS_FAKE_KILLED);
	}
}

int device_open(const char *path)
{
	(void)path;
	return dup(STDOUT_FILENO);
}

enum status device_version(int device, struct vbs_version *version)
{
	(void)device;
	*version = (struct vbs_version){.ioctl_version = VBS_IOCTL_VERSION};
	return STATUS_OK;
}

static enum status answer(struct device_call *call, const void *data,
			  size_t len_bytes)
{
	if (call->out_bytes < len_bytes) {
		return STATUS_NO_SPACE;
	}
	memcpy(call->out, data, len_bytes);
	call->out_bytes = len_bytes;
	return STATUS_OK;
}

static enum status audit_key(struct device_call *call)
{
	struct audit_key key = {0};

	memcpy(key.boot_id, vbs_fake->log.boot_id, sizeof(key.boot_id));
	memcpy(key.public_key, vbs_fake->log.public_key,
	       sizeof(key.public_key));
	return answer(call, &key, sizeof(key));
}

static enum status audit_read(struct device_call *call)
{
	struct audit_batch batch = {0};
	struct audit_read read;
	enum status status;

	memcpy(&read, call->in, sizeof(read));
	status = audit_log_acknowledge(&vbs_fake->log, read.acknowledged, 3);
	if (status != STATUS_OK) {
		return status;
	}
	batch.lost = vbs_fake->log.lost;
	batch.count = audit_log_read(&vbs_fake->log, vbs_fake->batch_max,
				     batch.record, &batch.head, 4);
	return answer(call, &batch,
		      offsetof(struct audit_batch, record) +
			      batch.count * sizeof(batch.record[0]));
}

static enum status audit_head(struct device_call *call)
{
	struct audit_signed_head head;

	audit_log_head(&vbs_fake->log, call->in, &head, 5);
	return answer(call, &head, sizeof(head));
}

static enum status audit(struct device_call *call)
{
	switch (call->method) {
	case AUDIT_METHOD_KEY:
		return audit_key(call);
	case AUDIT_METHOD_READ:
		return audit_read(call);
	case AUDIT_METHOD_HEAD:
		return audit_head(call);
	default:
		return STATUS_NOT_FOUND;
	}
}

static enum status secure_kernel(struct device_call *call)
{
	switch (call->method) {
	case SK_METHOD_STATUS:
		return answer(call, &vbs_fake->status,
			      sizeof(vbs_fake->status));
	case SK_METHOD_SERVICES:
		return answer(call, &vbs_fake->service,
			      sizeof(vbs_fake->service));
	case SK_METHOD_POLICY:
		return answer(call, &vbs_fake->policy,
			      sizeof(vbs_fake->policy));
	default:
		return STATUS_NOT_FOUND;
	}
}

enum status device_call(int device, struct device_call *call)
{
	enum status status = vbs_fake->failure;

	(void)device;
	vbs_fake_step();
	if (status == STATUS_OK) {
		status = call->service == SERVICE_AUDIT ? audit(call)
							: secure_kernel(call);
	}
	vbs_fake_step();
	return status;
}
