# SPDX-License-Identifier: GPL-2.0-or-later
# What the machine itself says of its protection, after the greeting.
case $- in
*i*)
	vbsctl status
	printf '\n'
	;;
esac
