#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `npm run test:node24 [-- tap's options]`: the tests whose outcome could depend on Node, on Node 24 instead of the machine's own, with the
# same compiled files and the same addon. What is left out is about the kernel, the tools or the tree, or takes minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

LEFT_OUT='^build/test/(appliance|cli/(run|doctor)|control/install|doctor|endurance|lab|network|native/sanitize|rules|vm)\b'

bin=${IPXXB_NODE24:-${XDG_CACHE_HOME:-$HOME/.cache}/ipxxb/node24}/bin
export PATH=$bin:$PATH # for what the tests themselves start
mapfile -t files < <(find build/test -name '*.test.js' | LC_ALL=C sort | grep -vE "$LEFT_OUT")
echo "# Node $(node --version), ${#files[@]} files" >&2
exec node node_modules/.bin/tap --disable-coverage "$@" "${files[@]}"
