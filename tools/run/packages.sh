# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what packages.txt lists and is missing. Sourced by ./openvbs, whose
# current folder is the repository's top. Never asks: as a user it needs a sudo
# that does not ask either, or prints what to install.

packages_missing()
{
	local wanted
	wanted=$(sed 's/#.*//' tools/run/packages.txt | tr -d ' \t' | grep .)
	comm -23 <(sort -u <<< "$wanted") \
		<(dpkg-query -W -f '${db:Status-Status} ${Package}\n' \
			2> /dev/null | sed -n 's/^installed //p' | sort -u)
}

packages_run_apt()
{
	local log=build/log/packages.log
	if ! "$@" < /dev/null >> "$log" 2>&1; then
		echo " failed" >&2
		echo "openvbs: this command failed:" >&2
		echo "  $*" >&2
		echo "its output is in $PWD/$log" >&2
		return 1
	fi
}

packages_ensure()
{
	local missing as_root=() start=$SECONDS
	mapfile -t missing < <(packages_missing)
	if [ ${#missing[@]} -eq 0 ]; then
		return 0
	fi
	if ! command -v apt-get > /dev/null; then
		echo "openvbs: needs Debian 12 (no apt-get here)" >&2
		return 1
	fi
	if [ "$(id -u)" -ne 0 ]; then
		as_root=(sudo -n)
		if ! sudo -n true 2> /dev/null; then
			echo "openvbs: packages are missing; as root:" >&2
			echo "  apt-get install ${missing[*]}" >&2
			return 1
		fi
	fi
	mkdir -p build/log
	printf '  installing %d packages ...' ${#missing[@]} >&2
	packages_run_apt "${as_root[@]}" apt-get -q update || return 1
	packages_run_apt "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y --no-install-recommends install \
		"${missing[@]}" || return 1
	printf ' %d s\n' $((SECONDS - start)) >&2
}
