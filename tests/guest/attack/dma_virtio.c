// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A disk by virtio 1.0, with one request at a time in a queue of our own.
 * Used by dma.c, which moves the first sector.
 */
#include "dma.h"

#include <linux/errno.h>
#include <linux/iopoll.h>
#include <linux/string.h>
#include <linux/virtio_pci_modern.h>
#include <uapi/linux/virtio_blk.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_ids.h>
#include <uapi/linux/virtio_ring.h>

#define DEVICE_MODERN (0x1040 + VIRTIO_ID_BLOCK)
#define BAR_REGISTERS 4 /* QEMU's choice; the capabilities tell it again */
#define QUEUE	      0
#define DEPTH	      8
#define NO_STATUS     0xff

/* Pages. */
enum {
	PAGE_RING,
	PAGE_REQUEST
};

struct request {
	struct virtio_blk_outhdr header;
	u8 status;
};

static struct virtio_pci_modern_device device;
static struct vring ring;
static void __iomem *bell;

static int features_settle(void)
{
	u64 features = vp_modern_get_features(&device);

	vp_modern_set_status(&device, 0);
	vp_modern_set_status(&device, VIRTIO_CONFIG_S_ACKNOWLEDGE |
					      VIRTIO_CONFIG_S_DRIVER);
	features &=
		BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_F_ACCESS_PLATFORM);
	vp_modern_set_features(&device, features);
	vp_modern_set_status(&device, vp_modern_get_status(&device) |
					      VIRTIO_CONFIG_S_FEATURES_OK);
	return (vp_modern_get_status(&device) & VIRTIO_CONFIG_S_FEATURES_OK) !=
			       0
		       ? 0
		       : -EINVAL;
}

static int virtio_open(struct dma *dma)
{
	int status;

	device = (struct virtio_pci_modern_device){.pci_dev = dma->pci};
	status = vp_modern_probe(&device);
	if (status != 0) {
		device.common = NULL;
		return status;
	}
	status = features_settle();
	if (status != 0) {
		return status;
	}
	vring_init(&ring, DEPTH, dma_page(dma, PAGE_RING), SMP_CACHE_BYTES);
	vp_modern_set_queue_size(&device, QUEUE, DEPTH);
	vp_modern_queue_address(&device, QUEUE, virt_to_phys(ring.desc),
				virt_to_phys(ring.avail),
				virt_to_phys(ring.used));
	ring.avail->flags = VRING_AVAIL_F_NO_INTERRUPT;
	bell = vp_modern_map_vq_notify(&device, QUEUE, NULL);
	if (bell == NULL || device.notify_base == NULL) {
		return -EINVAL;
	}
	vp_modern_set_queue_enable(&device, QUEUE, true);
	vp_modern_set_status(&device, vp_modern_get_status(&device) |
					      VIRTIO_CONFIG_S_DRIVER_OK);
	return 0;
}

static int virtio_move(struct dma *dma, enum dma_way way, u64 physical)
{
	struct request *request = dma_page(dma, PAGE_REQUEST);
	u16 wanted = ring.avail->idx + 1;
	u16 used;
	int status;

	*request = (struct request){
		.header.type =
			way == DMA_LOAD ? VIRTIO_BLK_T_OUT : VIRTIO_BLK_T_IN,
		.status = NO_STATUS,
	};
	ring.desc[0] = (struct vring_desc){
		.addr = virt_to_phys(&request->header),
		.len = sizeof(request->header),
		.flags = VRING_DESC_F_NEXT,
		.next = 1,
	};
	ring.desc[1] = (struct vring_desc){
		.addr = physical,
		.len = DMA_SECTOR_BYTES,
		.flags = VRING_DESC_F_NEXT |
			 (way == DMA_STORE ? VRING_DESC_F_WRITE : 0),
		.next = 2,
	};
	ring.desc[2] = (struct vring_desc){
		.addr = virt_to_phys(&request->status),
		.len = sizeof(request->status),
		.flags = VRING_DESC_F_WRITE,
	};
	ring.avail->ring[ring.avail->idx % DEPTH] = 0;
	wmb(); /* the device reads them once the index says so */
	WRITE_ONCE(ring.avail->idx, wanted);
	wmb(); /* and the index once the bell has rung */
	vp_iowrite16(QUEUE, bell);
	status = read_poll_timeout(READ_ONCE, used, used == wanted, DMA_POLL_US,
				   DMA_PATIENCE_US, false, ring.used->idx);
	return status != 0 ? status : request->status;
}

static void virtio_close(struct dma *dma)
{
	if (device.common == NULL) {
		return;
	}
	vp_modern_set_status(&device, 0);
	vp_modern_remove(&device);
}

const struct dma_device dma_virtio = {
	.name = "virtio",
	.ids = {{PCI_DEVICE(PCI_VENDOR_ID_REDHAT_QUMRANET, DEVICE_MODERN)}},
	.bar = BAR_REGISTERS,
	.open = virtio_open,
	.move = virtio_move,
	.close = virtio_close,
};
