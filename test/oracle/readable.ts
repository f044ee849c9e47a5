// SPDX-License-Identifier: GPL-2.0-or-later
// Step 1 of docs/verdicts.md, slowly: is the packet readable, and what does it say? Every byte is asked for by `byte`, which ends the
// reading with `cut` where it was not copied; every length is compared before the bytes behind it are asked for.

import { MAX_EXTENSION_BYTES, MAX_EXTENSION_HEADERS, PROTOCOL_TCP, PROTOCOL_UDP } from '../../src/contract/numbers.js'
import { CUT, FRAGMENT, MALFORMED, NOT_IP } from '../../src/contract/reasons.js'
import { TCP_SYN } from '../../src/contract/fields.js'
import type { Address, Family } from './addresses.js'

/** One packet as a queue hands it over. */
export interface Packet {
  /** The bytes in memory: the first of `length`. */
  readonly copied: Uint8Array
  /** Bytes on the wire, from the network header. */
  readonly length: number
  /** Interface indices; 0: none, or not known. */
  readonly inInterface: number
  readonly outInterface: number
}

export interface Payload {
  /** What the UDP header says. */
  readonly length: number
  /** Of it, in this packet on the wire. */
  readonly here: number
  /** Of it, in memory. */
  readonly copied: Uint8Array
}

/** What a readable packet says. Without ports, `ports` is null; the payload is UDP's alone. */
export interface Content {
  readonly source: Address
  readonly destination: Address
  readonly endless: boolean
  readonly protocol: number | null
  readonly ports: { readonly source: number; readonly destination: number } | null
  readonly tcpFlags: number
  readonly payload: Payload | null
  /** More fragments follow. */
  readonly firstFragment: boolean
}

/** Ends the reading: the packet is accepted with this reason. */
class Unreadable extends Error {
  readonly reason: number

  constructor(reason: number) {
    super(`reason ${reason}`)
    this.reason = reason
  }
}

const HOP_BY_HOP = 0
const ROUTING = 43
const FRAGMENT_HEADER = 44
const AUTHENTICATION = 51
const DESTINATION_OPTIONS = 60

/** Step 1. The content, or the reason that ends the packet's way. */
export function read(packet: Packet): Content | { readonly reason: number } {
  try {
    if (packet.length === 0) return { reason: NOT_IP }
    const version = byte(packet, 0) >> 4
    if (version === 4) return readIpv4(packet)
    if (version === 6) return readIpv6(packet)
    return { reason: NOT_IP }
  } catch (ended) {
    if (ended instanceof Unreadable) return { reason: ended.reason }
    throw ended
  }
}

function readIpv4(packet: Packet): Content {
  const headerBytes = (byte(packet, 0) & 15) * 4
  if (headerBytes < 20) throw new Unreadable(MALFORMED)
  if (headerBytes > packet.length) throw new Unreadable(MALFORMED)
  const totalLength = pair(packet, 2)
  if (totalLength < headerBytes || totalLength > packet.length) throw new Unreadable(MALFORMED)
  byte(packet, headerBytes - 1)
  const offset = pair(packet, 6) & 0x1fff
  const moreToFollow = (pair(packet, 6) & 0x2000) !== 0
  if (offset > 0) throw new Unreadable(FRAGMENT)
  const addresses = { source: addressAt(packet, 12, 4), destination: addressAt(packet, 16, 4) }
  const carried = totalLength - headerBytes
  const end = moreToFollow ? headerBytes + 8 * Math.floor(carried / 8) : totalLength
  return readTransport(packet, addresses, byte(packet, 9), headerBytes, end, moreToFollow)
}

