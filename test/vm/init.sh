#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# First process of the virtual machine, from the initramfs: loads what reaches the host over 9p, lays a tmpfs over the host's read-only
# root, and goes there. The host wrote what it wants into the share `results`, file `order`. If anything fails here, this process ends, the
# kernel panics, and the machine is gone: the host sees that at once.
set -e
bb=/bin/busybox
$bb mkdir -p /proc /sys /dev /host /changes /both /results
$bb mount -t proc proc /proc
$bb mount -t sysfs sysfs /sys
$bb mount -t devtmpfs dev /dev
for module in /modules/*; do $bb insmod "$module"; done

# Nobody but this machine looks at the root as it was at boot: loose caching is right, and without it every look-up is a message.
$bb mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=524288,cache=loose host /host
$bb mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288 results /results
$bb mount -t tmpfs -o mode=755 changes /changes
$bb mkdir /changes/upper /changes/work
$bb mount -t overlay -o lowerdir=/host,upperdir=/changes/upper,workdir=/changes/work root /both

. /results/order # KERNEL and PROJECT: folders of the host
$bb mkdir -p /both/lib/modules /both/run
$bb mount -o bind "/both$KERNEL/lib/modules" /both/lib/modules
for mounted in proc sys dev; do $bb mount -o move /$mounted /both/$mounted; done
$bb mount -t tmpfs -o mode=755 run /both/run
$bb mkdir /both/run/results
$bb mount -o move /results /both/run/results
exec $bb switch_root /both /bin/bash "$PROJECT/test/vm/guest.sh"
