#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the C reference programs and the sender, or those that are named, into build/bench/. Needs build-essential, libmnl-dev and
# libnetfilter-queue-dev; the engine only the first; lpm takes libdpdk-dev, and without it is left out, since its bench does without.
# -march=native on purpose: the reference may use whatever this machine has.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build/bench
dpdk_flags=$(pkg-config --cflags libdpdk 2>/dev/null) || dpdk_flags=
for program in ${*:-sender sampler probe drain cores packed loop engine lpm}; do
  [ "$program" = lpm ] && [ -z "$dpdk_flags" ] && continue
  source=bench/reference/$program.c
  target=build/bench/$program
  newest=$(ls -t bench/reference/*.[ch] bench/reference/*/*.h "$target" 2>/dev/null | head -n 1)
  [ "$newest" = "$target" ] && continue
  # shellcheck disable=SC2046,SC2086
  cc -std=gnu17 -O2 $([ "$program" = lpm ] && echo "$dpdk_flags") -march=native -Wall -Wextra -Werror -o "$target.new" "$source" $(
    case $program in
      packed) echo -lnetfilter_queue -lmnl ;;
      loop) echo -lnetfilter_queue -lnfnetlink ;;
      lpm) echo -lrte_lpm -lrte_eal ;;
    esac
  )
  mv "$target.new" "$target"
done
