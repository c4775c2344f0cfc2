/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges PCI configuration writes. Called by the port and nested-fault
 * handlers under the configuration lock (config_space.h has the invariant).
 *
 * Three kinds of register matter. Chipset registers that move memory, and what
 * an IOMMU's function has behind its header, keep the value the firmware gave
 * them. Windows of functions (BARs, option ROMs,
 * bridge windows, virtual functions) may go anywhere but over our frames, and
 * are judged as they will be after the write, whenever the function will
 * decode memory then.
 */
#include "hv/core/config_space.h"

#include <stddef.h>

#include "hv/core/chipset.h"
#include "hv/core/pci.h"

struct frozen {
	uint8_t device; /* on bus 0 */
	uint8_t function;
	uint16_t offset;
	uint16_t len_bytes;
};

#define Q35_HOST(offset, len_bytes)                                   \
	{                                                             \
		Q35_HOST_DEVICE, Q35_HOST_FUNCTION, offset, len_bytes \
	}
#define ICH9_LPC(offset, len_bytes)                                   \
	{                                                             \
		ICH9_LPC_DEVICE, ICH9_LPC_FUNCTION, offset, len_bytes \
	}

/* docs/platform.md says what each of them moves. */
static const struct frozen frozen_q35[] = {
	Q35_HOST(Q35_EPBAR, 8),	     Q35_HOST(Q35_MCHBAR, 8),
	Q35_HOST(Q35_EXT_TSEG, 2),   Q35_HOST(Q35_PCIEXBAR, 8),
	Q35_HOST(Q35_DMIBAR, 8),     Q35_HOST(Q35_PAM0, 7),
	Q35_HOST(Q35_LAC, 1),	     Q35_HOST(Q35_REMAPBASE, 2),
	Q35_HOST(Q35_REMAPLIMIT, 2), Q35_HOST(Q35_F_SMBASE, 1),
	Q35_HOST(Q35_SMRAM, 1),	     Q35_HOST(Q35_ESMRAMC, 1),
	Q35_HOST(Q35_TOM, 2),	     Q35_HOST(Q35_TOUUD, 2),
	Q35_HOST(Q35_GBSM, 8),	     Q35_HOST(Q35_TSEGMB, 4),
	Q35_HOST(Q35_TOLUD, 2),	     ICH9_LPC(ICH9_PMBASE, 4),
	ICH9_LPC(ICH9_ACPI_CNTL, 1), ICH9_LPC(ICH9_GEN_PMCON_1, 2),
	ICH9_LPC(ICH9_RCBA, 4),
};

/* One write while it is judged. */
struct judge {
	const struct config_rules *rules;
	const struct config_write *write;
	bool decoding; /* the function decodes memory before the write */
};

/* A BAR as it will be. */
struct bar {
	uint16_t offset;
	bool wide; /* 64 bits, the upper half in the next register */
	bool raw;  /* being written: low bits are not the hardware's yet */
	uint64_t base;
	uint64_t base_mask; /* of the low register */
};

static uint32_t read_at(const struct judge *judge, unsigned offset,
			unsigned size_bytes)
{
	struct config_address from = judge->write->to;

	from.offset = (uint16_t)offset;
	return judge->rules->read(from, size_bytes);
}

static void write_at(const struct judge *judge, unsigned offset,
		     unsigned size_bytes, uint64_t value)
{
	struct config_address to = judge->write->to;

	to.offset = (uint16_t)offset;
	judge->rules->write(to, size_bytes, (uint32_t)value);
}

/* Whether the write changes bytes of [offset, offset + len_bytes). */
static bool touches(const struct config_write *write, unsigned offset,
		    unsigned len_bytes)
{
	return write->to.offset < offset + len_bytes &&
	       offset < (unsigned)write->to.offset + write->size_bytes;
}

