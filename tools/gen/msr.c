/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints docs/msr.md from the table in hv/x86/msr_table.c. Run by
 * tools/gen/run.
 */
#include <inttypes.h>
#include <stdio.h>

#include "abi/events.h"
#include "hv/x86/msr_table.h"

static const char *const read_words[] = {
	[MSR_READ_PASS] = "yes",
	[MSR_READ_FIXED] = "fixed",
	[MSR_READ_EFER] = "filter",
	[MSR_READ_GP] = "#GP",
};

static const char *const write_words[MSR_WRITE_RULE_COUNT] = {
	[MSR_WRITE_PASS] = "yes",
	[MSR_WRITE_GP] = "#GP",
	[MSR_WRITE_DROP] = "discarded",
	[MSR_WRITE_FROZEN] = "frozen",
	[MSR_WRITE_CHANGE] = "some bits",
	[MSR_WRITE_SET] = "some bits, only to 1",
	[MSR_WRITE_EFER] = "filter",
	[MSR_WRITE_APIC_BASE] = "filter",
	[MSR_WRITE_X2APIC_ICR] = "filter",
	[MSR_WRITE_MTRR_VARIABLE] = "filter",
	[MSR_WRITE_MTRR_FIXED] = "filter",
	[MSR_WRITE_MTRR_DEFAULT] = "filter",
};

static const char opening[] =
	"<!-- SPDX-License-Identifier: GPL-2.0-or-later -->\n"
	"<!-- Made by tools/gen/run from hv/x86/msr_table.c; do not edit. -->\n"
	"# Model-specific registers\n"
	"\n"
	"What VTL0 may do with each register. Writes are allow-listed: a\n"
	"register that is not here can be read as far as the processor has\n"
	"it, and a write to it raises #GP and an event.\n"
	"\n"
	"- **yes**: no exit, the processor judges the value.\n"
	"- **#GP**: a fault; for writes with the event `MSR_DENIED`.\n"
	"- **discarded**: the write does nothing; event `MSR_DROPPED`.\n"
	"- **frozen**: the value that is there may be written; any other is\n"
	"  discarded with the event `MSR_DROPPED`.\n"
	"- **some bits**: the named bits may change (or be set); a write that\n"
	"  changes others is discarded with the event `MSR_DROPPED`.\n"
	"- **fixed**: reads as the value in the last column.\n"
	"\n"
	"The filters:\n"
	"\n"
	"- EFER: SVME reads as 0, and setting it raises #GP as it does where\n"
	"  firmware has disabled SVM (event `MSR_DENIED`). LMA is ignored.\n"
	"  Reserved bits, and LME while paging is on, raise #GP.\n"
	"- APIC_BASE: the APIC stays where it is and switched on. x2APIC mode\n"
	"  is refused as long as start-up IPIs are not caught there. Anything\n"
	"  else: #GP, event `MSR_DENIED`.\n"
	"- x2APIC ICR: goes to the code that starts CPUs.\n"
	"- MTRRphysBase, MTRRphysMask: a pair that types hypervisor memory is\n"
	"  frozen; no other may come to cover it but as write-back.\n"
	"- MTRRfix*: free, as hypervisor memory lies above 1 MiB.\n"
	"- MTRRdefType: free while the MTRRs are off, as after an emulator's\n"
	"  INIT; frozen once they are on. Switching them off, as every update\n"
	"  of them begins, is discarded without an event.\n"
	"\n"
	"*Emulated* says whether the test bed (QEMU 7.2, TCG) has the "
	"register.\n"
	"Rules of the others are covered by unit tests only. *Source* is a\n"
	"section of the AMD64 Architecture Programmer's Manual, volume 2, or\n"
	"what it names: PPR is AMD's processor programming reference of the\n"
	"family, SDM Intel's manual.\n"
	"\n"
	"| register | number | read | write | emulated | source | bits |\n"
	"|---|---|---|---|---|---|---|\n";

static void print_bits(const struct msr_row *row)
{
	const char *between = "";

	if (row->read == MSR_READ_FIXED) {
		printf("0x%" PRIx64, row->bits);
		return;
	}
	for (unsigned bit = 0; bit < 64; bit++) {
		if ((row->bits >> bit & 1) != 0) {
			printf("%s%u", between, bit);
			between = ", ";
		}
	}
}

static void print_row(const struct msr_row *row)
{
	printf("| %s | %08" PRIx32, row->name, row->first);
	if (row->last != row->first) {
		printf("–%08" PRIx32, row->last);
	}
	printf(" | %s | %s", read_words[row->read], write_words[row->write]);
	if (row->event == EVENT_MICROCODE_DROPPED) {
		printf(", event `MICROCODE_DROPPED`");
	}
	printf(" | %s | %s | ", row->emulated ? "yes" : "no", row->section);
	print_bits(row);
	printf(" |\n");
}

int main(void)
{
	unsigned count;
	const struct msr_row *rows = msr_rows(&count);

	fputs(opening, stdout);
	for (unsigned i = 0; i < count; i++) {
		print_row(&rows[i]);
	}
	return 0;
}
