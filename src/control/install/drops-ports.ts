// SPDX-License-Identifier: GPL-2.0-or-later
// Services by port: for each port the list of those that have it, and ports with the same list together. So a packet is asked what its own
// port's services ask, in the policy's order, however many others there are.

import type { PortRange } from './ports.js'

export interface PortGroup<Member> {
  /** Ascending, disjoint, not adjacent. */
  readonly ports: readonly PortRange[]
  /** In the order given. */
  readonly members: readonly Member[]
}

/** Groups in the order of their first port. Ports that no member has are in none. */
export function groupByPort<Member extends { readonly first: number; readonly last: number }>(
  members: readonly Member[],
): PortGroup<Member>[] {
  const groups = new Map<string, { ports: [number, number][]; members: readonly Member[] }>()
  const starts = [...new Set(members.flatMap(({ first, last }) => [first, last + 1]))].sort((a, b) => a - b)
  for (const [index, start] of starts.slice(0, -1).entries()) {
    const end = (starts[index + 1] as number) - 1
    const here = members.flatMap(({ first, last }, number) => (first <= start && end <= last ? number : []))
    if (here.length === 0) continue
    const key = here.join()
    const group = groups.get(key) ?? { ports: [], members: here.map((number) => members[number] as Member) }
    const before = group.ports.at(-1)
    if (before !== undefined && before[1] === start - 1) before[1] = end
    else group.ports.push([start, end])
    groups.set(key, group)
  }
  return [...groups.values()]
}