function readIpv6(packet: Packet): Content {
  if (packet.length < 40) throw new Unreadable(MALFORMED)
  const end = 40 + pair(packet, 4)
  if (end > packet.length) throw new Unreadable(MALFORMED)
  byte(packet, 39)
  const addresses = { source: addressAt(packet, 8, 6), destination: addressAt(packet, 24, 6) }
  let protocol = byte(packet, 6)
  let at = 40
  let headers = 0
  let fragment = false
  while ([HOP_BY_HOP, ROUTING, FRAGMENT_HEADER, AUTHENTICATION, DESTINATION_OPTIONS].includes(protocol)) {
    const headerEnd = at + extensionBytes(packet, protocol, at, end)
    if (headerEnd > end) throw new Unreadable(MALFORMED)
    if (protocol === FRAGMENT_HEADER) {
      byte(packet, at + 7)
      if (pair(packet, at + 2) >> 3 > 0) throw new Unreadable(FRAGMENT)
      if ((pair(packet, at + 2) & 1) === 1) fragment = true
    }
    protocol = byte(packet, at)
    at = headerEnd
    headers++
    if (headers > MAX_EXTENSION_HEADERS || at - 40 > MAX_EXTENSION_BYTES) {
      return { ...addresses, endless: true, protocol: null, ports: null, tcpFlags: 0, payload: null, firstFragment: fragment }
    }
  }
  return readTransport(packet, addresses, protocol, at, end, fragment)
}

/** RFC 8200 sections 4.3, 4.4, 4.5 and 4.6; RFC 4302 section 2.2 for the authentication header, which counts in words of four bytes. */
function extensionBytes(packet: Packet, protocol: number, at: number, end: number): number {
  if (protocol === FRAGMENT_HEADER) return 8
  // The least that both lengths below can say: fewer bytes on the wire contradict any header, seen or not.
  if (at + 8 > end) throw new Unreadable(MALFORMED)
  const length = byte(packet, at + 1)
  return protocol === AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8
}

function readTransport(
  packet: Packet,
  addresses: { readonly source: Address; readonly destination: Address },
  protocol: number,
  at: number,
  end: number,
  fragment: boolean,
): Content {
  if (protocol === PROTOCOL_UDP) {
    if (at + 8 > end) throw new Unreadable(MALFORMED)
    const length = udpLength(pair(packet, at + 4), addresses.source.family, fragment ? at + 65535 : end, at)
    if (length < 8) throw new Unreadable(MALFORMED)
    if (!fragment && at + length > end) throw new Unreadable(MALFORMED)
    byte(packet, at + 7)
    const here = Math.min(length - 8, end - (at + 8))
    const payload = { length: length - 8, here, copied: packet.copied.slice(at + 8, at + 8 + here) }
    return { ...addresses, endless: false, protocol, ports: portsAt(packet, at), tcpFlags: 0, payload, firstFragment: fragment }
  }
  if (protocol === PROTOCOL_TCP) {
    if (at + (fragment ? 8 : 20) > end) throw new Unreadable(MALFORMED)
    if (at + 14 > end)
      return {
        ...addresses,
        endless: false,
        protocol,
        ports: portsAt(packet, at),
        tcpFlags: TCP_SYN,
        payload: null,
        firstFragment: fragment,
      }
    const headerBytes = (byte(packet, at + 12) >> 4) * 4
    if (headerBytes < 20) throw new Unreadable(MALFORMED)
    if (!fragment && at + headerBytes > end) throw new Unreadable(MALFORMED)
    const tcpFlags = byte(packet, at + 13)
    return { ...addresses, endless: false, protocol, ports: portsAt(packet, at), tcpFlags, payload: null, firstFragment: fragment }
  }
  return { ...addresses, endless: false, protocol, ports: null, tcpFlags: 0, payload: null, firstFragment: fragment }
}

/** In IPv6 a length of 0 stands for all that IP carries. */
function udpLength(written: number, family: Family, end: number, at: number): number {
  return written === 0 && family === 6 ? end - at : written
}

/** One header byte, known to be on the wire. */
function byte(packet: Packet, at: number): number {
  const value = packet.copied[at]
  if (value === undefined) throw new Unreadable(CUT)
  return value
}

const pair = (packet: Packet, at: number): number => byte(packet, at) * 256 + byte(packet, at + 1)

const portsAt = (packet: Packet, at: number) => ({ source: pair(packet, at), destination: pair(packet, at + 2) })

function addressAt(packet: Packet, at: number, family: Family): Address {
  let value = 0n
  for (let index = 0; index < (family === 4 ? 4 : 16); index++) value = (value << 8n) | BigInt(byte(packet, at + index))
  return { family, value }
}
