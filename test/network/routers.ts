// SPDX-License-Identifier: GPL-2.0-or-later
// What operators have on the router beside us, as far as it changes what we see.

import { execFileSync } from 'node:child_process'

/** Makes conntrack, and with it defragmentation in front of every hook of ours, work in this namespace from now on, for both families. */
export function defragment(): void {
  for (const iptables of ['iptables', 'ip6tables']) execFileSync(iptables, ['-A', 'FORWARD', '-m', 'conntrack', '--ctstate', 'NEW'])
}
