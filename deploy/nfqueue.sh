#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Puts the npm package `nfqueue` into a cache folder: $IPXXB_NFQUEUE, else ${XDG_CACHE_HOME:-~/.cache}/ipxxb/nfqueue/ABI, where ABI is the
# running node's, since its addon fits no other. Only the end-to-end bench uses it, to compare with; nothing that is delivered depends on it.
# It comes from the npm registry and is compiled with what our own addon takes, after npm ci. A second run does nothing.
set -eu

VERSION=0.3.2
NAN=2.30.0
# What is compiled runs as root in the bench: not whatever a registry calls so today, but these very archives.
DIGESTS='sha512-vJMzsVW8UJCpteQN92KW2GFUUe4Bt5nxMrns6/a3NXLMYw8OtkC477jbS6dmDAkMEBvo3TPCH1IUv3nGkdc1Aw==
sha512-P5mokDkSvCGBz6mZDD/2l+w9QoICRXdCyZ9ONGmTePr40oihJg3Kpn0YU3twKd6PJnwSlLBWNQeOT6yWEV2c4A=='
# npm itself waits two minutes where a firewall drops what it sends, at each run of the tests.
SECONDS_AT_MOST=60

part=nfqueue
root=$(cd "$(dirname "$0")/.." && pwd)
abi=$(node -p process.versions.modules)
chosen=${IPXXB_NFQUEUE:-${XDG_CACHE_HOME:-$HOME/.cache}/ipxxb/nfqueue/$abi}
stamp="$VERSION $NAN $abi"
. "$(dirname "$0")/cache.sh"

unless_present
gyp=$root/node_modules/.bin/node-gyp
[ -x "$gyp" ] || fail "node-gyp is missing" "npm ci"
say "fetching and compiling nfqueue $VERSION into $folder"
begin
# No script of a package runs: its build is started below, with our own node-gyp. One attempt, since the bench does without.
timeout "$SECONDS_AT_MOST" npm install --no-save --ignore-scripts --no-audit --no-fund --fetch-retries=0 --loglevel=error --prefix "$work" "nfqueue@$VERSION" "nan@$NAN" \
  </dev/null >"$work/log" 2>&1 || fail "npm install nfqueue@$VERSION: $(tail -n 1 "$work/log" | grep . || echo "no answer in $SECONDS_AT_MOST s")" "look whether the machine reaches its npm registry"
for digest in $DIGESTS; do
  grep -qF "\"$digest\"" "$work/node_modules/.package-lock.json" ||
    fail "what came is not nfqueue $VERSION with nan $NAN" "look which registry npm asks: npm config get registry"
done
# With the headers of the running node at hand nothing else is downloaded.
headers=$(node -p 'require("node:path").resolve(process.execPath, "../..")')
[ -f "$headers/include/node/node.h" ] || headers=
"$gyp" rebuild --directory "$work/node_modules/nfqueue" ${headers:+"--nodedir=$headers"} </dev/null >"$work/log" 2>&1 ||
  fail "node-gyp: $(grep -m1 -i 'error' "$work/log" || tail -n 1 "$work/log")" "deploy/setup.sh bench installs compiler and libraries"
node -e 'require(process.argv[1])' "$work/node_modules/nfqueue" 2>"$work/log" || fail "it does not load: $(tail -n 1 "$work/log")" "rm -r $folder"
rm "$work/log"
publish
