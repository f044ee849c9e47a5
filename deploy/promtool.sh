#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Unpacks promtool, which judges the text of /metrics, from Debian's package prometheus into a cache folder: $IPXXB_PROMTOOL, else
# ${XDG_CACHE_HOME:-~/.cache}/ipxxb/promtool. The package itself would start a service. A second run does nothing.
set -eu

FORMAT=1

part=promtool
chosen=${IPXXB_PROMTOOL:-}
stamp=$FORMAT
. "$(dirname "$0")/cache.sh"

unless_present
need_apt
say "unpacking into $folder"
begin
fetch prometheus
dpkg-deb --fsys-tarfile "$work"/packages/*.deb | tar -x -C "$work" --strip-components=3 ./usr/bin/promtool
"$work/promtool" --version >/dev/null 2>&1 || fail "promtool does not run here" "look with: ldd on usr/bin/promtool of package prometheus"
publish
