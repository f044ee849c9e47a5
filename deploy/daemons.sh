#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Unpacks the daemons of the lab (names: unbound, nsd, dnsmasq; time: chrony, ntpsec) and the libraries that they need and this machine
# lacks into a cache folder: $IPXXB_DAEMONS, else ${XDG_CACHE_HOME:-~/.cache}/ipxxb/daemons. A second run finds the folder complete and does nothing.
set -eu

DAEMONS="unbound nsd dnsmasq-base chrony ntpsec"
FORMAT=1 # of the folder; a higher number makes old caches be unpacked anew

part=daemons
chosen=${IPXXB_DAEMONS:-}
stamp="$FORMAT $DAEMONS"
. "$(dirname "$0")/cache.sh"

unless_present
need_apt

# What apt would install tells which libraries this machine lacks. Packages beside the daemons and libraries (users, init scripts) and
# Python's standard library (unbound loads it for its Python module only) are of no use in a folder.
# Each is asked about by itself, since two time servers cannot both be installed. A library may then be named twice.
simulate() { plan=$(for daemon in $DAEMONS; do LC_ALL=C apt-get install --simulate --no-install-recommends --reinstall $daemon 2>&1 || exit; done); }
simulate || { [ "$(id -u)" = 0 ] && say "fetching apt's package lists" && apt-get update -qq && simulate; } ||
  fail "apt-get cannot tell what $DAEMONS need: $(echo "$plan" | grep -m1 '^E:' || echo 'no reason given')" "apt-get update (as root), then again"
packages=$(echo "$plan" | awk '/^Inst / { print $2 }' | sed 's/:.*//' | grep -E "^lib|^($(echo $DAEMONS | tr ' ' '|'))\$" | grep -vE -- '-(stdlib|minimal|perl)$' | sort -u)

say "unpacking $(echo $packages) into $folder"
begin
fetch $packages
mkdir "$work/root"
for package in "$work"/packages/*.deb; do dpkg-deb -x "$package" "$work/root"; done

libraries=$(find "$work/root" -name '*.so*' -exec dirname {} + | sort -u | tr '\n' ':')
for daemon in unbound nsd dnsmasq chronyd ntpd; do
  missing=$(LD_LIBRARY_PATH=$libraries ldd "$work/root/usr/sbin/$daemon" | awk '/not found/ { print $1 }' | sort -u)
  [ -z "$missing" ] || fail "$daemon lacks $(echo $missing)" "apt-get install the packages that hold them"
done
publish
