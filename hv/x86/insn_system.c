/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoder of writes to system registers. Called for what intercept.c judges,
 * with bytes that VTL0 controls. Invariant: as in insn.c.
 */
#include "hv/x86/insn.h"
#include "hv/x86/opcode.h"

static unsigned extended(const struct insn_cursor *cursor, uint64_t number,
			 uint8_t rex)
{
	return (unsigned)number + (cursor->rex & rex ? REGISTER_EXTENDED : 0);
}

/* Base and index of 64-bit addressing; ModRM names memory. */
static uint64_t address64(struct insn_cursor *cursor, uint8_t modrm,
			  const uint64_t *registers)
{
	uint64_t mod = field_get(modrm, MODRM_MOD);
	uint64_t base = field_get(modrm, MODRM_RM);
	uint64_t address = 0;

	if (base == MODRM_RM_SIB) {
		uint8_t sib = insn_byte(cursor);
		unsigned index =
			extended(cursor, field_get(sib, SIB_INDEX), REX_X);

		base = field_get(sib, SIB_BASE);
		if (index != SIB_INDEX_NONE) {
			address = registers[index] << field_get(sib, SIB_SCALE);
		}
	} else if (mod == MODRM_MOD_DISP0 && base == MODRM_RM_DISP32) {
		address = (uint64_t)(int32_t)insn_number(cursor, 4);
		return address + cursor->rip + cursor->next;
	}
	if (mod == MODRM_MOD_DISP0 && base == SIB_BASE_DISP32) {
		return address + (uint64_t)(int32_t)insn_number(cursor, 4);
	}
	address += registers[extended(cursor, base, REX_B)];
	if (mod == MODRM_MOD_DISP8) {
		address += (uint64_t)(int8_t)insn_byte(cursor);
	} else if (mod == MODRM_MOD_DISP) {
		address += (uint64_t)(int32_t)insn_number(cursor, 4);
	}
	return address;
}

/* LGDT, LIDT: the operand's address. */
static enum status decode_table(struct insn_cursor *cursor, uint8_t modrm,
				const uint64_t *registers,
				struct insn_system *insn)
{
	bool word = (cursor->mode == INSN_MODE_16) != cursor->address_prefix;
	uint64_t direct = word ? MODRM_RM_DISP16 : MODRM_RM_DISP32;

	if (field_get(modrm, MODRM_MOD) == MODRM_MOD_REG ||
	    cursor->segment_prefix) {
		return STATUS_UNSUPPORTED;
	}
	if (cursor->mode == INSN_MODE_64) {
		insn->value = address64(cursor, modrm, registers);
		return cursor->address_prefix ? STATUS_UNSUPPORTED : STATUS_OK;
	}
	if ((modrm & (MODRM_MOD | MODRM_RM)) != direct ||
	    (cursor->mode == INSN_MODE_16) != cursor->operand_prefix) {
		return STATUS_UNSUPPORTED;
	}
	insn->value = insn_number(cursor, word ? 2 : 4);
	return STATUS_OK;
}

static enum status decode_group7(struct insn_cursor *cursor,
				 const uint64_t *registers,
				 struct insn_system *insn)
{
	uint8_t modrm = insn_byte(cursor);
	unsigned rm = extended(cursor, field_get(modrm, MODRM_RM), REX_B);

	switch (field_get(modrm, MODRM_REG)) {
	case GROUP7_LGDT:
		insn->kind = INSN_SYSTEM_LGDT;
		return decode_table(cursor, modrm, registers, insn);
	case GROUP7_LIDT:
		insn->kind = INSN_SYSTEM_LIDT;
		return decode_table(cursor, modrm, registers, insn);
	case GROUP7_LMSW:
		insn->kind = INSN_SYSTEM_LMSW;
		insn->value = (uint16_t)registers[rm];
		return field_get(modrm, MODRM_MOD) == MODRM_MOD_REG
			       ? STATUS_OK
			       : STATUS_UNSUPPORTED;
	default:
		return STATUS_UNSUPPORTED;
	}
}

static enum status decode_escaped(struct insn_cursor *cursor,
				  const uint64_t *registers,
				  struct insn_system *insn)
{
	uint8_t opcode = insn_byte(cursor);
	uint8_t modrm;

	switch (opcode) {
	case OPCODE_ESCAPED_CLTS:
		insn->kind = INSN_SYSTEM_CLTS;
		return STATUS_OK;
	case OPCODE_ESCAPED_GROUP7:
		return decode_group7(cursor, registers, insn);
	case OPCODE_ESCAPED_MOV_CR: /* mod does not matter: always a register */
	case OPCODE_ESCAPED_MOV_DR:
		modrm = insn_byte(cursor);
		insn->kind = opcode == OPCODE_ESCAPED_MOV_CR
				     ? INSN_SYSTEM_MOV_CR
				     : INSN_SYSTEM_MOV_DR;
		insn->control = (uint8_t)extended(
			cursor, field_get(modrm, MODRM_REG), REX_R);
		insn->value = registers[extended(
			cursor, field_get(modrm, MODRM_RM), REX_B)];
		if (cursor->mode != INSN_MODE_64) {
			insn->value = (uint32_t)insn->value;
		}
		return STATUS_OK;
	default:
		return STATUS_UNSUPPORTED;
	}
}

enum status insn_decode_system(struct insn_cursor cursor,
			       const uint64_t *registers,
			       struct insn_system *insn)
{
	struct insn_system found = {0};
	uint8_t opcode = insn_opcode(&cursor);
	enum status status = STATUS_UNSUPPORTED;

	/* With LOCK, MOV CR0 means CR8 and all else is #UD. */
	if (opcode == OPCODE_ESCAPE && !cursor.lock_prefix) {
		status = decode_escaped(&cursor, registers, &found);
	}
	if (insn_ended(&cursor)) {
		return STATUS_INVALID;
	}
	if (status == STATUS_OK) {
		found.length_bytes = (uint8_t)cursor.next;
		*insn = found;
	}
	return status;
}
