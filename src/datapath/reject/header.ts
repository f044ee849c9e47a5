// SPDX-License-Identifier: GPL-2.0-or-later
// The IP header of an answer (RFC 791 section 3.1, RFC 8200 section 3): without options, 64 hops, never fragmented.

import * as FIELDS from '../../contract/fields.js'
import { addWords, putChecksum } from './checksum.js'

const { SOURCE } = FIELDS

export const IPV4_HEADER_BYTES = 20
export const IPV6_HEADER_BYTES = 40

export const IPV4_SOURCE = 12
const IPV4_DESTINATION = 16
const IPV4_CHECKSUM = 10
const IPV6_SOURCE = 8
const IPV6_DESTINATION = 24

const HOPS = 64
const DO_NOT_FRAGMENT = 0x40

export function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24
  bytes[at + 1] = word >>> 16
  bytes[at + 2] = word >>> 8
  bytes[at + 3] = word
}

export function putPair(bytes: Uint8Array, at: number, pair: number): void {
  bytes[at] = pair >>> 8
  bytes[at + 1] = pair
}

/** The address in `field` of the fields, or with NO_ADDRESS the unspecified one. */
function putAddress(bytes: Uint8Array, at: number, words: number, fields: Uint32Array, field: number): void {
  for (let word = 0; word < words; word++) putWord(bytes, at + word * 4, field === NO_ADDRESS ? 0 : fields[field + word])
}

/** In place of a field: the kernel fills in an address of the router. */
export const NO_ADDRESS = -1

/** Writes the header of an answer of `length` bytes to the source of the packet in `fields`, from the address in the field `from`. */
export function putIpv4(answer: Uint8Array, length: number, protocol: number, service: number, fields: Uint32Array, from: number): void {
  answer[0] = 0x45
  answer[1] = service
  putPair(answer, 2, length)
  // Without an identification: what is never fragmented needs none (RFC 6864 section 4.1).
  putPair(answer, 4, 0)
  putPair(answer, 6, DO_NOT_FRAGMENT << 8)
  answer[8] = HOPS
  answer[9] = protocol
  putPair(answer, IPV4_CHECKSUM, 0)
  putAddress(answer, IPV4_SOURCE, 1, fields, from)
  putAddress(answer, IPV4_DESTINATION, 1, fields, SOURCE)
  putChecksum(answer, IPV4_CHECKSUM, addWords(answer, 0, IPV4_HEADER_BYTES, 0))
}

/** As putIpv4. */
export function putIpv6(answer: Uint8Array, length: number, nextHeader: number, fields: Uint32Array, from: number): void {
  putWord(answer, 0, 0x60000000)
  putPair(answer, 4, length - IPV6_HEADER_BYTES)
  answer[6] = nextHeader
  answer[7] = HOPS
  putAddress(answer, IPV6_SOURCE, 4, fields, from)
  putAddress(answer, IPV6_DESTINATION, 4, fields, SOURCE)
}

/** The sum of the pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1) of an answer whose addresses stand in its header. */
export function pseudoHeader(answer: Uint8Array, ipv4: boolean, protocol: number, transportBytes: number): number {
  const addresses = ipv4 ? addWords(answer, IPV4_SOURCE, IPV4_HEADER_BYTES, 0) : addWords(answer, IPV6_SOURCE, IPV6_HEADER_BYTES, 0)
  return addresses + protocol + transportBytes
}
