// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An NVMe disk, driven by as little as it takes: an admin queue to make one
 * queue of reads and writes, both polled. Used by dma.c, which moves the first
 * sector.
 */
#include "dma.h"

#include <linux/errno.h>
#include <linux/iopoll.h>
#include <linux/nvme.h>

/* Queues: pages 2 n and 2 n + 1 have the commands and the answers of n. */
enum {
	QUEUE_ADMIN,
	QUEUE_DISK,
	QUEUES
};

#define DEPTH	       16 /* more than one attack sends: no queue wraps */
#define PHASE	       1  /* of answers that were written, in the first round */
#define NAMESPACE      1
#define DOORBELL_BYTES 4

static unsigned int sent[QUEUES];

static int state_wait(const struct dma *dma, u32 wanted)
{
	u32 state;

	return readl_poll_timeout(dma->registers + NVME_REG_CSTS, state,
				  (state & NVME_CSTS_RDY) == wanted,
				  DMA_POLL_US, DMA_PATIENCE_US);
}

/* Rings for `commands`, or for the answers when `answers`. */
static void doorbell(const struct dma *dma, unsigned int queue, bool answers,
		     unsigned int index)
{
	writel(index, dma->registers + NVME_REG_DBS +
			      (2 * queue + answers) * DOORBELL_BYTES);
}

static int run(const struct dma *dma, unsigned int queue,
	       struct nvme_command *command)
{
	struct nvme_command *commands = dma_page(dma, 2 * queue);
	struct nvme_completion *answers = dma_page(dma, 2 * queue + 1);
	unsigned int index = sent[queue];
	u16 answer;
	int status;

	if (index + 1 == DEPTH) {
		return -ENOSPC;
	}
	sent[queue]++;
	command->common.command_id = (u16)index;
	commands[index] = *command;
	wmb(); /* the device reads it once the bell has rung */
	doorbell(dma, queue, false, index + 1);
	status = read_poll_timeout(READ_ONCE, answer, (answer & PHASE) != 0,
				   DMA_POLL_US, DMA_PATIENCE_US, false,
				   answers[index].status);
	if (status != 0) {
		return status;
	}
	doorbell(dma, queue, true, index + 1);
	return answer >> 1;
}

static int disk_queue_make(const struct dma *dma)
{
	struct nvme_command answers = {
		.create_cq =
			{
				.opcode = nvme_admin_create_cq,
				.prp1 = virt_to_phys(
					dma_page(dma, 2 * QUEUE_DISK + 1)),
				.cqid = QUEUE_DISK,
				.qsize = DEPTH - 1,
				.cq_flags = NVME_QUEUE_PHYS_CONTIG,
			},
	};
	struct nvme_command commands = {
		.create_sq =
			{
				.opcode = nvme_admin_create_sq,
				.prp1 = virt_to_phys(
					dma_page(dma, 2 * QUEUE_DISK)),
				.sqid = QUEUE_DISK,
				.qsize = DEPTH - 1,
				.sq_flags = NVME_QUEUE_PHYS_CONTIG,
				.cqid = QUEUE_DISK,
			},
	};
	int status = run(dma, QUEUE_ADMIN, &answers);

	return status != 0 ? status : run(dma, QUEUE_ADMIN, &commands);
}

static int nvme_open(struct dma *dma)
{
	void __iomem *registers = dma->registers;
	int status;

	memset(sent, 0, sizeof(sent));
	writel(0, registers + NVME_REG_CC);
	status = state_wait(dma, 0);
	if (status != 0) {
		return status;
	}
	writel((DEPTH - 1) << 16 | (DEPTH - 1), registers + NVME_REG_AQA);
	writeq(virt_to_phys(dma_page(dma, 2 * QUEUE_ADMIN)),
	       registers + NVME_REG_ASQ);
	writeq(virt_to_phys(dma_page(dma, 2 * QUEUE_ADMIN + 1)),
	       registers + NVME_REG_ACQ);
	writel(NVME_CC_ENABLE | NVME_CC_IOSQES | NVME_CC_IOCQES,
	       registers + NVME_REG_CC);
	status = state_wait(dma, NVME_CSTS_RDY);
	return status != 0 ? status : disk_queue_make(dma);
}

static int nvme_move(struct dma *dma, enum dma_way way, u64 physical)
{
	struct nvme_command command = {
		.rw =
			{
				.opcode = way == DMA_LOAD ? nvme_cmd_write
							  : nvme_cmd_read,
				.nsid = NAMESPACE,
				.dptr.prp1 = physical,
				.length = 0, /* one sector */
			},
	};

	return run(dma, QUEUE_DISK, &command);
}

static void nvme_close(struct dma *dma)
{
	writel(0, dma->registers + NVME_REG_CC);
	(void)state_wait(dma, 0);
}

const struct dma_device dma_nvme = {
	.name = "nvme",
	.ids = {{PCI_DEVICE_CLASS(PCI_CLASS_STORAGE_EXPRESS, ~0u)}},
	.bar = 0,
	.open = nvme_open,
	.move = nvme_move,
	.close = nvme_close,
};
