// SPDX-License-Identifier: GPL-2.0-or-later
// Whole IP packets for real receivers: as test/property/packets.ts builds them, but with checksums over UDP, since a host throws away what
// an engine would read; and datagrams cut into fragments where the test wants the cut.

import { address, addressBytes } from '../oracle/addresses.js'
import { concat, hex, ip, tcp, udp } from '../property/packets.js'

const TCP = 6
const UDP = 17
const SYN = 0x02
const ACK = 0x10

export const DNS_QUERY = hex('1234 0100 0001 0000 0000 0000 00 0001 0001 000000')
export const DNS_REPLY = hex('1234 8180 0001 0000 0000 0000 00 0001 0001 000000')
export const NTP_REQUEST = concat([0x23], new Array<number>(47).fill(0))
export const NTP_REPLY = concat([0x24, 2], new Array<number>(46).fill(0))
export const M_SEARCH = new TextEncoder().encode('M-SEARCH * HTTP/1.1\r\nMAN: "ssdp:discover"\r\n\r\n')

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

export interface Way {
  readonly from: string
  readonly to: string
  readonly ports: readonly [source: number, destination: number]
}

/** `bytes` with the Internet checksum over them and the pseudo header of `way` written at offset `at`. */
function checksummed({ from, to }: Way, protocol: number, bytes: Uint8Array, at: number): Uint8Array {
  const pseudo = concat(addressBytes(address(from)), addressBytes(address(to)), [0, protocol, bytes.length >> 8, bytes.length & 255])
  const summed = concat(pseudo, bytes, [0])
  let sum = 0
  for (let index = 0; index + 1 < summed.length; index += 2) sum += ((summed[index] as number) << 8) | (summed[index + 1] as number)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  const checksum = ~sum & 0xffff || 0xffff
  bytes.set([checksum >> 8, checksum & 255], at)
  return bytes
}

/** A UDP header and payload with the checksum that `way` asks for. */
export function transport(way: Way, payload: Uint8Array): Uint8Array {
  return checksummed(way, UDP, udp(way.ports[0], way.ports[1], payload), 6)
}

/** The opening segment of a TCP connection, with options up to `words` words of header. */
export function opening(way: Way, words: number): Uint8Array {
  return checksummed(way, TCP, tcp(way.ports[0], way.ports[1], SYN, words), 16)
}

const ends = ({ from, to }: Way, protocol = UDP) => ({ source: address(from), destination: address(to), protocol })

/** One whole packet, with IPv4 option bytes or an IPv6 chain in front of UDP where given. */
export function whole(
  way: Way,
  payload: Uint8Array,
  { options, extensions }: { options?: Uint8Array; extensions?: readonly Uint8Array[] } = {},
): Uint8Array {
  if (extensions === undefined) return ip({ ...ends(way), ...(options && { options }) }, transport(way, payload))
  // Next header numbers are all 60 (destination options) but the last, which says UDP.
  const chain = concat(...extensions.map((bytes, index) => concat([index === extensions.length - 1 ? 17 : 60], bytes.subarray(1))))
  const packet = ip(ends(way), concat(chain, transport(way, payload)))
  packet[6] = 60
  return packet
}

/** A destination options header of `bytes` bytes, a multiple of 8, that receivers take: one unknown option that they are told to skip. */
export function destinationOptions(bytes: number): Uint8Array {
  // 0x1e: for experiments, RFC 4727; its two highest bits are clear, which means "skip it" (RFC 8200 section 4.2).
  return concat([0, bytes / 8 - 1, 0x1e, bytes - 4], new Array<number>(bytes - 4).fill(0xa5))
}

export interface Piece {
  /** Bytes of the transport part; all but the last end at multiples of 8. */
  readonly from: number
  readonly to?: number
  /** Instead of the datagram's own bytes. */
  readonly bytes?: Uint8Array
  readonly more: boolean
}

/** Fragments of one datagram, in the order of `pieces`. The identification is `id`: two packets must not share one. */
export function fragments(way: Way, payload: Uint8Array, id: number, pieces: readonly Piece[]): Uint8Array[] {
  return cutInto(way, UDP, transport(way, payload), id, pieces)
}

/** The two fragments of an opening segment of 8 words, cut `at` bytes behind its beginning. */
export function openingCutAt(way: Way, id: number, at: number): Uint8Array[] {
  const pieces = [
    { from: 0, to: at, more: true },
    { from: at, more: false },
  ]
  return cutInto(way, TCP, opening(way, 8), id, pieces)
}

/**
 * As openingCutAt 8, but the first fragment goes on for 7 bytes, up to flags that say ACK: receivers cut it down to a multiple of 8, and take
 * the flags from the second.
 */
export function openingBehindDecoy(way: Way, id: number): Uint8Array[] {
  const segment = opening(way, 8)
  return cutInto(way, TCP, segment, id, [
    { from: 0, bytes: concat(segment.slice(0, 8), [0, 0, 0, 0, 0x80, ACK, 0xff]), more: true },
    { from: 8, more: false },
  ])
}

function cutInto(way: Way, protocol: number, whole: Uint8Array, id: number, pieces: readonly Piece[]): Uint8Array[] {
  return pieces.map(({ from, to, bytes, more }) => {
    const packet = ip({ ...ends(way, protocol), fragment: { offset: from / 8, more } }, bytes ?? whole.slice(from, to))
    if (packet[0] === 0x60) packet.set([id >> 8, id & 255], 46)
    else packet.set([id >> 8, id & 255], 4)
    return packet
  })
}

/** The two fragments of a datagram that is cut `at` bytes behind the beginning of its UDP header. */
export function cutAt(way: Way, payload: Uint8Array, id: number, at: number): Uint8Array[] {
  return fragments(way, payload, id, [
    { from: 0, to: at, more: true },
    { from: at, more: false },
  ])
}
