// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses and prefixes for the slow oracle and the generators: one BigInt each, and containment by shifting. Nothing here is fast, and
// nothing here is shared with the engine.

import ipaddr from 'ipaddr.js'
import { IPV4_PREFIX_WORDS, IPV6_PREFIX_WORDS, type Policy, type Prefixes } from '../../src/control/policy/policy.js'

export type Family = 4 | 6

export interface Address {
  readonly family: Family
  readonly value: bigint
}

export interface Prefix extends Address {
  readonly length: number
}

export const bitsOf = (family: Family): number => (family === 4 ? 32 : 128)

/** An address from its text. Throws where it is none. */
export function address(text: string): Address {
  const bytes = ipaddr.parse(text).toByteArray()
  return { family: bytes.length === 4 ? 4 : 6, value: bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) }
}

/** A prefix from `address/length`. Host bits are cleared. */
export function prefix(text: string): Prefix {
  const [left = '', right = ''] = text.split('/')
  return clearHostBits(address(left), Number(right))
}

export function clearHostBits({ family, value }: Address, length: number): Prefix {
  const hostBits = BigInt(bitsOf(family) - length)
  return { family, value: (value >> hostBits) << hostBits, length }
}

export function addressBytes({ family, value }: Address): Uint8Array {
  const count = bitsOf(family) / 8
  return Uint8Array.from({ length: count }, (_, index) => Number((value >> BigInt(8 * (count - 1 - index))) & 0xffn))
}

export const addressText = (from: Address): string => ipaddr.fromByteArray([...addressBytes(from)]).toString()
export const prefixText = (from: Prefix): string => `${addressText(from)}/${from.length}`

export function contains(outer: Prefix, inner: Address): boolean {
  const hostBits = BigInt(bitsOf(outer.family) - outer.length)
  return outer.family === inner.family && outer.value >> hostBits === inner.value >> hostBits
}

/** The columns of a policy as a list. */
export function listPrefixes({ ipv4, ipv6 }: Prefixes): Prefix[] {
  const list: Prefix[] = []
  for (let at = 0; at < ipv4.length; at += IPV4_PREFIX_WORDS) {
    list.push({ family: 4, value: BigInt(ipv4[at]!), length: ipv4[at + 1]! })
  }
  for (let at = 0; at < ipv6.length; at += IPV6_PREFIX_WORDS) {
    const value = [0, 1, 2, 3].reduce((sum, word) => (sum << 32n) | BigInt(ipv6[at + word]!), 0n)
    list.push({ family: 6, value, length: ipv6[at + 4]! })
  }
  return list
}

/** A list as the columns of a policy. */
export function prefixColumns(list: readonly Prefix[]): Prefixes {
  const word = (value: bigint, shift: number) => Number((value >> BigInt(shift)) & 0xffffffffn)
  const ipv4 = list.filter(({ family }) => family === 4).flatMap(({ value, length }) => [Number(value), length])
  const ipv6 = list
    .filter(({ family }) => family === 6)
    .flatMap(({ value, length }) => [word(value, 96), word(value, 64), word(value, 32), word(value, 0), length])
  return { ipv4: Uint32Array.from(ipv4), ipv6: Uint32Array.from(ipv6) }
}

/** The index of the network with the longest prefix that contains the address, or -1. */
export function networkOf(policy: Policy, of: Address): number {
  let best = -1
  let longest = -1
  policy.networks.forEach((network, index) => {
    for (const candidate of prefixesOf(network)) {
      if (contains(candidate, of) && candidate.length > longest) {
        best = index
        longest = candidate.length
      }
    }
  })
  return best
}

const listed = new WeakMap<object, Prefix[]>()

/** The prefixes of a network or an exemption, turned into a list once. */
export function prefixesOf(owner: { readonly prefixes: Prefixes } | { readonly prefix: Prefixes }): Prefix[] {
  const known = listed.get(owner)
  if (known) return known
  const list = listPrefixes('prefixes' in owner ? owner.prefixes : owner.prefix)
  listed.set(owner, list)
  return list
}
