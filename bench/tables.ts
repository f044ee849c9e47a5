// SPDX-License-Identifier: GPL-2.0-or-later
// Prefixes by the million for the benches of tables, seeded: lengths as in the Internet's routing table, and hosts that each lie in a /24 of
// their own, the dearest there are for DIR-24-8. Each prefix belongs to one of NETWORKS networks, so that a look-up must find the longest.

import { printAddress } from './mixes.js'
import type { Seeded } from './seeded.js'

/** Shares of prefix lengths, roughly as announced to the default-free zone, with some longer ones as an ISP has inside. */
const IPV4_LENGTHS = lengthsOf({ 16: 2, 18: 2, 19: 3, 20: 5, 21: 5, 22: 12, 23: 10, 24: 56, 26: 2, 28: 1, 32: 2 })
const IPV6_LENGTHS = lengthsOf({ 29: 4, 32: 24, 36: 6, 40: 10, 44: 10, 48: 44, 56: 1, 64: 1 })
/** Longer IPv6 prefixes lie inside so many /32: the Internet's are not strewn evenly either. */
const IPV6_HOLDERS = 4000
export const NETWORKS = 64

export interface Drawn {
  /** Words of an address: 1 for IPv4, 4 for IPv6. */
  readonly width: 1 | 4
  /** Words of the address, and length, of each. */
  readonly columns: Uint32Array
  /** Network of each. */
  readonly networks: Uint8Array
  /** Network of each by `length:words`, for a search that is slow and obvious. */
  readonly byKey: ReadonlyMap<string, number>
}

function lengthsOf(shares: Readonly<Record<number, number>>): number[] {
  return Object.entries(shares).flatMap(([length, share]) => Array<number>(share).fill(Number(length)))
}

/** An IPv4 address, 1.0.0.0 to 223.255.255.255. */
export const unicastIpv4 = (random: Seeded): number => 0x0100_0000 + random.below(0xdf00_0000)

/** Addresses in the /32 that IPv6 prefixes are drawn from. */
export function ipv6Holders(random: Seeded): () => number[] {
  const holders = Array.from({ length: IPV6_HOLDERS }, () => globalIpv6(random))
  return () => [holders[random.below(IPV6_HOLDERS)] as number, random.word(), random.word(), random.word()]
}

/** The first word of an address in 2000::/3. */
export const globalIpv6 = (random: Seeded): number => 0x2000_0000 + random.below(0x2000_0000)

/** `count` distinct IPv4 prefixes with lengths as in the Internet's table, then `hosts` addresses, each in a /24 that no other of them is in. */
export function drawIpv4(count: number, hosts: number, random: Seeded): Drawn {
  const prefixes = draw(count, random, () => {
    const length = IPV4_LENGTHS[random.below(IPV4_LENGTHS.length)] as number
    return [masked([unicastIpv4(random)], length), length]
  })
  const taken = new Set<number>()
  const chosen = draw(hosts, random, () => {
    let host = unicastIpv4(random)
    while (taken.has(host >>> 8) || prefixes.has(`32:${host}`)) host = unicastIpv4(random)
    taken.add(host >>> 8)
    return [[host], 32]
  })
  return drawn(1, new Map([...prefixes, ...chosen]))
}

/** `count` distinct IPv6 prefixes inside the networks that `inside` gives addresses of. */
export function drawIpv6(count: number, inside: () => number[], random: Seeded): Drawn {
  const prefixes = draw(count, random, () => {
    const length = IPV6_LENGTHS[random.below(IPV6_LENGTHS.length)] as number
    return [masked(inside(), length), length]
  })
  return drawn(4, prefixes)
}

function draw(count: number, random: Seeded, one: () => [words: number[], length: number]): Map<string, number> {
  const byKey = new Map<string, number>()
  while (byKey.size < count) {
    const [words, length] = one()
    const key = keyOf(words, length)
    if (!byKey.has(key)) byKey.set(key, random.below(NETWORKS))
  }
  return byKey
}

function drawn(width: 1 | 4, byKey: ReadonlyMap<string, number>): Drawn {
  const columns = new Uint32Array(byKey.size * (width + 1))
  let at = 0
  for (const key of byKey.keys()) {
    const [length, ...words] = key.split(':').map(Number)
    columns.set([...words, length as number], at)
    at += width + 1
  }
  return { width, columns, networks: Uint8Array.from(byKey.values()), byKey }
}

const keyOf = (words: readonly number[], length: number): string => `${length}:${words.join(':')}`

/** The words of an address with all bits behind `length` cleared. */
function masked(words: readonly number[], length: number): number[] {
  return words.map((word, index) => {
    const bits = Math.min(32, Math.max(0, length - index * 32))
    return bits === 0 ? 0 : (word & (0xffffffff << (32 - bits))) >>> 0
  })
}

/** The network of the longest prefix around an address, found by trying every length; -1 for none. */
export function searchedNetwork({ width, byKey }: Drawn, words: readonly number[]): number {
  for (let length = width * 32; length >= 0; length--) {
    const network = byKey.get(keyOf(masked(words, length), length))
    if (network !== undefined) return network
  }
  return -1
}

/** `count` addresses inside IPv4 prefixes of `drawn`, each in a /24 that no other of them is in. */
export function hostsInside({ columns }: Drawn, count: number, random: Seeded): Uint32Array {
  const bySlash24 = new Map<number, number>()
  while (bySlash24.size < count) {
    const row = 2 * random.below(columns.length / 2)
    const host = ((columns[row] as number) + random.below(2 ** (32 - (columns[row + 1] as number)))) >>> 0
    bySlash24.set(host >>> 8, host)
  }
  return Uint32Array.from(bySlash24.values())
}

/** The columns of each network's prefixes. */
export function columnsByNetwork({ width, columns, networks }: Drawn): readonly Uint32Array[] {
  const stride = width + 1
  const own = Array.from({ length: NETWORKS }, () => [] as number[])
  for (let index = 0; index < networks.length; index++) {
    const list = own[networks[index] as number] as number[]
    for (let at = index * stride; at < (index + 1) * stride; at++) list.push(columns[at] as number)
  }
  return own.map((list) => Uint32Array.from(list))
}

/** IPv4 prefixes as text, one a line. */
export function printIpv4(columns: Uint32Array): string {
  const lines: string[] = []
  for (let at = 0; at < columns.length; at += 2) lines.push(`${printAddress(columns[at] as number)}/${columns[at + 1]}\n`)
  return lines.join('')
}
