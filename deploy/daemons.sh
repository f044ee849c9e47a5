#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Unpacks the daemons of the lab (unbound, nsd, dnsmasq) and the libraries that they need and this machine lacks into a cache folder:
# $IPXXB_DAEMONS, else ${XDG_CACHE_HOME:-~/.cache}/ipxxb/daemons. Nothing is installed: no service starts, no package database changes,
# and no root is needed. A second run finds the folder complete and does nothing.
set -eu

DAEMONS="unbound nsd dnsmasq-base"
FORMAT=1 # of the folder; a higher number makes old caches be unpacked anew

folder=${IPXXB_DAEMONS:-${XDG_CACHE_HOME:-$HOME/.cache}/ipxxb/daemons}
stamp="$FORMAT $DAEMONS"

say() { echo "daemons: $*"; }
fail() { echo "daemons: $1; remedy: $2" >&2; exit 1; }

if [ -f "$folder/complete" ] && [ "$(cat "$folder/complete")" = "$stamp" ]; then
  say "present in $folder"
  exit 0
fi

command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "apt-get or dpkg-deb is missing" "run the lab on Debian or Ubuntu"

# What apt would install tells which libraries this machine lacks. Packages beside the daemons and libraries (users, init scripts) and
# Python's standard library (unbound loads it for its Python module only) are of no use in a folder.
simulate() { plan=$(LC_ALL=C apt-get install --simulate --no-install-recommends --reinstall $DAEMONS 2>&1); }
simulate || { [ "$(id -u)" = 0 ] && say "fetching apt's package lists" && apt-get update -qq && simulate; } ||
  fail "apt-get cannot tell what $DAEMONS need: $(echo "$plan" | grep -m1 '^E:' || echo 'no reason given')" "apt-get update (as root), then again"
packages=$(echo "$plan" | awk '/^Inst / { print $2 }' | sed 's/:.*//' | grep -E "^lib|^($(echo $DAEMONS | tr ' ' '|'))\$" | grep -vE -- '-(stdlib|minimal|perl)$')

say "unpacking $(echo $packages) into $folder"
mkdir -p "$(dirname "$folder")" 2>/dev/null && work=$(mktemp -d "$folder.XXXXXX" 2>/dev/null) ||
  fail "cannot write beside $folder" "choose another folder with IPXXB_DAEMONS"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

mkdir "$work/packages" "$work/root"
# Run by root, apt would hand the download to the user _apt, who may not write here.
(cd "$work/packages" && apt-get download -qq -o APT::Sandbox::User=root $packages) >"$work/log" 2>&1 ||
  fail "download failed: $(grep -m1 '^E:' "$work/log" || tail -n 1 "$work/log")" "apt-get update (as root), and look whether the machine reaches its Debian mirror"
for package in "$work"/packages/*.deb; do dpkg-deb -x "$package" "$work/root"; done
rm -r "$work/packages" "$work/log"

libraries=$(find "$work/root" -name '*.so*' -exec dirname {} + | sort -u | tr '\n' ':')
for daemon in unbound nsd dnsmasq; do
  missing=$(LD_LIBRARY_PATH=$libraries ldd "$work/root/usr/sbin/$daemon" | awk '/not found/ { print $1 }' | sort -u)
  [ -z "$missing" ] || fail "$daemon lacks $(echo $missing)" "apt-get install the packages that hold them"
done

echo "$stamp" >"$work/complete"
chmod 755 "$work"
# Another run may have been faster; both folders are equal, and a rename is all that anybody sees.
rm -rf "$folder"
mv -T "$work" "$folder" 2>/dev/null || [ -f "$folder/complete" ] || fail "cannot write $folder" "choose another folder with IPXXB_DAEMONS"
