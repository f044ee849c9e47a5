#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Unpacks Debian's stock kernel for the virtual machine of test/vm into a cache folder: $IPXXB_KERNEL, else
# ${XDG_CACHE_HOME:-~/.cache}/ipxxb/kernel. There: vmlinuz, version, and lib/modules with the modules that a machine of virtio devices and
# network namespaces can use. A kernel that is there stays; delete the folder to get the newest. A second run does nothing.
set -eu

FORMAT=1
PACKAGE=linux-image-amd64 # the name that depends on the newest; not -cloud: that one lacks modules which routers have

part=kernel
chosen=${IPXXB_KERNEL:-}
stamp="$FORMAT $PACKAGE"
. "$(dirname "$0")/cache.sh"

PATH=$PATH:/usr/sbin:/sbin
unless_present
need_apt
command -v depmod >/dev/null || fail "depmod is missing" "apt-get install --no-install-recommends kmod (as root)"
image=$(apt-cache show --no-all-versions $PACKAGE 2>/dev/null | sed -n 's/^Depends: \(linux-image-[^ ,]*\).*/\1/p' | head -n 1)
[ -n "$image" ] || fail "apt does not know $PACKAGE" "apt-get update (as root), on Debian 12"

say "unpacking $image into $folder"
begin
fetch "$image"
version=${image#linux-image-}
modules=./lib/modules/$version
dpkg-deb --fsys-tarfile "$work"/packages/*.deb | tar -x -C "$work" "./boot/vmlinuz-$version" "./boot/config-$version" \
  "$modules/modules.order" "$modules/modules.builtin" "$modules/modules.builtin.modinfo" "$modules/kernel/arch" "$modules/kernel/crypto" \
  "$modules/kernel/lib" "$modules/kernel/net" "$modules/kernel/fs" "$modules/kernel/drivers/net" "$modules/kernel/drivers/virtio" \
  "$modules/kernel/drivers/char"
mv "$work/boot/vmlinuz-$version" "$work/vmlinuz"
mv "$work/boot/config-$version" "$work/config"
rmdir "$work/boot"
depmod -b "$work" "$version"
echo "$version" >"$work/version"
publish
