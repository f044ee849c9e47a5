// SPDX-License-Identifier: GPL-2.0-or-later
// Which prefix of the policy an address lies in: the image knows only the network. A plain search over all prefixes, for one packet; what
// it finds is held against the class that the engine found (explain.ts).

import type { Prefix } from '../control/policy/nesting.js'
import { IPV4_PREFIX_WORDS, IPV6_PREFIX_WORDS, type Network, type Prefixes } from '../control/policy/policy.js'

/** An address: one word for IPv4, four for IPv6, most significant first. */
export type Words = readonly number[]

export interface Match {
  /** Index into Policy.networks. */
  readonly network: number
  readonly prefix: Prefix
}

/** The upper `bits` bits of a word, for any number of them. */
const maskOf = (bits: number): number => (bits <= 0 ? 0 : bits >= 32 ? 0xffffffff : (-1 << (32 - bits)) >>> 0)

/** The longest of these prefixes around the address, or null. */
export function longestAround(prefixes: Prefixes, address: Words): Prefix | null {
  const [column, row] = address.length === 1 ? [prefixes.ipv4, IPV4_PREFIX_WORDS] : [prefixes.ipv6, IPV6_PREFIX_WORDS]
  let longest = -1
  for (let at = 0; at < column.length; at += row) {
    const length = column[at + row - 1]
    if (length > longest && address.every((word, part) => (word & maskOf(length - 32 * part)) >>> 0 === column[at + part])) longest = length
  }
  if (longest < 0) return null
  return { words: address.map((word, part) => (word & maskOf(longest - 32 * part)) >>> 0), length: longest }
}

/** The network that the address belongs to: the one with the longest prefix around it. null: none, the address is foreign. */
export function networkAround(networks: readonly Network[], address: Words): Match | null {
  let best: Match | null = null
  for (const [network, { prefixes }] of networks.entries()) {
    const prefix = longestAround(prefixes, address)
    if (prefix !== null && prefix.length > (best?.prefix.length ?? -1)) best = { network, prefix }
  }
  return best
}

/** Whether the address is in a set of a plan: the longest prefix around it decides, and an exclusion takes out what it contains. */
export function isInSet({ prefixes, exclusions }: { readonly prefixes: Prefixes; readonly exclusions: Prefixes }, address: Words): boolean {
  const inside = longestAround(prefixes, address)
  const carved = longestAround(exclusions, address)
  return inside !== null && (carved === null || carved.length < inside.length)
}

/** Of the first prefixes of that family, at most `count`: the first address behind the prefix's own where there is room, else that one. */
export function firstAddresses({ ipv4, ipv6 }: Prefixes, family: 4 | 6, count: number): readonly Words[] {
  const [column, row] = family === 4 ? [ipv4, IPV4_PREFIX_WORDS] : [ipv6, IPV6_PREFIX_WORDS]
  return Array.from({ length: Math.min(count, column.length / row) }, (_, index) => {
    const words = [...column.subarray(index * row, index * row + row - 1)]
    const spare = 32 * words.length - column[index * row + row - 1]
    return words.map((word, part) => (spare > 1 && part === words.length - 1 ? word + 1 : word))
  })
}
