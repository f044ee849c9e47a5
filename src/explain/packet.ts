// SPDX-License-Identifier: GPL-2.0-or-later
// A packet made of what an operator says: IPv4 or IPv6, UDP or TCP, with right lengths. Checksums are zero: the data path does not read
// them, since the kernel in front of it has checked. Also bytes from hexadecimal digits.

import { OperationalError } from '../errors.js'
import type { Words } from './networks.js'

export interface PacketSpec {
  /** Of one family. */
  readonly source: Words
  readonly destination: Words
  readonly sourcePort: number
  readonly destinationPort: number
  readonly transport: { readonly protocol: 'udp'; readonly payload: Uint8Array } | { readonly protocol: 'tcp'; readonly flags: number }
}

/** What IP carries at most, header included (IPv4) or not (IPv6). */
export const MAX_PACKET = 65535

const PROTOCOL = { udp: 17, tcp: 6 } as const
const HOPS = 64
const DO_NOT_FRAGMENT = 0x4000

const pair = (value: number): number[] => [value >>> 8, value & 255]
const bytesOf = (address: Words): number[] => address.flatMap((word) => [...pair(word >>> 16), ...pair(word & 0xffff)])

export function buildPacket({ source, destination, sourcePort, destinationPort, transport }: PacketSpec): Uint8Array {
  const ports = [...pair(sourcePort), ...pair(destinationPort)]
  const body = transport.protocol === 'udp' ? [...ports, ...udpRest(transport.payload)] : [...ports, ...tcpRest(transport.flags)]
  const protocol = PROTOCOL[transport.protocol]
  const header =
    source.length === 1
      ? [0x45, 0, ...pair(20 + body.length), 0, 0, ...pair(DO_NOT_FRAGMENT), HOPS, protocol, 0, 0]
      : [0x60, 0, 0, 0, ...pair(body.length), protocol, HOPS]
  return Uint8Array.of(...header, ...bytesOf(source), ...bytesOf(destination), ...body)
}

const udpRest = (payload: Uint8Array): number[] => [...pair(8 + payload.length), 0, 0, ...payload]

/** Sequence number 1, nothing acknowledged, five words of header, a full window. */
const tcpRest = (flags: number): number[] => [0, 0, 0, 1, 0, 0, 0, 0, 0x50, flags, 255, 255, 0, 0, 0, 0]

/** Bytes from hexadecimal digits, blanks and colons between them ignored. Throws USAGE, and shows none of the digits. */
export function parseHex(option: string, text: string, most: number): Uint8Array {
  const digits = text.replace(/[\s:]/g, '')
  if (!/^([0-9a-f]{2})*$/i.test(digits)) {
    throw new OperationalError('USAGE', `${option} takes hexadecimal digits, two for each byte, as in 12340100`)
  }
  if (digits.length / 2 > most) throw new OperationalError('USAGE', `${option}: ${digits.length / 2} bytes, more than the ${most} that fit`)
  return Uint8Array.from(digits.match(/../g) ?? [], (two) => Number.parseInt(two, 16))
}
