// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first disk of a SATA controller, by AHCI 1.3: one command slot, polled.
 * Used by dma.c, which moves the first sector.
 */
#include "dma.h"

#include <linux/ata.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/iopoll.h>

/* Section 3.1: of the controller. */
#define REGISTER_CONTROL 0x04
#define CONTROL_AHCI	 0x80000000u /* and no interrupts */
#define REGISTER_PORTS	 0x0c
#define PORTS_MOST	 32
#define PORT(index)	 (0x100 + (index)*0x80)
/* Section 3.3: of a port. */
#define PORT_LIST	  0x00
#define PORT_RECEIVED	  0x08
#define PORT_COMMAND	  0x18
#define COMMAND_START	  0x0001u
#define COMMAND_RECEIVE	  0x0010u
#define COMMAND_RECEIVING 0x4000u
#define COMMAND_RUNNING	  0x8000u
#define PORT_TASK	  0x20
#define PORT_LINK	  0x28
#define LINK_DETECTION	  0xfu
#define LINK_ESTABLISHED  3u
#define PORT_ERRORS	  0x30
#define PORT_ISSUE	  0x38

/* Pages. */
enum {
	PAGE_LIST,
	PAGE_RECEIVED,
	PAGE_TABLE
};

/* Section 4.2.2: an entry of the command list. */
struct slot {
	u32 flags; /* length of the FIS in dwords, and: */
#define SLOT_WRITE	 0x40u
#define SLOT_PIECE_COUNT 0x10000u /* the unit of the count of pieces */
	u32 done_bytes;
	u64 table;
	u32 reserved_zero[4];
};
static_assert(sizeof(struct slot) == 0x20);

/* Section 4.2.3: what a slot points at; the memory is one piece. */
struct table {
	u8 fis[0x40]; /* "register, host to device", SATA 3, 10.5.5 */
#define FIS_HOST_TO_DEVICE 0x27
#define FIS_COMMAND	   0x80
#define FIS_DWORDS	   5
	u8 packet[0x40];
	u64 piece;
	u32 piece_reserved_zero;
	u32 piece_last; /* its bytes, less one */
};
static_assert(sizeof(struct table) == 0x90);

static void __iomem *port;

static int port_stop(void)
{
	u32 command = readl(port + PORT_COMMAND);

	writel(command & ~(COMMAND_START | COMMAND_RECEIVE),
	       port + PORT_COMMAND);
	return readl_poll_timeout(
		port + PORT_COMMAND, command,
		(command & (COMMAND_RUNNING | COMMAND_RECEIVING)) == 0,
		DMA_POLL_US, DMA_PATIENCE_US);
}

static void __iomem *port_with_disk(const struct dma *dma)
{
	u32 ports = readl(dma->registers + REGISTER_PORTS);
	unsigned int i;

	for (i = 0; i < PORTS_MOST; i++) {
		void __iomem *at = dma->registers + PORT(i);

		if ((ports >> i & 1) != 0 &&
		    (readl(at + PORT_LINK) & LINK_DETECTION) ==
			    LINK_ESTABLISHED) {
			return at;
		}
	}
	return NULL;
}

static int ahci_open(struct dma *dma)
{
	u32 command;
	int status;

	writel(CONTROL_AHCI, dma->registers + REGISTER_CONTROL);
	port = port_with_disk(dma);
	if (port == NULL) {
		return -ENODEV;
	}
	status = port_stop();
	if (status != 0) {
		return status;
	}
	writeq(virt_to_phys(dma_page(dma, PAGE_LIST)), port + PORT_LIST);
	writeq(virt_to_phys(dma_page(dma, PAGE_RECEIVED)),
	       port + PORT_RECEIVED);
	writel(~0u, port + PORT_ERRORS);
	command = readl(port + PORT_COMMAND) | COMMAND_RECEIVE;
	writel(command, port + PORT_COMMAND);
	writel(command | COMMAND_START, port + PORT_COMMAND);
	return 0;
}

static int ahci_move(struct dma *dma, enum dma_way way, u64 physical)
{
	struct slot *slot = dma_page(dma, PAGE_LIST);
	struct table *table = dma_page(dma, PAGE_TABLE);
	u32 issued, task;
	int status;

	*table = (struct table){
		.fis = {[0] = FIS_HOST_TO_DEVICE,
			[1] = FIS_COMMAND,
			[2] = way == DMA_LOAD ? ATA_CMD_WRITE : ATA_CMD_READ,
			[7] = ATA_LBA,
			[12] = 1 /* sector */},
		.piece = physical,
		.piece_last = DMA_SECTOR_BYTES - 1,
	};
	*slot = (struct slot){
		.flags = FIS_DWORDS | SLOT_PIECE_COUNT |
			 (way == DMA_LOAD ? SLOT_WRITE : 0),
		.table = virt_to_phys(table),
	};
	wmb(); /* the device reads both at once */
	writel(1, port + PORT_ISSUE);
	status = readl_poll_timeout(port + PORT_ISSUE, issued, issued == 0,
				    DMA_POLL_US, DMA_PATIENCE_US);
	if (status != 0) {
		return status;
	}
	task = readl(port + PORT_TASK);
	return (task & ATA_ERR) != 0 ? (int)task : 0;
}

static void ahci_close(struct dma *dma)
{
	if (port != NULL) {
		(void)port_stop();
	}
}

const struct dma_device dma_ahci = {
	.name = "ahci",
	.ids = {{PCI_DEVICE_CLASS(PCI_CLASS_STORAGE_SATA_AHCI, ~0u)}},
	.bar = 5,
	.open = ahci_open,
	.move = ahci_move,
	.close = ahci_close,
};