/* The register at `offset`, a multiple of four, as it will be. */
static uint32_t after_write(const struct judge *judge, unsigned offset)
{
	const struct config_write *write = judge->write;
	uint32_t value = read_at(judge, offset, PCI_DWORD_BYTES);

	if (!touches(write, offset, PCI_DWORD_BYTES)) {
		return value;
	}
	unsigned shift = 8 * (write->to.offset - offset);
	uint64_t mask = MASK64(8 * write->size_bytes - 1, 0) << shift;

	return (uint32_t)((value & ~mask) | ((write->value << shift) & mask));
}

/* Whether `copies` times `size_bytes` from `base` on meet our frames. */
static bool over_own(const struct judge *judge, uint64_t base,
		     uint64_t size_bytes, uint64_t copies)
{
	const struct frames *own = judge->rules->own;
	uint64_t all;
	uint64_t last;

	if (__builtin_mul_overflow(size_bytes, copies, &all) ||
	    __builtin_add_overflow(base, all - 1, &last)) {
		last = UINT64_MAX;
	}
	for (unsigned i = 0; i < judge->rules->own_count; i++) {
		if (base >> PAGE_SHIFT < own[i].first + own[i].count &&
		    last >> PAGE_SHIFT >= own[i].first) {
			return true;
		}
	}
	return false;
}

/* Whether the write would change a byte of [offset, offset + len_bytes). */
static bool changes(const struct judge *judge, unsigned offset,
		    unsigned len_bytes)
{
	const struct config_write *write = judge->write;

	for (unsigned i = 0; i < write->size_bytes; i++) {
		unsigned at = write->to.offset + i;

		if (at >= offset && at < offset + len_bytes &&
		    read_at(judge, at, 1) !=
			    ((write->value >> (8 * i)) & MASK64(7, 0))) {
			return true;
		}
	}
	return false;
}

static bool changes_frozen(const struct judge *judge)
{
	const struct config_address *to = &judge->write->to;

	if (judge->rules->chipset != HANDOFF_CHIPSET_Q35 || to->bus != 0) {
		return false;
	}
	for (size_t i = 0; i < sizeof(frozen_q35) / sizeof(frozen_q35[0]);
	     i++) {
		const struct frozen *row = &frozen_q35[i];

		if (row->device == to->device &&
		    row->function == to->function &&
		    changes(judge, row->offset, row->len_bytes)) {
			return true;
		}
	}
	return false;
}

/* Its capability has the base and the switch, others lead to all of it. */
static bool changes_iommu(const struct judge *judge)
{
	const struct config_address *to = &judge->write->to;
	const struct handoff_dma *dma = judge->rules->dma;
	uint64_t function = config_event_address(*to) / PCI_CONFIG_BYTES;

	for (uint32_t i = 0; i < dma->iommu_count; i++) {
		if (dma->iommu[i].segment == 0 &&
		    dma->iommu[i].function == function) {
			return changes(judge, PCI_HEADER_BYTES,
				       PCI_CONFIG_BYTES - PCI_HEADER_BYTES);
		}
	}
	return false;
}

static uint64_t address_bits(const struct judge *judge, const struct bar *bar)
{
	uint64_t bits =
		read_at(judge, bar->offset, PCI_DWORD_BYTES) & bar->base_mask;

	if (bar->wide) {
		bits |= (uint64_t)read_at(judge, bar->offset + PCI_DWORD_BYTES,
					  PCI_DWORD_BYTES)
			<< 32;
	}
	return bits;
}

/*
 * Asks the function for a BAR's size as PCI 6.2.5.1 says, with its decoding
 * off meanwhile; everything is put back. 0: no such BAR.
 */
