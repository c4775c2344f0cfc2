/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One service's ELF image, as service_NAME to service_NAME_end. Assembler. */
#ifndef OPENVBS_SK_X86_SERVICES_H
#define OPENVBS_SK_X86_SERVICES_H

#ifdef __ASSEMBLER__
.macro SERVICE name.section.services,
	"a".balign 16.globl service_\name.globl service_\name\() _end
		.hidden service_\name
		.hidden service_\name\() _end service_\name
    :.incbin "\name\().elf" service_\name\() _end :.endm
#endif

#endif
