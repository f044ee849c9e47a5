// SPDX-License-Identifier: GPL-2.0-or-later
// What operators have on the router beside us, as far as it changes what we see.

import { execFileSync } from 'node:child_process'

/** Makes conntrack, and with it defragmentation in front of every hook of ours, work in this namespace from now on, for both families. */
export function defragment(): void {
  for (const iptables of ['iptables', 'ip6tables']) execFileSync(iptables, ['-A', 'FORWARD', '-m', 'conntrack', '--ctstate', 'NEW'])
}

/** Has the router count what comes in and matches `words`, in front of every hook of ours; gives what it has counted so far. */
export function counting(iptables: string, ...words: readonly string[]): () => number {
  execFileSync(iptables, ['-t', 'raw', '-A', 'PREROUTING', ...words])
  const lines = () => execFileSync(iptables, ['-t', 'raw', '-nvxL', 'PREROUTING'], { encoding: 'utf8' }).trimEnd().split('\n')
  const at = lines().length - 1
  return () => Number((lines()[at] as string).trim().split(/\s+/)[0])
}
