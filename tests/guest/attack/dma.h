/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices that move memory for an attacker: each takes some bytes from any
 * physical address, keeps them, and gives them to any other. dma.c finds the
 * device and makes attacks of that; dma_*.c each know one.
 */
#ifndef OPENVBS_TESTS_GUEST_ATTACK_DMA_H
#define OPENVBS_TESTS_GUEST_ATTACK_DMA_H

#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/types.h>

#define DMA_SECTOR_BYTES 512
#define DMA_MEMORY_ORDER 2
#define DMA_POLL_US	 100
#define DMA_PATIENCE_US	 5000000

/* A device at work. */
struct dma {
	struct pci_dev *pci;
	void __iomem *registers; /* its BAR */
	void *memory;		 /* zeroed pages, for its queues */
};

enum dma_way {
	DMA_LOAD,  /* from memory into the device */
	DMA_STORE, /* and from there into memory */
};

/*
 * How to use a kind of device. Functions return 0, a negative error number,
 * or what the device said. What `open` did before it failed is for `close`,
 * too.
 */
struct dma_device {
	const char *name;
	struct pci_device_id ids[2]; /* the second ends the list */
	unsigned int bar;
	int (*open)(struct dma *dma);
	int (*move)(struct dma *dma, enum dma_way way, u64 physical);
	void (*close)(struct dma *dma);
};

extern const struct dma_device dma_ahci;
extern const struct dma_device dma_edu;
extern const struct dma_device dma_nvme;
extern const struct dma_device dma_virtio;

static inline void *dma_page(const struct dma *dma, unsigned int index)
{
	return dma->memory + index * PAGE_SIZE;
}

#endif
