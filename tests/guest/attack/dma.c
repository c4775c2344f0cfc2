// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attacks by devices: "dma DEVICE read ADDRESS" and "dma DEVICE write ADDRESS
 * VALUE". Called by main.c. All addresses are physical: Linux's own handling
 * of DMA is not asked. The device must have no driver.
 */
#include "dma.h"

#include "attack.h"

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/string.h>

/* What a device holds before it reads, to be told from what it has read. */
#define SEED 0x6465657361766264ull

static const struct dma_device *const devices[] = {&dma_edu, &dma_nvme,
						   &dma_ahci, &dma_virtio};

static const struct dma_device *device_named(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(devices); i++) {
		if (strcmp(devices[i]->name, name) == 0) {
			return devices[i];
		}
	}
	return NULL;
}

/* The latest such device without a driver; the caller gives it back. */
static struct pci_dev *device_find(const struct dma_device *device)
{
	struct pci_dev *found = NULL;
	struct pci_dev *pci = NULL;

	for_each_pci_dev(pci)
	{
		if (pci->driver == NULL && pci_match_id(device->ids, pci)) {
			pci_dev_put(found);
			found = pci_dev_get(pci);
		}
	}
	return found;
}

static void dma_close(struct dma *dma, const struct dma_device *device)
{
	device->close(dma);
	pci_clear_master(dma->pci);
	pci_iounmap(dma->pci, dma->registers);
	pci_disable_device(dma->pci);
	free_pages((unsigned long)dma->memory, DMA_MEMORY_ORDER);
	pci_dev_put(dma->pci);
}

static int dma_open(struct dma *dma, const struct dma_device *device)
{
	int status;

	dma->pci = device_find(device);
	if (dma->pci == NULL) {
		return -ENODEV;
	}
	dma->memory = (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO,
					       DMA_MEMORY_ORDER);
	if (dma->memory == NULL) {
		status = -ENOMEM;
		goto put_device;
	}
	status = pci_enable_device(dma->pci);
	if (status != 0) {
		goto free_memory;
	}
	dma->registers = pci_iomap(dma->pci, device->bar, 0);
	if (dma->registers == NULL) {
		status = -ENOMEM;
		goto disable_device;
	}
	pci_intx(dma->pci, 0);
	pci_set_master(dma->pci);
	status = device->open(dma);
	if (status != 0) {
		dma_close(dma, device);
	}
	return status;

disable_device:
	pci_disable_device(dma->pci);
free_memory:
	free_pages((unsigned long)dma->memory, DMA_MEMORY_ORDER);
put_device:
	pci_dev_put(dma->pci);
	return status;
}

static void buffer_fill(u64 *buffer, u64 value)
{
	memset64(buffer, value, PAGE_SIZE / sizeof(*buffer));
}

/*
 * The device seeds itself from our buffer, reads there and empties itself
 * into the buffer. Devices tend to keep silent about what they could not
 * read, so only the content counts.
 */
static int device_read(struct dma *dma, const struct dma_device *device,
		       u64 *buffer, u64 physical)
{
	int status;

	buffer_fill(buffer, SEED);
	status = device->move(dma, DMA_LOAD, virt_to_phys(buffer));
	if (status != 0) {
		return status;
	}
	(void)device->move(dma, DMA_LOAD, physical);
	buffer_fill(buffer, 0);
	status = device->move(dma, DMA_STORE, virt_to_phys(buffer));
	if (status != 0) {
		return status;
	}
	if (buffer[0] == 0 || buffer[0] == SEED) {
		say("blocked 0x%llx", buffer[0]);
	} else {
		say("succeeded 0x%llx", buffer[0]);
	}
	return 0;
}

/* The device fills itself from our buffer and writes it there. */
static int device_write(struct dma *dma, const struct dma_device *device,
			u64 *buffer, u64 physical, u64 value)
{
	int status;

	buffer_fill(buffer, value);
	status = device->move(dma, DMA_LOAD, virt_to_phys(buffer));
	if (status != 0) {
		return status;
	}
	status = device->move(dma, DMA_STORE, physical);
	if (status == 0) {
		say("done");
	} else {
		say("refused (%d)", status);
	}
	return 0;
}

static int dma_run(const struct command *command, u64 *buffer)
{
	const struct dma_device *device =
		device_named(command_word(command, 1));
	const char *act = command_word(command, 2);
	u64 physical = command_number(command, 3);
	struct dma dma;
	int status;

	if (device == NULL) {
		return -ENODEV;
	}
	status = dma_open(&dma, device);
	if (status != 0) {
		return status;
	}
	if (strcmp(act, "read") == 0) {
		status = device_read(&dma, device, buffer, physical);
	} else if (strcmp(act, "write") == 0) {
		status = device_write(&dma, device, buffer, physical,
				      command_number(command, 4));
	} else {
		status = -EINVAL;
	}
	dma_close(&dma, device);
	return status;
}

void attack_dma(const struct command *command)
{
	u64 *buffer = (u64 *)__get_free_page(GFP_KERNEL);
	int status = buffer != NULL ? dma_run(command, buffer) : -ENOMEM;

	if (status != 0) {
		say("error %d", status);
	}
	free_page((unsigned long)buffer);
}
