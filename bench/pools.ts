// SPDX-License-Identifier: GPL-2.0-or-later
// Customers by the million, and DNS packets for them from everywhere: neither the destinations' nor the sources' entries of a table stay in
// a cache near the core. Lengths of the prefixes are as in the Internet's routing table (tables.ts), all in one network.
//
// So many prefixes do not fit into the addresses that documents and benches may have, so these are drawn from all unicast addresses; their
// packets see two links, both ends of which are in namespaces of the bench.

import { dnsMix, type MixPacket } from './mixes.js'
import { type Seeded, seeded } from './seeded.js'
import { drawIpv4, printIpv4, unicastIpv4 } from './tables.js'

const SEED = 32
const SLASH_24S = 1 << 24

/** What the bench's own links have, and loopback, which no router forwards: by first and last /24. */
const NOT_FORWARDED: readonly (readonly [number, number])[] = [
  [0x7f_0000, 0x7f_ffff],
  [0xc6_1200, 0xc6_12ff],
  [0xcb_0071, 0xcb_0071],
]

export interface Pool {
  /** One prefix a line, for a policy's file. */
  readonly file: string
  /** `count` packets from outside the pool to customers all over it, half of which live. */
  mix(count: number, seed: number): MixPacket[]
}

/** A pool of `count` prefixes, the same in every run. */
export function drawPool(count: number): Pool {
  const { columns } = drawIpv4(count, 0, seeded(SEED))
  const inside = slash24sOf(columns)
  const isForwarded = (address: number) => NOT_FORWARDED.every(([first, last]) => address >>> 8 < first || address >>> 8 > last)
  const customer = (random: Seeded): number => {
    for (;;) {
      const row = 2 * random.below(columns.length / 2)
      const address = ((columns[row] as number) + random.below(2 ** (32 - (columns[row + 1] as number)))) >>> 0
      if (isForwarded(address)) return address
    }
  }
  const source = (random: Seeded): number => {
    for (;;) {
      const address = unicastIpv4(random)
      if (inside[address >>> 8] === 0 && isForwarded(address)) return address
    }
  }
  return { file: printIpv4(columns), mix: (packets, seed) => dnsMix(packets, seed, { customer, source }) }
}

/** 1 for each /24 that has an address of some prefix in it. */
function slash24sOf(columns: Uint32Array): Uint8Array {
  const inside = new Uint8Array(SLASH_24S)
  for (let row = 0; row < columns.length; row += 2) {
    const first = (columns[row] as number) >>> 8
    inside.fill(1, first, first + 2 ** Math.max(0, 24 - (columns[row + 1] as number)))
  }
  return inside
}
