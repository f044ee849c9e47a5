#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The native code under AddressSanitizer and UndefinedBehaviorSanitizer; any finding ends the program that made it with an error.
#
#   native/sanitize.sh batch            the parser, the verdict encoder and the pace of receiving, without a kernel
#   native/sanitize.sh node FILE...     builds the addon so, and runs compiled test files with it
#
# Output goes to build/sanitize/. Node itself is not built with the sanitizers and frees little at its end: no leak detection there.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
out=build/sanitize
mkdir -p "$out"

flags=(-std=c++17 -O1 -g -fno-omit-frame-pointer -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover=all)
read -ra libraries <<<"$(pkg-config --cflags --libs libmnl libnetfilter_queue)"

batch() {
  g++ "${flags[@]}" -o "$out/batch" test/native/batch.cc native/src/batch.cc "${libraries[@]}"
  g++ "${flags[@]}" -o "$out/pace" test/native/pace.cc native/src/pace.cc
  UBSAN_OPTIONS=print_stacktrace=1 "$out/batch"
  UBSAN_OPTIONS=print_stacktrace=1 "$out/pace"
}

addon() {
  local headers addon_api sources
  # Compiling takes longer than the tests; what is current is told by content.
  sources=$(cat native/sanitize.sh native/src/* | sha256sum; node -p 'process.version')
  if [[ -e $out/ipxxb.node && -e $out/sources && $(<"$out/sources") == "$sources" ]]; then return; fi
  headers=$(node -p 'require("node:path").resolve(process.execPath, "../../include/node")')
  addon_api=$(node -p 'require("node-addon-api").include_dir')
  if [[ ! -e $headers/node_api.h ]]; then
    # The headers that node-gyp has downloaded for this version.
    headers=${XDG_CACHE_HOME:-$HOME/.cache}/node-gyp/$(node -p 'process.versions.node')/include/node
  fi
  # -fno-exceptions as in binding.gyp. The runtimes stay dynamic: the address sanitizer must be the first library of the process.
  g++ "${flags[@]}" -shared -fPIC -fno-exceptions -DNODE_ADDON_API_DISABLE_CPP_EXCEPTIONS -DNAPI_VERSION=8 -DNODE_GYP_MODULE_NAME=ipxxb \
    -isystem "$headers" -isystem "$addon_api" -o "$out/ipxxb.node" native/src/*.cc "${libraries[@]}"
  printf '%s\n' "$sources" >"$out/sources"
}

case ${1:-} in
batch) batch ;;
node)
  shift
  addon
  # Under the sanitizers everything takes several times as long; tap's own limit is half a minute.
  export TAP_TIMEOUT=${TAP_TIMEOUT:-300}
  for file in "$@"; do
    LD_PRELOAD=$(g++ -print-file-name=libasan.so) \
      ASAN_OPTIONS=detect_leaks=0:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1 IPXXB_TEST_ADDON=$root/$out/ipxxb.node node "$file"
  done
  ;;
*)
  sed -n '3,8s/^# \?//p' "${BASH_SOURCE[0]}" >&2
  exit 2
  ;;
esac
