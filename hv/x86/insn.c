/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoder of the stores that drivers and firmware use on device registers.
 * Called by the nested-fault handler with bytes that VTL0 controls.
 *
 * Invariant: reads only bytes[0..count), at most INSN_BYTES_MAX of them, and
 * writes only *store, and that only on success.
 */
#include "hv/x86/insn.h"

#include "hv/x86/opcode.h"

uint8_t insn_byte(struct insn_cursor *cursor)
{
	uint8_t byte = 0;

	if (cursor->next < cursor->count) {
		byte = cursor->bytes[cursor->next];
	}
	cursor->next++;
	return byte;
}

bool insn_ended(const struct insn_cursor *cursor)
{
	return cursor->next > cursor->count;
}

uint64_t insn_number(struct insn_cursor *cursor, unsigned size_bytes)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < size_bytes; i++) {
		number |= (uint64_t)insn_byte(cursor) << (8 * i);
	}
	return number;
}

/* Takes one legacy prefix; false: `byte` is something else. */
static bool take_prefix(struct insn_cursor *cursor, uint8_t byte)
{
	switch (byte) {
	case PREFIX_OPERAND_SIZE:
		cursor->operand_prefix = true;
		return true;
	case PREFIX_ADDRESS_SIZE:
		cursor->address_prefix = true;
		return true;
	case PREFIX_LOCK:
		cursor->lock_prefix = true;
		return true;
	case PREFIX_CS:
	case PREFIX_SS:
	case PREFIX_DS:
	case PREFIX_ES:
		cursor->segment_prefix |= cursor->mode != INSN_MODE_64;
		return true;
	case PREFIX_FS:
	case PREFIX_GS:
		cursor->segment_prefix = true;
		return true;
	case PREFIX_REPNE:
	case PREFIX_REP:
		return true; /* changes neither size nor value of a MOV */
	default:
		return false;
	}
}

/*
 * A REX counts only directly before the opcode; one that a legacy prefix follows is ignored, as
 * the processor does.
 */
uint8_t insn_opcode(struct insn_cursor *cursor)
{
	for (;;) {
		uint8_t byte = insn_byte(cursor);

		if (insn_ended(cursor)) {
			return 0;
		}
		if (cursor->mode == INSN_MODE_64 && (byte & REX_MASK) == REX) {
			cursor->rex = byte;
		} else if (take_prefix(cursor, byte)) {
			cursor->rex = 0;
		} else {
			return byte;
		}
	}
}

/* Size of an operand that is not fixed to a byte: APM vol. 3, table 1-3. */
static unsigned operand_bytes(const struct insn_cursor *cursor)
{
	if ((cursor->rex & REX_W) != 0) {
		return 8;
	}
	bool narrow = (cursor->mode == INSN_MODE_16) != cursor->operand_prefix;
	return narrow ? 2 : 4;
}

/* Size of an address: APM vol. 3, table 1-4. */
static unsigned address_bytes(const struct insn_cursor *cursor)
{
	switch (cursor->mode) {
	case INSN_MODE_64:
		return cursor->address_prefix ? 4 : 8;
	case INSN_MODE_32:
		return cursor->address_prefix ? 2 : 4;
	case INSN_MODE_16:
		break;
	}
	return cursor->address_prefix ? 4 : 2;
}

/* Steps over what follows ModRM in 16-bit addressing. */
static void skip_address16(struct insn_cursor *cursor, uint8_t modrm)
{
	uint64_t mod = field_get(modrm, MODRM_MOD);

	if (mod == MODRM_MOD_DISP8) {
		insn_number(cursor, 1);
	} else if (mod == MODRM_MOD_DISP ||
		   field_get(modrm, MODRM_RM) == MODRM_RM_DISP16) {
		insn_number(cursor, 2);
	}
}

/* The same for 32 and 64 bits, SIB included. */
static void skip_address32(struct insn_cursor *cursor, uint8_t modrm)
{
	uint64_t mod = field_get(modrm, MODRM_MOD);
	bool without_base = field_get(modrm, MODRM_RM) == MODRM_RM_DISP32;

	if (field_get(modrm, MODRM_RM) == MODRM_RM_SIB) {
		uint8_t sib = insn_byte(cursor);

		without_base = field_get(sib, SIB_BASE) == SIB_BASE_DISP32;
	}
	if (mod == MODRM_MOD_DISP8) {
		insn_number(cursor, 1);
	} else if (mod == MODRM_MOD_DISP || without_base) {
		insn_number(cursor, 4);
	}
}

/*
 * Takes ModRM and the address bytes behind it; `reg` gets ModRM.reg. False:
 * the destination is a register, so this is no store.
 */
