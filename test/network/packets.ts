// SPDX-License-Identifier: GPL-2.0-or-later
// Whole IP packets for real receivers: as test/property/packets.ts builds them, but with checksums over UDP, since a host throws away what
// an engine would read; and datagrams cut into fragments where the test wants the cut.

import { address, addressBytes } from '../oracle/addresses.js'
import { concat, hex, ip, udp } from '../property/packets.js'

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

/** A UDP header and payload with the checksum that `way` asks for. */
export function transport({ from, to, ports }: Way, payload: Uint8Array): Uint8Array {
  const bytes = udp(ports[0], ports[1], payload)
  const pseudo = concat(addressBytes(address(from)), addressBytes(address(to)), [0, 17, bytes.length >> 8, bytes.length & 255])
  const whole = concat(pseudo, bytes, [0])
  let sum = 0
  for (let at = 0; at + 1 < whole.length; at += 2) sum += ((whole[at] as number) << 8) | (whole[at + 1] as number)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  const checksum = ~sum & 0xffff || 0xffff
  bytes.set([checksum >> 8, checksum & 255], 6)
  return bytes
}

const ends = ({ from, to }: Way) => ({ source: address(from), destination: address(to), protocol: 17 })

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

/** Fragments of one datagram, in the order of `pieces`. The identification is `id`: two datagrams must not share one. */
export function fragments(way: Way, payload: Uint8Array, id: number, pieces: readonly Piece[]): Uint8Array[] {
  const datagram = transport(way, payload)
  return pieces.map(({ from, to, bytes, more }) => {
    const packet = ip({ ...ends(way), fragment: { offset: from / 8, more } }, bytes ?? datagram.slice(from, to))
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
