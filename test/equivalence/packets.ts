// SPDX-License-Identifier: GPL-2.0-or-later
// IP around a segment, as routers take it: with a header checksum that is right, an identification (IPv4) or flow label (IPv6) by which the
// packet is known again, options, chains of extension headers, and cut into fragments.

import type { Seeded } from '../../bench/seeded.js'
import { type Address, addressBytes } from '../oracle/addresses.js'
import { concat } from '../property/packets.js'

export interface Ends {
  readonly source: Address
  readonly destination: Address
  /** Of 16 bits for IPv4, 20 for IPv6. */
  readonly id: number
}

export interface Part {
  readonly protocol: number
  readonly bytes: Uint8Array
}

const big16 = (value: number): number[] => [(value >> 8) & 255, value & 255]
const HOPS = 64
const NO_OPERATION = 1
const MORE_TO_FOLLOW = 0x2000
export const FRAGMENT_HEADER = 44
const AUTHENTICATION = 51
const ROUTING = 43

/** `words` of options; `fragment` is what stands in the fragment field; `length` instead of the true one. */
export function ipv4(ends: Ends, { protocol, bytes }: Part, { words = 0, fragment = 0, length = -1 } = {}): Uint8Array {
  const options = new Array<number>(4 * words).fill(NO_OPERATION)
  const total = length < 0 ? 20 + options.length + bytes.length : length
  const addresses = [...addressBytes(ends.source), ...addressBytes(ends.destination)]
  const head = [0x45 + words, 0, ...big16(total), ...big16(ends.id), ...big16(fragment), HOPS, protocol, 0, 0, ...addresses, ...options]
  return concat(summed(Uint8Array.from(head)), bytes)
}

/** Writes the header's checksum (RFC 1071) over whatever stands there. */
export function summed(head: Uint8Array): Uint8Array {
  const length = Math.min(4 * ((head[0] as number) & 15), head.length)
  head.set([0, 0], 10)
  let sum = 0
  for (let at = 0; at + 1 < length; at += 2) sum += ((head[at] as number) << 8) | (head[at + 1] as number)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  head.set(big16(~sum), 10)
  return head
}

export function ipv6(ends: Ends, { protocol, bytes }: Part, length = -1): Uint8Array {
  const { source, destination, id } = ends
  const head = [0x60, id >> 16, ...big16(id), ...big16(length < 0 ? bytes.length : length), protocol, HOPS]
  return concat(head, addressBytes(source), addressBytes(destination), bytes)
}

/** An extension header of `length` bytes that routers and receivers take, without the byte for what follows it. */
function extension(type: number, length: number): number[] {
  if (type === AUTHENTICATION) return [length / 4 - 2, ...new Array<number>(length - 2).fill(0)]
  // No segments left: the destination is the last stop (RFC 8200 section 4.4). 253 is for experiments.
  if (type === ROUTING) return [length / 8 - 1, 253, 0, ...new Array<number>(length - 4).fill(0)]
  // One option of a type that is to be skipped where it is not known (RFC 8200 section 4.2).
  return [length / 8 - 1, 0x1e, length - 4, ...new Array<number>(length - 4).fill(0xa5)]
}

/** The part behind a chain of extension headers, of these types and lengths. */
export function chained(part: Part, chain: readonly (readonly [type: number, length: number])[]): Part {
  return chain.reduceRight((inner, [type, length]) => {
    return { protocol: type, bytes: concat([inner.protocol], extension(type, length), inner.bytes) }
  }, part)
}

/** Of fragment headers, in front of `bytes` of a datagram. */
export function fragmentHeader(next: number, offset: number, more: boolean, id: number, bytes: Uint8Array): Part {
  return { protocol: FRAGMENT_HEADER, bytes: concat([next, 0], big16(offset | (more ? 1 : 0)), [0, 0], big16(id), bytes) }
}

/** The datagram in fragments, cut at these bytes of its part: multiples of 8. */
export function cut(ends: Ends, part: Part, at: readonly number[]): Uint8Array[] {
  const edges = [0, ...at.filter((edge) => edge < part.bytes.length), part.bytes.length]
  return edges.slice(0, -1).map((from, index) => {
    const to = edges[index + 1] as number
    const more = to < part.bytes.length
    const bytes = part.bytes.slice(from, to)
    if (ends.source.family === 6) return ipv6(ends, fragmentHeader(part.protocol, from, more, ends.id & 0xffff, bytes))
    return ipv4(ends, { protocol: part.protocol, bytes }, { fragment: (more ? MORE_TO_FOLLOW : 0) | (from / 8) })
  })
}

/** A few bits turned, in the headers most often, but never in what the packet is known again by. */
export function mangled(packet: Uint8Array, random: Seeded): Uint8Array {
  const changed = packet.slice()
  const six = changed[0] === 0x60
  for (let flips = 1 + random.below(3); flips > 0; flips--) {
    const at = random.below(Math.min(changed.length, 72))
    const known = six ? at < 4 || (at >= 8 && at < 40) : at === 0 || at === 4 || at === 5 || (at >= 12 && at < 20)
    if (!known) changed[at] = (changed[at] as number) ^ (1 << random.below(8))
  }
  return six ? changed : summed(changed)
}