static bool take_modrm(struct insn_cursor *cursor, unsigned *reg)
{
	uint8_t modrm = insn_byte(cursor);

	if (field_get(modrm, MODRM_MOD) == MODRM_MOD_REG) {
		return false;
	}
	if (address_bytes(cursor) == 2) {
		skip_address16(cursor, modrm);
	} else {
		skip_address32(cursor, modrm);
	}
	*reg = (unsigned)field_get(modrm, MODRM_REG);
	return true;
}

static uint64_t truncate(uint64_t value, unsigned size_bytes)
{
	return value & MASK64(8 * size_bytes - 1, 0);
}

/* Value of register operand `reg`, REX and the old high bytes considered. */
static uint64_t register_value(const struct insn_cursor *cursor,
			       const uint64_t *registers, unsigned reg,
			       unsigned size_bytes)
{
	if (size_bytes == 1 && cursor->rex == 0 && reg >= REGISTER_HIGH8) {
		return truncate(registers[reg - REGISTER_HIGH8] >> 8, 1);
	}
	if ((cursor->rex & REX_R) != 0) {
		reg += REGISTER_EXTENDED;
	}
	return truncate(registers[reg], size_bytes);
}

/* Value of an immediate: 32 bits at most, sign-extended to 64. */
static uint64_t immediate_value(struct insn_cursor *cursor, unsigned size_bytes)
{
	if (size_bytes == 8) {
		return (uint64_t)(int64_t)(int32_t)insn_number(cursor, 4);
	}
	return insn_number(cursor, size_bytes);
}

/* MOV r/m,r and MOVNTI. */
static enum status decode_register(struct insn_cursor *cursor,
				   const uint64_t *registers,
				   struct insn_store *store)
{
	unsigned reg = 0;

	if (!take_modrm(cursor, &reg)) {
		return STATUS_UNSUPPORTED;
	}
	store->value =
		register_value(cursor, registers, reg, store->size_bytes);
	return STATUS_OK;
}

/* MOV r/m,imm: the opcode's extension in ModRM.reg must be 0. */
static enum status decode_immediate(struct insn_cursor *cursor,
				    struct insn_store *store)
{
	unsigned extension = 0;

	if (!take_modrm(cursor, &extension) || extension != 0) {
		return STATUS_UNSUPPORTED;
	}
	store->value = immediate_value(cursor, store->size_bytes);
	return STATUS_OK;
}

static enum status decode_opcode(struct insn_cursor *cursor, uint8_t opcode,
				 const uint64_t *registers,
				 struct insn_store *store)
{
	store->size_bytes = (uint8_t)operand_bytes(cursor);
	switch (opcode) {
	case OPCODE_MOV_RM8_REG8:
		store->size_bytes = 1;
		return decode_register(cursor, registers, store);
	case OPCODE_MOV_RM_REG:
		return decode_register(cursor, registers, store);
	case OPCODE_MOV_RM8_IMM8:
		store->size_bytes = 1;
		return decode_immediate(cursor, store);
	case OPCODE_MOV_RM_IMM:
		return decode_immediate(cursor, store);
	case OPCODE_MOV_MOFFS8_AL:
		store->size_bytes = 1;
		break;
	case OPCODE_MOV_MOFFS_AX:
		break;
	case OPCODE_ESCAPE:
		/* 16-bit MOVNTI does not exist: the prefix is not ignored. */
		if (insn_byte(cursor) != OPCODE_ESCAPED_MOVNTI ||
		    cursor->operand_prefix || insn_ended(cursor)) {
			return STATUS_UNSUPPORTED;
		}
		store->size_bytes = (cursor->rex & REX_W) != 0 ? 8 : 4;
		return decode_register(cursor, registers, store);
	default:
		return STATUS_UNSUPPORTED;
	}
	insn_number(cursor, address_bytes(cursor));
	store->value = truncate(registers[REGISTER_RAX], store->size_bytes);
	return STATUS_OK;
}

enum status insn_decode_store(const uint8_t *bytes, unsigned count,
			      enum insn_mode mode, const uint64_t *registers,
			      struct insn_store *store)
{
	struct insn_cursor cursor = {
		.bytes = bytes,
		.count = count < INSN_BYTES_MAX ? count : INSN_BYTES_MAX,
		.mode = mode,
	};
	struct insn_store found = {0};
	uint8_t opcode = insn_opcode(&cursor);
	enum status status = STATUS_OK;

	/* A locked MOV is #UD, so it cannot be what faulted. */
	if (!insn_ended(&cursor) && cursor.lock_prefix) {
		return STATUS_UNSUPPORTED;
	}
	if (!insn_ended(&cursor)) {
		status = decode_opcode(&cursor, opcode, registers, &found);
	}
	if (insn_ended(&cursor)) {
		return STATUS_INVALID;
	}
	if (status == STATUS_OK) {
		found.length_bytes = (uint8_t)cursor.next;
		*store = found;
	}
	return status;
}
