# SPDX-License-Identifier: GPL-2.0-or-later
# Three lines for whoever sits at the console: what protects this boot, and how
# to leave. The text comes from the program that started the machine, since
# nothing inside the guest could tell.
openvbs_greeting=/sys/firmware/qemu_fw_cfg/by_name/opt/openvbs/protection/raw
case $- in
*i*)
	if [ -r "$openvbs_greeting" ]; then
		printf '\n%s\n\n' "$(cat "$openvbs_greeting")"
	fi
	;;
esac
unset openvbs_greeting
