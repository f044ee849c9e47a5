// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses as the kernel's tools print them in rules, and whether they meet protected prefixes. What is not understood is null, and whoever
// asks must take null as "any address": here a wrong "no" would put a block beside packets that it never sees.

import type { SteeringSet } from '../compile/steering.js'
import { IPV4_STRIDE, IPV6_STRIDE } from '../install/addresses.js'

type Family = 4 | 6

/** Inclusive. */
export interface AddressRange {
  readonly family: Family
  readonly first: bigint
  readonly last: bigint
}

const BITS = { 4: 32, 6: 128 } as const
const GROUPS = 8

/** `198.51.100.0/24`, `192.0.2.1-192.0.2.7`, `2001:db8::1`: canonical text, as the tools give it. null for all else. */
export function parseRange(text: string): AddressRange | null {
  const [from = '', to, ...more] = text.split('-')
  if (more.length > 0) return null
  if (to === undefined) return parsePrefix(text)
  const [first, last] = [parsePrefix(from), parsePrefix(to)]
  if (first === null || last === null || first.family !== last.family || first.first > last.last) return null
  return { family: first.family, first: first.first, last: last.last }
}

function parsePrefix(text: string): AddressRange | null {
  const [address = '', length] = text.split('/')
  const family: Family = address.includes(':') ? 6 : 4
  const value = family === 4 ? parseIpv4(address) : parseIpv6(address)
  const bits = length === undefined ? BITS[family] : /^\d{1,3}$/.test(length) ? Number(length) : -1
  // A mask with holes (10.0.0.1/255.0.0.255) is no prefix.
  if (value === null || bits < 0 || bits > BITS[family]) return null
  const hosts = (1n << BigInt(BITS[family] - bits)) - 1n
  return { family, first: value & ~hosts, last: value | hosts }
}

function parseIpv4(text: string): bigint | null {
  const bytes = text.split('.')
  if (bytes.length !== 4 || !bytes.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) < 256)) return null
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

function parseIpv6(text: string): bigint | null {
  const [head = '', tail, ...more] = text.split('::')
  const groupsOf = (part: string): string[] => (part === '' ? [] : part.split(':'))
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')]
  const missing = GROUPS - before.length - after.length
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return null
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n)
}

/** Whether an address of the range is in one of the prefixes. */
export function touches({ family, first, last }: AddressRange, { ipv4, ipv6 }: SteeringSet['prefixes']): boolean {
  const [columns, words] = family === 4 ? [ipv4, IPV4_STRIDE - 1] : [ipv6, IPV6_STRIDE - 1]
  for (let at = 0; at < columns.length; at += words + 1) {
    let address = 0n
    for (let word = at; word < at + words; word++) address = (address << 32n) | BigInt(columns[word])
    const hosts = (1n << BigInt(BITS[family] - columns[at + words])) - 1n
    if (first <= (address | hosts) && address <= last) return true
  }
  return false
}
