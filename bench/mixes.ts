// SPDX-License-Identifier: GPL-2.0-or-later
// The traffic and the networks of the benches, seeded, so that every consumer and every run sees the same packets in the same order.
// Sources are random inside 198.18.0.0/16 and destinations random inside customer prefixes of 198.19.0.0/16 (both of RFC 2544).
//
// The main mix is what IP53B by shape is for: half of the packets are DNS queries to port 53 of customers, which die, and half are DNS
// responses from port 53 to customers whose resolver uses port 53 as its source, which live; in random order, so that no consumer can
// guess the next verdict from the last.

import { type Seeded, seeded, shuffle } from './seeded.js'

/** An IP packet and what IP53B by shape must say of it. */
export interface MixPacket {
  readonly bytes: Uint8Array
  readonly lives: boolean
}

export interface CustomerPrefix {
  readonly address: number
  readonly length: number
}

const SOURCES = 0xc612_0000 // 198.18.0.0
const CUSTOMERS = 0xc613_0000 // 198.19.0.0
const CUSTOMER_BLOCKS = 200

/** IP length of every packet: 20 + 8 + 56, which makes a 98-byte frame. */
export const PACKET_BYTES = 84
const UDP_AT = 20
const IPV6_BYTES = 40
const DNS_AT = 28
const DNS_PORT = 53

/** The customers: of every three /24, two whole ones and two /26 of the third, so that both levels of the table are read. */
export function customerPrefixes(): CustomerPrefix[] {
  const prefixes: CustomerPrefix[] = []
  for (let block = 0; block < CUSTOMER_BLOCKS; block++) {
    const address = CUSTOMERS + block * 256
    if (block % 3 < 2) prefixes.push({ address, length: 24 })
    else prefixes.push({ address, length: 26 }, { address: address + 128, length: 26 })
  }
  return prefixes
}

export function printAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
}

/** Who sends and who receives. */
export interface Addresses {
  source(random: Seeded): number
  customer(random: Seeded): number
}

function benchAddresses(): Addresses {
  const prefixes = customerPrefixes()
  return {
    source: (random) => SOURCES + random.below(65536),
    customer: (random) => {
      const prefix = prefixes[random.below(prefixes.length)] as CustomerPrefix
      return prefix.address + random.below(2 ** (32 - prefix.length))
    },
  }
}

/** `count` packets, exactly half of which live. */
export function dnsMix(count: number, seed: number, addresses: Addresses = benchAddresses()): MixPacket[] {
  const random = seeded(seed)
  const lives = shuffle(
    Array.from({ length: count }, (_, index) => index % 2 === 0),
    random,
  )
  return lives.map((reply) => {
    const source = addresses.source(random)
    const customer = addresses.customer(random)
    const bytes = udpPacket(source, customer, reply ? DNS_PORT : 1024 + random.below(64512), DNS_PORT)
    const view = new DataView(bytes.buffer)
    view.setUint16(DNS_AT, random.below(65536))
    view.setUint16(DNS_AT + 2, reply ? 0x8180 : 0x0100)
    view.setUint16(DNS_AT + 4, 1)
    view.setUint16(DNS_AT + 6, reply ? 1 : 0)
    for (let at = DNS_AT + 12; at < PACKET_BYTES; at++) bytes[at] = 97 + random.below(26)
    return { bytes, lives: reply }
  })
}

/** A flood of DNS queries with a response at the end of every `every` packets, `turns` times. */
export function floodMix(every: number, turns: number, seed: number): MixPacket[] {
  const pool = dnsMix(2 * Math.max(every * turns, 2), seed)
  const [queries, replies] = [pool.filter(({ lives }) => !lives), pool.filter(({ lives }) => lives)]
  return queries.slice(0, every * turns).map((query, index) => (index % every === every - 1 ? (replies[index] as MixPacket) : query))
}

/** `count` packets to customers on ports that are none of `ports`, all of which live. */
export function unnamedMix(count: number, ports: readonly number[], seed: number): MixPacket[] {
  const random = seeded(seed)
  const prefixes = customerPrefixes()
  return Array.from({ length: count }, () => {
    const prefix = prefixes[random.below(prefixes.length)] as CustomerPrefix
    let port = 1 + random.below(65_535)
    while (ports.includes(port)) port = 1 + random.below(65_535)
    const customer = prefix.address + random.below(2 ** (32 - prefix.length))
    return { bytes: udpPacket(SOURCES + random.below(65536), customer, 1024 + random.below(64512), port), lives: true }
  })
}

/** As dnsMix over IPv6: sources inside 2001:db8:1::/48, customers inside 2001:db8:100::/40. */
export function dnsMix6(count: number, seed: number): MixPacket[] {
  const random = seeded(seed)
  return dnsMix(count, seed).map(({ bytes, lives }) => {
    const packet = new Uint8Array(IPV6_BYTES + bytes.length - UDP_AT)
    const view = new DataView(packet.buffer)
    view.setUint32(0, 0x6000_0000)
    view.setUint16(4, bytes.length - UDP_AT)
    view.setUint8(6, 17)
    view.setUint8(7, 64)
    for (const at of [8, 24]) for (let word = 0; word < 4; word++) view.setUint32(at + word * 4, random.word())
    view.setUint32(8, 0x2001_0db8)
    view.setUint16(12, 1)
    view.setUint32(24, 0x2001_0db8)
    view.setUint16(28, 0x100 + random.below(256))
    packet.set(bytes.subarray(UDP_AT), IPV6_BYTES)
    return { bytes: packet, lives }
  })
}

/** An IPv4 and UDP header with room for the payload. UDP checksum 0 means none (RFC 768), so that nobody computes one. */
function udpPacket(source: number, destination: number, sourcePort: number, destinationPort: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PACKET_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0x4500)
  view.setUint16(2, PACKET_BYTES)
  view.setUint8(8, 64)
  view.setUint8(9, 17)
  view.setUint32(12, source)
  view.setUint32(16, destination)
  view.setUint16(10, headerChecksum(view))
  view.setUint16(UDP_AT, sourcePort)
  view.setUint16(UDP_AT + 2, destinationPort)
  view.setUint16(UDP_AT + 4, PACKET_BYTES - UDP_AT)
  return bytes
}

function headerChecksum(view: DataView): number {
  let sum = 0
  for (let at = 0; at < UDP_AT; at += 2) sum += view.getUint16(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

const FRAME_LIVES = 1
const ETHERTYPE_IPV4 = 0x0800
const ETHERNET_BYTES = 14

/** The file that reference/sender.c reads: the packets as Ethernet frames between two hardware addresses (six bytes each). */
export function framesFile(packets: readonly MixPacket[], destination: Uint8Array, source: Uint8Array): Uint8Array {
  const size = packets.reduce((sum, packet) => sum + 4 + ETHERNET_BYTES + packet.bytes.length, 0)
  const file = new Uint8Array(size)
  const view = new DataView(file.buffer)
  let at = 0
  for (const packet of packets) {
    view.setUint16(at, ETHERNET_BYTES + packet.bytes.length, true)
    view.setUint16(at + 2, packet.lives ? FRAME_LIVES : 0, true)
    file.set(destination, at + 4)
    file.set(source, at + 10)
    view.setUint16(at + 16, ETHERTYPE_IPV4)
    file.set(packet.bytes, at + 18)
    at += 18 + packet.bytes.length
  }
  return file
}