static uint64_t bar_size(const struct judge *judge, const struct bar *bar)
{
	unsigned upper = bar->offset + PCI_DWORD_BYTES;
	uint32_t command = read_at(judge, PCI_COMMAND, 2);
	uint32_t low = read_at(judge, bar->offset, PCI_DWORD_BYTES);
	uint32_t high = 0;

	if (judge->decoding) {
		write_at(judge, PCI_COMMAND, 2, command & ~PCI_COMMAND_MEMORY);
	}
	/* Not the enable bit of a ROM. */
	write_at(judge, bar->offset, PCI_DWORD_BYTES, bar->base_mask);
	if (bar->wide) {
		high = read_at(judge, upper, PCI_DWORD_BYTES);
		write_at(judge, upper, PCI_DWORD_BYTES, PCI_ALL_ONES);
	}
	uint64_t bits = address_bits(judge, bar);

	if (bar->wide) {
		write_at(judge, upper, PCI_DWORD_BYTES, high);
	}
	write_at(judge, bar->offset, PCI_DWORD_BYTES, low);
	if (judge->decoding) {
		write_at(judge, PCI_COMMAND, 2, command);
	}
	return bits & (~bits + 1);
}

/* Whether `copies` adjacent windows of this BAR would lie over our frames. */
static bool bar_over_own(const struct judge *judge, const struct bar *bar,
			 uint64_t copies)
{
	/* A window is aligned to its size: try without asking for that. */
	uint64_t lowest = bar->base & (~bar->base + 1);

	if (bar->raw && !bar->wide &&
	    !over_own(judge, bar->base & ~(PCI_BAR_LARGEST - 1),
		      PCI_BAR_LARGEST, 1)) {
		return false;
	}
	if (!bar->raw && bar->base != 0 &&
	    !over_own(judge, bar->base, lowest, copies)) {
		return false;
	}
	uint64_t size_bytes = bar_size(judge, bar);

	return size_bytes != 0 && over_own(judge, bar->base & ~(size_bytes - 1),
					   size_bytes, copies);
}

/* Judges `count` BARs from `offset`. */
static bool bars_over_own(const struct judge *judge, unsigned offset,
			  unsigned count, uint64_t copies)
{
	for (unsigned i = 0; i < count; i++) {
		unsigned at = offset + i * PCI_DWORD_BYTES;
		/* The kind of a BAR is the hardware's, not the write's. */
		uint32_t kind = read_at(judge, at, PCI_DWORD_BYTES);
		struct bar bar = {
			.offset = (uint16_t)at,
			.base_mask = PCI_BAR_BASE,
			.base = after_write(judge, at) & PCI_BAR_BASE,
			.raw = touches(judge->write, at, PCI_DWORD_BYTES),
		};

		if ((kind & PCI_BAR_IO) != 0) {
			continue;
		}
		if (field_get(kind, PCI_BAR_TYPE) == PCI_BAR_TYPE_64 &&
		    i + 1 < count) {
			i++;
			at += PCI_DWORD_BYTES;
			bar.wide = true;
			bar.base |= (uint64_t)after_write(judge, at) << 32;
			bar.raw |= touches(judge->write, at, PCI_DWORD_BYTES);
		}
		if ((bar.raw || !judge->decoding) &&
		    bar_over_own(judge, &bar, copies)) {
			return true;
		}
	}
	return false;
}

static bool rom_over_own(const struct judge *judge, unsigned offset)
{
	uint32_t value = after_write(judge, offset);
	struct bar bar = {
		.offset = (uint16_t)offset,
		.base_mask = PCI_ROM_BASE,
		.base = value & PCI_ROM_BASE,
		.raw = touches(judge->write, offset, PCI_DWORD_BYTES),
	};

	return (value & PCI_ROM_ENABLE) != 0 && (bar.raw || !judge->decoding) &&
	       bar_over_own(judge, &bar, 1);
}

static bool bridge_window_over_own(const struct judge *judge, unsigned offset)
{
	uint32_t value = after_write(judge, offset);
	uint64_t base = field_get(value, PCI_BRIDGE_BASE) << PCI_BRIDGE_SHIFT;
	uint64_t limit = field_get(value, PCI_BRIDGE_LIMIT) << PCI_BRIDGE_SHIFT;

	if (offset == PCI_BRIDGE_PREFETCH &&
	    field_get(value, PCI_BRIDGE_WIDTH) == PCI_BRIDGE_WIDTH_64) {
		base |= (uint64_t)after_write(judge, PCI_BRIDGE_BASE_UPPER)
			<< 32;
		limit |= (uint64_t)after_write(judge, PCI_BRIDGE_LIMIT_UPPER)
			 << 32;
	}
	return base <= limit &&
	       over_own(judge, base,
			limit - base + (UINT64_C(1) << PCI_BRIDGE_SHIFT), 1);
}

