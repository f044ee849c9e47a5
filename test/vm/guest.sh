#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# First process of the virtual machine, once it is on the host's root: runs what the share's file `runs` lists, one after the other, and
# switches the machine off. A line of it is a name and the words of a command, with tabs between. NAME.out, NAME.err and at last
# NAME.status are left on the share, where no message of the kernel can get into them. A run that hangs is cut after more of this machine's
# seconds than tap gives a file of tests, so that the next one has its turn.
results=/run/results
. $results/order # PROJECT and DAEMONS: folders of the host
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp NO_COLOR=1 TAP_TIMEOUT=300 IPXXB_DAEMONS="$DAEMONS"
exec </dev/null

mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
ip link set lo up
# Nobody in a user namespace can load these; on a router that uses them they are there. All else the kernel loads when asked.
for module in ip_tables ip6_tables iptable_mangle ip6table_mangle iptable_raw ip6table_raw tun; do modprobe $module; done
cd "$PROJECT" || exit

while IFS=$'\t' read -r -a words <&3; do
  name=${words[0]}
  setsid --wait timeout --kill-after=5 330 "${words[@]:1}" >"$results/$name.out" 2>"$results/$name.err" 3<&-
  echo $? >"$results/$name.part"
  mv "$results/$name.part" "$results/$name.status"
done 3<$results/runs

echo o >/proc/sysrq-trigger
while :; do :; done # the end of the first process would be a panic; and no program can be started any more
