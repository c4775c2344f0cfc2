// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * QEMU's device for teaching (docs/specs/edu.txt there): it copies between
 * memory and a buffer of its own. Used by dma.c, eight bytes at a time.
 */
#include "dma.h"

#include <linux/iopoll.h>

#define VENDOR 0x1234
#define DEVICE 0x11e8

#define REGISTER_SOURCE	  0x80
#define REGISTER_TARGET	  0x88
#define REGISTER_COUNT	  0x90
#define REGISTER_COMMAND  0x98
#define COMMAND_RUN	  1ull
#define COMMAND_TO_MEMORY 2ull

#define BUFFER 0x40000 /* as the device sees it */

static int edu_wait(const struct dma *dma)
{
	u64 command;

	return readq_poll_timeout(dma->registers + REGISTER_COMMAND, command,
				  (command & COMMAND_RUN) == 0, DMA_POLL_US,
				  DMA_PATIENCE_US);
}

static int edu_open(struct dma *dma)
{
	return edu_wait(dma);
}

static int edu_move(struct dma *dma, enum dma_way way, u64 physical)
{
	bool store = way == DMA_STORE;

	writeq(store ? BUFFER : physical, dma->registers + REGISTER_SOURCE);
	writeq(store ? physical : BUFFER, dma->registers + REGISTER_TARGET);
	writeq(sizeof(u64), dma->registers + REGISTER_COUNT);
	writeq(COMMAND_RUN | (store ? COMMAND_TO_MEMORY : 0),
	       dma->registers + REGISTER_COMMAND);
	return edu_wait(dma);
}

static void edu_close(struct dma *dma)
{
}

const struct dma_device dma_edu = {
	.name = "edu",
	.ids = {{PCI_DEVICE(VENDOR, DEVICE)}},
	.bar = 0,
	.open = edu_open,
	.move = edu_move,
	.close = edu_close,
};
