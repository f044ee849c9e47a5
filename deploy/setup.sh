#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Brings a Debian 12 machine that has Node (20 or later) and npm to the point where one part of ipxxb works:
#
#   deploy/setup.sh [lab|test|check|bench|build|vm|node24]...     without an argument: test
#
# Installs what that part needs and is missing, and nothing else; says one line for each thing it does, and is silent when there is
# nothing to do. What is current is told by content, never by file times, since a checkout sets those at will. No service is started.
# A step that cannot be done here names the command that would do it, and ends the script with status 1.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# Debian's ordinary users do not have these on their path, but iptables and ipset are there.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
# Debian would say so by package name, but a machine that has the same thing from elsewhere needs no package.
library() { have pkg-config && pkg-config --exists "$1"; }

# --- Node ---------------------------------------------------------------------------------------------------------------------------

# One start of node for all that is asked of it: it takes longer than everything else here.
# shellcheck disable=SC2016
facts='
  const { existsSync, readFileSync } = require("node:fs")
  const { resolve } = require("node:path")
  const prefix = resolve(process.execPath, "../..")
  // npm keeps a copy of the lock file beside what it installed; optional packages of other platforms are not in it.
  const stale = () => {
    const read = (path) => JSON.parse(readFileSync(path, "utf8")).packages
    const wanted = read("package-lock.json"), present = read("node_modules/.package-lock.json")
    return Object.keys(wanted).some((path) => path !== "" && !wanted[path].optional && present[path]?.version !== wanted[path].version)
  }
  const { node, modules } = process.versions
  console.log(parseInt(node))
  console.log([node, modules, process.arch].join(" "))
  console.log(existsSync(`${prefix}/include/node/node_api.h`) ? prefix : "")
  console.log(!existsSync("node_modules/.package-lock.json") || stale() ? "stale" : "current")'

node_ready() {
  local remedy='README.md, section "Node", shows how to get it' major
  have node || fail "node is missing; $remedy"
  have npm || fail "npm is missing; $remedy"
  { read -r major && read -r node_abi && read -r node_prefix && read -r node_modules_are; } < <(node -e "$facts") || fail 'node does not start'
  ((major >= 20)) || fail "node is ${node_abi%% *}, 20 or later is needed; $remedy"
}

# --- Debian packages ----------------------------------------------------------------------------------------------------------------

missing=()
need() { # need PACKAGE TEST...: the package is wanted where the test fails
  local package=$1
  shift
  "$@" || missing+=("$package")
}

addon_packages() {
  { have g++ && have make; } || missing+=(build-essential)
  need python3 have python3
  need pkg-config have pkg-config
  need libnetfilter-queue-dev library libnetfilter_queue
  need libmnl-dev library libmnl
}

kernel_packages() {
  need iptables have iptables
  need ipset have ipset
  need iproute2 have ip
  need nftables have nft # the lab counts with it
}

machine_packages() {
  need qemu-system-x86 have qemu-system-x86_64
  need busybox-static static_busybox # the initramfs has no libraries
  need cpio have cpio
  need kmod have modprobe
}
static_busybox() { have busybox && ! ldd "$(command -v busybox)" >/dev/null 2>&1; }

as_root=()
may_install() {
  if ((EUID == 0)); then return; fi
  have sudo || return 1
  # Without a terminal sudo could only wait for a password that nobody types.
  if [[ -t 0 ]]; then sudo -v || return 1; else sudo -n true 2>/dev/null || return 1; fi
  as_root=(sudo)
}

apt() { # needrestart, where installed, must only list: nothing here may restart a service
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null >"$log" 2>&1
}

