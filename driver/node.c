// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /dev/vbs (abi/ioctl.h), for the daemon. The switch only routes; each command
 * copies in, checks, carries, copies out. An open file holds the module.
 */
#include "driver/vbs.h"

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "abi/ioctl.h"

static long ioctl_version(void __user *argument)
{
	struct vbs_version version = {
		.ioctl_version = VBS_IOCTL_VERSION,
		.vtl_call_version = VTL_CALL_INTERFACE,
	};

	return copy_to_user(argument, &version, sizeof(version)) == 0 ? 0
								      : -EFAULT;
}

/* Whether the command keeps to abi/ioctl.h, and names user memory. */
static int check(const struct vbs_message *command)
{
	if (command->size_bytes != sizeof(*command) ||
	    command->reserved_zero != 0 ||
	    command->in_bytes > VTL_MESSAGE_DATA_BYTES ||
	    command->out_bytes > VTL_MESSAGE_DATA_BYTES) {
		return -EINVAL;
	}
	if (!access_ok(u64_to_user_ptr(command->out), command->out_bytes)) {
		return -EFAULT;
	}
	return 0;
}

static int fill(struct vtl_message *message, const struct vbs_message *command)
{
	message->version = VTL_MESSAGE_VERSION;
	message->service = command->service;
	message->method = command->method;
	message->in_bytes = command->in_bytes;
	message->out_bytes_max = command->out_bytes;
	message->caller = command->caller;
	return copy_from_user(message->data, u64_to_user_ptr(command->in),
			      command->in_bytes) == 0
		       ? 0
		       : -EFAULT;
}

/* The reply to the user's memory, as far as there is room for it. */
static int answer(struct vbs_message *command, const struct vtl_message *reply)
{
	if (reply->out_bytes > command->out_bytes) {
		return -EPROTO;
	}
	command->out_bytes = reply->out_bytes;
	command->status = reply->status;
	return copy_to_user(u64_to_user_ptr(command->out), reply->data,
			    command->out_bytes) == 0
		       ? 0
		       : -EFAULT;
}

static long ioctl_message(void __user *argument)
{
	struct vtl_message *message;
	struct vbs_message command;
	int error;

	if (copy_from_user(&command, argument, sizeof(command)) != 0) {
		return -EFAULT;
	}
	error = check(&command);
	if (error != 0) {
		return error;
	}
	message = call_page_get();
	if (message == NULL) {
		return -ENOMEM;
	}
	error = fill(message, &command);
	if (error == 0) {
		error = call_message(message);
	}
	if (error == 0) {
		error = answer(&command, message);
	}
	call_page_put(message);
	if (error == 0 &&
	    copy_to_user(argument, &command, sizeof(command)) != 0) {
		error = -EFAULT;
	}
	return error;
}

static long node_ioctl(struct file *file, unsigned int command,
		       unsigned long argument)
{
	void __user *at = (void __user *)argument;

	switch (command) {
	case VBS_IOC_VERSION:
		return ioctl_version(at);
	case VBS_IOC_MESSAGE:
		return ioctl_message(at);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations node_operations = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = node_ioctl,
	.llseek = no_llseek,
};

static struct miscdevice node = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "vbs",
	.fops = &node_operations,
	.mode = 0600,
};

int node_register(void)
{
	return misc_register(&node);
}

void node_unregister(void)
{
	misc_deregister(&node);
}
