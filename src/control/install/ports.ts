// SPDX-License-Identifier: GPL-2.0-or-later
// The gates before the rules: which ports any rule asks for, by protocol and side. Most packets match none, and with gates they cost one
// look-up a protocol and side, however many rules there are behind; what asks for more than a port (the mark of our own packets, whether an
// address is the router's) comes behind them too.

import type { SteeringRule } from '../compile/steering.js'

export type PortRange = readonly [first: number, last: number]

export interface Gate {
  readonly protocol: SteeringRule['protocol']
  readonly side: SteeringRule['side']
  /** Ascending, not adjacent. */
  readonly ports: readonly PortRange[]
}

export function gatesOf(rules: readonly Gate[]): Gate[] {
  const gates = new Map<string, Gate[]>()
  for (const rule of rules) {
    const key = `${rule.protocol} ${rule.side}`
    gates.set(key, [...(gates.get(key) ?? []), rule])
  }
  return [...gates.values()].map((same) => {
    const { protocol, side } = same[0] as Gate
    return { protocol, side, ports: joined(same.flatMap(({ ports }) => ports)) }
  })
}

function joined(ranges: readonly PortRange[]): PortRange[] {
  const list: [number, number][] = []
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = list.at(-1)
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else list.push([first, last])
  }
  return list
}