known() { # every missing package is in the lists that apt has
  [[ $(apt-cache show --no-all-versions "${missing[@]}" 2>/dev/null | grep -c '^Package:') -ge ${#missing[@]} ]]
}

install_packages() {
  ((${#missing[@]})) || return 0
  local by_hand="apt-get update && apt-get install --no-install-recommends -y ${missing[*]}"
  have apt-get || fail "missing: ${missing[*]}" 'this is no Debian machine: install what these packages hold by its own means'
  may_install || fail "missing: ${missing[*]}" "this needs root; as root, run: $by_hand"
  local updated=
  if ! known; then
    say 'apt-get update'
    apt update || give_up "$by_hand"
    updated=yes
  fi
  say "apt-get install ${missing[*]}"
  apt install --no-install-recommends -y "${missing[@]}" && return
  # Lists that are too old name files that the archive no longer has.
  [[ -z $updated ]] || give_up "$by_hand"
  say 'apt-get update'
  apt update || give_up "$by_hand"
  say "apt-get install ${missing[*]}"
  apt install --no-install-recommends -y "${missing[@]}" || give_up "$by_hand"
}

# --- What is built from the sources -------------------------------------------------------------------------------------------------

log=$(mktemp)
trap 'rm -f "$log"' EXIT

give_up() { # give_up COMMAND: the log is the reason, the command is what to try by hand
  tail -n 40 "$log" >&2
  fail "the step above failed; by hand: $1"
}

# One hash over names and contents of the files that find (with these arguments) finds.
hash_of() { find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }

# current STAMP HASH: STAMP holds HASH.
current() { [[ -e $1 && $(<"$1") == "$2" ]]; }

node_modules() {
  [[ $node_modules_are == stale ]] || return 0
  say 'npm ci'
  npm ci --no-audit --no-fund --loglevel=error </dev/null >"$log" 2>&1 || give_up 'npm ci'
  node_modules_are=current
}

native() {
  local wanted stamp=native/build/.stamp nodedir=()
  # With the headers of the running node at hand nothing is downloaded.
  if [[ -n $node_prefix ]]; then nodedir=("--nodedir=$node_prefix"); fi
  wanted="$(hash_of native/binding.gyp native/src node_modules/node-addon-api/package.json) $node_abi"
  current "$stamp" "$wanted" && compgen -G 'native/build/Release/*.node' >/dev/null && return
  say 'native build'
  node_modules/.bin/node-gyp rebuild --directory native "${nodedir[@]}" </dev/null >"$log" 2>&1 ||
    give_up "npx node-gyp rebuild --directory native ${nodedir[*]}"
  printf '%s\n' "$wanted" >"$stamp"
}

# compile PROJECT OUTPUT SOURCES...: tsc, and away with what was compiled from sources that are gone
compile() {
  local project=$1 output=$2 wanted
  shift 2
  wanted=$(hash_of "$@" tsconfig.json "$project" node_modules/typescript/package.json -not -path 'test/cases/*' \( -name '*.ts' -o -name '*.json' \))
  current "$output/.stamp" "$wanted" && return
  say "tsc -p $project"
  rm -f "$output/.stamp"
  node_modules/.bin/tsc -p "$project" >"$log" 2>&1 || give_up "npx tsc -p $project"
  local base=. file
  if [[ $output == dist ]]; then base=src; fi
  while IFS= read -r -d '' file; do
    [[ -e $base/${file%.js}.ts ]] || rm -f "$output/$file" "$output/$file.map"
  done < <(find "$output" -name '*.js' -printf '%P\0')
  printf '%s\n' "$wanted" >"$output/.stamp"
}

compile_program() { compile tsconfig.json dist src; }
compile_tests() {
  local sources=(src test)
  if [[ -d bench ]]; then sources+=(bench); fi
  compile test/tsconfig.json build "${sources[@]}"
}

# --- The parts ----------------------------------------------------------------------------------------------------------------------

namespaces() {
  unshare -Urnm true 2>/dev/null && return
  fail 'user namespaces are refused here, and the lab lives in one' \
    'as root, run: sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000 (in a container: start it with --privileged)'
}

# cached NAME: what deploy/NAME.sh keeps in a cache folder instead of installing it. Its own lines are shown, but not that all is there.
cached() {
  if ! "deploy/$1.sh" >"$log"; then
    may_install || fail "the step above failed; by hand: apt-get update (as root), then deploy/$1.sh"
    say 'apt-get update'
    apt update || give_up 'apt-get update'
    "deploy/$1.sh" >"$log" || fail "the step above failed; by hand: deploy/$1.sh"
  fi
  grep -v ' present in ' "$log" || true
}

# compared NAME: the same for what a bench only compares with, and does without where it cannot be had.
compared() {
  if "deploy/$1.sh" >"$log" 2>&1; then grep -v ' present in ' "$log" || true; else say "$(tail -n 1 "$log"); the benches do without it"; fi
}

# One step a line: in a chain of && the shell would not stop at an error inside a step.
set_up() {
  case $1 in
    build)
      addon_packages
      install_packages
      node_modules
      native
      compile_program
      ;;
    lab)
      addon_packages
      kernel_packages
      install_packages
      namespaces
      node_modules
      native
      compile_program
      cached daemons
      ;;
    test | check | bench)
      addon_packages
      kernel_packages
      if [[ $1 != test ]]; then need tcpdump have tcpdump; fi # a bench compares with it
      if [[ $1 == check ]]; then
        need clang-format have clang-format
        need ethtool have ethtool # doctor asks it about offloads
      fi
      install_packages
      node_modules
      native
      compile_tests
      compared nfqueue
      if [[ $1 != bench ]]; then cached daemons; fi # the tests run the lab
      if [[ $1 == check ]]; then cached promtool; fi
      ;;
    vm)
      # Its kernel is Debian's for this architecture alone.
      [[ $(uname -m) == x86_64 ]] || fail "the virtual machine needs x86_64, this is $(uname -m)"
      addon_packages
      kernel_packages # the guest runs what this machine has
      machine_packages
      install_packages
      node_modules
      native
      compile_tests
      cached daemons
      cached kernel
      ;;
    node24)
      addon_packages
      install_packages
      node_modules
      native
      compile_tests
      cached node24
      ;;
    *)
      fail "no part is called $1; there are: lab test check bench build vm node24"
      ;;
  esac
}

# One set-up at a time in one checkout; the directory itself is the lock.
exec 9<"$root"
flock 9
node_ready
for part in "${@:-test}"; do
  set_up "$part"
done
