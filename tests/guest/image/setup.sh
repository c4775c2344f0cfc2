#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs inside the guest image while it is made (tools/run/image.py), after all
# packages are in. Makes the boot fast and quiet of background work; changes
# nothing about the kernel.
set -eu

for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
	e2scrub_all.timer e2scrub_reap.service fstrim.timer \
	systemd-networkd-wait-online.service kexec.service kexec-load.service \
	systemd-pstore.service modprobe@drm.service modprobe@dm_mod.service \
	modprobe@fuse.service modprobe@loop.service; do
	systemctl mask --quiet "$unit"
done
# Here for tests, which start what they need.
for unit in nginx.service ssh.service p11-kit-server.socket; do
	systemctl disable --quiet "$unit" || true
done
systemctl set-default --quiet multi-user.target

useradd --create-home --shell /bin/bash alice
useradd --create-home --shell /bin/bash bob
# sshd makes its own when it needs them.
rm -f /etc/ssh/ssh_host_*_key*

touch ~root/.hushlogin
: > /etc/machine-id
rm -f /setup.sh
