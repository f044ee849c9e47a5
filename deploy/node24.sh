#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Puts Node 24 beside the Node of the machine, into a cache folder: $IPXXB_NODE24, else ${XDG_CACHE_HOME:-~/.cache}/ipxxb/node24, where it
# is bin/node. It comes from the registry as the package of this machine's platform, since `node@24` is but a script that downloads that
# one. A second run does nothing.
set -eu

VERSION=24.21.0

part=node24
chosen=${IPXXB_NODE24:-}
stamp=$VERSION
. "$(dirname "$0")/cache.sh"

unless_present
package=$(node -p '`node-${process.platform}-${process.arch}`')
say "fetching $package $VERSION into $folder"
begin
mkdir "$work/packages"
(cd "$work/packages" && npm pack --silent "$package@$VERSION" </dev/null) >"$work/log" 2>&1 ||
  fail "npm pack $package@$VERSION: $(tail -n 1 "$work/log")" "look whether the machine reaches its npm registry"
tar -x -z -f "$work"/packages/*.tgz -C "$work" --strip-components=1 package/bin/node
rm "$work/log"
[ "$("$work/bin/node" --version)" = "v$VERSION" ] || fail "what came is not Node $VERSION" "delete npm's cache: npm cache clean --force"
publish