/* Whether any window of the function would lie over our frames. */
static bool windows_over_own(const struct judge *judge)
{
	switch (read_at(judge, PCI_HEADER_TYPE, 1) & PCI_HEADER_TYPE_MASK) {
	case PCI_HEADER_DEVICE:
		return bars_over_own(judge, PCI_BAR_FIRST, PCI_DEVICE_BARS,
				     1) ||
		       rom_over_own(judge, PCI_DEVICE_ROM);
	case PCI_HEADER_BRIDGE:
		return bars_over_own(judge, PCI_BAR_FIRST, PCI_BRIDGE_BARS,
				     1) ||
		       rom_over_own(judge, PCI_BRIDGE_ROM) ||
		       bridge_window_over_own(judge, PCI_BRIDGE_MEMORY) ||
		       bridge_window_over_own(judge, PCI_BRIDGE_PREFETCH);
	default:
		return true; /* windows we cannot find are not switched on */
	}
}

static bool header_refused(const struct judge *judge)
{
	bool will_decode =
		(after_write(judge, PCI_COMMAND) & PCI_COMMAND_MEMORY) != 0;

	if (!will_decode) {
		return false;
	}
	if (judge->decoding &&
	    !changes(judge, PCI_WINDOWS, PCI_WINDOWS_END - PCI_WINDOWS)) {
		return false;
	}
	return windows_over_own(judge);
}

/* Virtual functions: their BARs are frozen while they decode. */
static bool sriov_refused(const struct judge *judge, unsigned capability)
{
	unsigned control = capability + PCI_SRIOV_CONTROL;
	bool on = (read_at(judge, control, 2) & PCI_SRIOV_CONTROL_ON) ==
		  PCI_SRIOV_CONTROL_ON;
	bool will_be = (after_write(judge, control) & PCI_SRIOV_CONTROL_ON) ==
		       PCI_SRIOV_CONTROL_ON;

	if (on) {
		return changes(judge, capability + PCI_SRIOV_PAGE_SIZE,
			       PCI_SRIOV_BARS_END - PCI_SRIOV_PAGE_SIZE);
	}
	if (!will_be) {
		return false;
	}
	struct judge switching = *judge;
	uint64_t copies = field_get(
		read_at(judge, capability + PCI_SRIOV_TOTAL, PCI_DWORD_BYTES),
		PCI_SRIOV_TOTAL_VFS);

	switching.decoding = false;
	return bars_over_own(&switching, capability + PCI_SRIOV_BARS,
			     (PCI_SRIOV_BARS_END - PCI_SRIOV_BARS) /
				     PCI_DWORD_BYTES,
			     copies);
}

/*
 * Extended capabilities that hold or resize windows. A resized BAR is judged
 * when decoding is switched on, so it may not change while that is on. Those
 * of virtual functions keep the size they have.
 */
static bool extended_refused(const struct judge *judge)
{
	unsigned at = PCI_EXTENDED_FIRST;

	for (unsigned hops = 0;
	     at >= PCI_EXTENDED_FIRST && hops < PCI_EXTENDED_MOST; hops++) {
		uint32_t header = read_at(judge, at, PCI_DWORD_BYTES);
		uint64_t id = field_get(header, PCI_EXTENDED_ID);

		if (id == PCI_SRIOV_ID &&
		    touches(judge->write, at, PCI_SRIOV_BARS_END) &&
		    sriov_refused(judge, at)) {
			return true;
		}
		if ((id == PCI_RESIZE_VF_ID ||
		     (id == PCI_RESIZE_ID && judge->decoding)) &&
		    changes(judge, at + PCI_RESIZE_FIRST,
			    PCI_RESIZE_END - PCI_RESIZE_FIRST)) {
			return true;
		}
		at = (unsigned)field_get(header, PCI_EXTENDED_NEXT) &
		     ~(PCI_DWORD_BYTES - 1);
	}
	return false;
}

