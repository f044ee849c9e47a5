// SPDX-License-Identifier: GPL-2.0-or-later
// The answer to a rejected packet, slowly: laid out with the builders of the tests from what the oracle read, with checksums by BigInt
// over whole strings of bytes. Nothing here is shared with the engine.

import { concat, tcp } from '../property/packets.js'
import { type Address, addressBytes, type Family } from './addresses.js'
import { type Packet, read } from './readable.js'

/** Bytes of an answer at most. */
const LIMIT = 576
const FIN = 0x01
const SYN = 0x02
const RST_ACK = 0x14

const big16 = (value: number): number[] => [(value >> 8) & 255, value & 255]
const big32 = (value: bigint): number[] => [24n, 16n, 8n, 0n].map((shift) => Number((value >> shift) & 0xffn))

/** RFC 1071, as one long number taken modulo 2^16 - 1. */
export function checksum(bytes: Uint8Array): number {
  const padded = bytes.length % 2 === 0 ? bytes : concat(bytes, [0])
  const whole = padded.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
  const sum = whole % 0xffffn
  return Number(sum === 0n && whole > 0n ? 0n : 0xffffn - sum)
}

function withChecksum(bytes: Uint8Array, at: number, before: Uint8Array = new Uint8Array(0)): Uint8Array {
  const sealed = bytes.slice()
  sealed.set([0, 0], at)
  sealed.set(big16(checksum(concat(before, sealed))), at)
  return sealed
}

function inIp(source: Address | null, destination: Address, protocol: number, service: number, body: Uint8Array): Uint8Array {
  const bytes = addressBytes(destination)
  const from = source ? addressBytes(source) : new Uint8Array(bytes.length)
  if (destination.family === 6) return concat([0x60, 0, 0, 0], big16(body.length), [protocol, 64], from, bytes, body)
  const header = concat([0x45, service], big16(20 + body.length), [0, 0, 0x40, 0, 64, protocol, 0, 0], from, bytes)
  return concat(withChecksum(header, 10), body)
}

const pseudoHeader = (source: Address, destination: Address, protocol: number, bytes: number): Uint8Array =>
  source.family === 4
    ? concat(addressBytes(source), addressBytes(destination), [0, protocol], big16(bytes))
    : concat(addressBytes(source), addressBytes(destination), big32(BigInt(bytes)), [0, 0, 0, protocol])

/** Where the packet ends, without padding and what receivers cut off a first fragment. */
function packetEnd({ copied }: Packet, family: Family): number {
  if (family === 6) return 40 + copied[4]! * 256 + copied[5]!
  const total = copied[2]! * 256 + copied[3]!
  const header = (copied[0]! & 15) * 4
  return copied[6]! & 0x20 ? total - ((total - header) % 8) : total
}

/** Where the TCP header begins: the packet is readable, so the chain is known to end. */
function transportAt({ copied }: Packet, family: Family): number {
  if (family === 4) return (copied[0]! & 15) * 4
  let at = 40
  for (let next = copied[6]!; next !== 6; ) {
    const type = next
    next = copied[at]!
    at += type === 44 ? 8 : type === 51 ? (copied[at + 1]! + 2) * 4 : (copied[at + 1]! + 1) * 8
  }
  return at
}

function reset(packet: Packet, source: Address, destination: Address, ports: { source: number; destination: number }, flags: number) {
  const at = transportAt(packet, source.family)
  const sequence = packet.copied.slice(at + 4, at + 8).reduce((value, byte) => value * 256n + BigInt(byte), 0n)
  const data = packetEnd(packet, source.family) - at - (packet.copied[at + 12]! >> 4) * 4
  const length = data + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0)
  const segment = tcp(ports.destination, ports.source, RST_ACK)
  segment.set([0, 0, 0, 0, ...big32(BigInt.asUintN(32, sequence + BigInt(length)))], 4)
  segment.set([0, 0], 14)
  return withChecksum(segment, 16, pseudoHeader(destination, source, 6, segment.length))
}

/** What is sent for a packet that is answered; the checksum of ICMPv6, which the kernel computes, is 0. */
export function answerTo(packet: Packet): Uint8Array {
  const content = read(packet)
  if ('reason' in content || content.ports === null) throw new TypeError('not a packet that is answered')
  const { source, destination, protocol, ports, tcpFlags } = content
  if (protocol === 6) return inIp(destination, source, 6, 0, reset(packet, source, destination, ports, tcpFlags))
  const { family } = source
  const room = LIMIT - (family === 4 ? 20 : 40) - 8
  const head = packet.copied.slice(0, Math.min(packetEnd(packet, family), room))
  if (family === 6) return inIp(null, source, 58, 0, concat([1, 1, 0, 0, 0, 0, 0, 0], head))
  return inIp(null, source, 1, 0xc0, withChecksum(concat([3, 13, 0, 0, 0, 0, 0, 0], head), 2))
}
