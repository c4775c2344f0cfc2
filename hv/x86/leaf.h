/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CPUID leaves the hypervisor asks for; APM vol. 3, appendix E. */
#ifndef OPENVBS_HV_X86_LEAF_H
#define OPENVBS_HV_X86_LEAF_H

#define CPUID_EXTENDED_FEATURES 0x80000001u
#define CPUID_TRANSLATION_CACHE (1u << 17) /* of ECX */
#define CPUID_FAST_FXSAVE	(1u << 25) /* of EDX */

#define CPUID_EXTENDED_LAST 0x80000000u

#define CPUID_EXTENDED_FEATURES2 0x80000021u
#define CPUID_UPPER_IGNORE	 (1u << 7) /* of EAX */
#define CPUID_AUTOMATIC_IBRS	 (1u << 8)

#define CPUID_ADDRESS_SIZES	   0x80000008u
#define CPUID_PHYSICAL_BITS	   0xffu      /* of EAX */
#define CPUID_MCOMMIT		   (1u << 8)  /* of EBX */
#define CPUID_WBINVD_INTERRUPTIBLE (1u << 13) /* of EBX */

#endif