enum config_answer config_decide(const struct config_rules *rules,
				 const struct config_write *write)
{
	struct judge judge = {.rules = rules, .write = write};
	unsigned in_dword = write->to.offset & (PCI_DWORD_BYTES - 1);

	if (write->size_bytes == 0 ||
	    in_dword + write->size_bytes > PCI_DWORD_BYTES) {
		return CONFIG_REFUSE;
	}
	if (read_at(&judge, PCI_VENDOR_ID, 2) == PCI_VENDOR_ABSENT) {
		return CONFIG_PASS;
	}
	judge.decoding =
		(read_at(&judge, PCI_COMMAND, 2) & PCI_COMMAND_MEMORY) != 0;
	if (changes_iommu(&judge)) {
		return CONFIG_REFUSE_IOMMU;
	}
	bool refused = changes_frozen(&judge);

	if (touches(write, PCI_COMMAND, 2) ||
	    touches(write, PCI_WINDOWS, PCI_WINDOWS_END - PCI_WINDOWS)) {
		refused = refused || header_refused(&judge);
	} else if (write->to.offset >= PCI_EXTENDED_FIRST) {
		refused = refused || extended_refused(&judge);
	}
	return refused ? CONFIG_REFUSE : CONFIG_PASS;
}

enum config_port config_from_port(uint32_t latch, uint16_t port,
				  unsigned size_bytes, uint32_t value,
				  struct config_write *write)
{
	unsigned end = port + size_bytes;

	if (port == PCI_PORT_ADDRESS && size_bytes == PCI_DWORD_BYTES) {
		return CONFIG_PORT_ADDRESS;
	}
	if (end <= PCI_PORT_DATA || port >= PCI_PORT_END ||
	    (latch & PCI_LATCH_ENABLE) == 0) {
		return CONFIG_PORT_NONE;
	}
	if (port < PCI_PORT_DATA || end > PCI_PORT_END ||
	    (latch & PCI_LATCH_RESERVED) != 0) {
		return CONFIG_PORT_REFUSED;
	}
	unsigned dword = (unsigned)(latch & PCI_LATCH_OFFSET);

	*write = (struct config_write){
		.to = {.bus = (uint8_t)field_get(latch, PCI_LATCH_BUS),
		       .device = (uint8_t)field_get(latch, PCI_LATCH_DEVICE),
		       .function =
			       (uint8_t)field_get(latch, PCI_LATCH_FUNCTION),
		       .offset = (uint16_t)(dword + (port - PCI_PORT_DATA))},
		.size_bytes = (uint8_t)size_bytes,
		.value = value,
	};
	return CONFIG_PORT_DATA;
}

bool config_from_ecam(const struct handoff_platform *platform, gpa_t address,
		      unsigned size_bytes, uint64_t value,
		      struct config_write *write)
{
	uint64_t at = address.value - platform->ecam_base;

	if (platform->ecam_base == 0 || address.value < platform->ecam_base ||
	    at >= platform->ecam_bus_count * PCI_ECAM_BUS_BYTES) {
		return false;
	}
	*write = (struct config_write){
		.to = {.bus = (uint8_t)field_get(at, PCI_ECAM_BUS),
		       .device = (uint8_t)field_get(at, PCI_ECAM_DEVICE),
		       .function = (uint8_t)field_get(at, PCI_ECAM_FUNCTION),
		       .offset = (uint16_t)field_get(at, PCI_ECAM_OFFSET)},
		.size_bytes = (uint8_t)size_bytes,
		.value = value,
	};
	return true;
}

uint64_t config_event_address(struct config_address address)
{
	return field_put(0, PCI_ECAM_BUS, address.bus) |
	       field_put(0, PCI_ECAM_DEVICE, address.device) |
	       field_put(0, PCI_ECAM_FUNCTION, address.function) |
	       field_put(0, PCI_ECAM_OFFSET, address.offset);
}
