/* SPDX-License-Identifier: MIT */
/*
 * What the TPM is told of a launch: events of type EV_IPL in one PCR, in this
 * order, each measured as the text that the log has (SHA-256 and whatever other
 * banks there are). Numbers are decimal, digests and keys hexadecimal.
 *
 *	openvbs config TEXT	the configuration file, or nothing: defaults
 *	openvbs svn NUMBER	OPENVBS_SVN, boot/version.h
 *	openvbs facts NUMBER	VTL1_FACT_*, abi/vtl1.h
 *	openvbs policy DIGEST	of the policy that runs
 *	openvbs boot ID		struct audit_key's boot_id
 *	openvbs key KEY		its public key: VTL1's identity in this boot
 *	openvbs closed		always, and last: nothing behind it is ours
 *
 * The loader closes on every way out, so that whoever comes after it cannot
 * say the same things; that it ran at all is in PCR 4. The PCR is one that no
 * reset of VTL0's can clear, and that neither shim, GRUB, systemd-stub nor IMA
 * use (UAPI group, Linux TPM PCR registry); systemd may add to it later.
 */
#ifndef OPENVBS_ABI_MEASURE_H
#define OPENVBS_ABI_MEASURE_H

#define MEASURE_PCR    15u
#define MEASURE_PREFIX "openvbs "
#define MEASURE_CLOSED "openvbs closed"

#endif
