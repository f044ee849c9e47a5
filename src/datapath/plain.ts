// SPDX-License-Identifier: GPL-2.0-or-later
// Plain packets, the short way: UDP or TCP in IPv4 that is no fragment, or in IPv6 without extension headers, with all headers in memory
// and lengths that fit one another. Nearly all packets are plain. They are decided here in one loop, whose tables are fetched once a batch and
// whose values never go through memory: half the time of the way through the stages (bench/README.md), which is why the look-ups stand here
// once more. Functions that the loop calls are small enough for V8 to copy in.
//
// What is not plain is left undecided, and so is what needs more than look-ups and a shape: blocks that are observed, not in force, exempt
// somebody, reject or limit. The stages decide that. Nothing is said here that they would not say; the oracle is held against both.

import * as COUNTERS from '../contract/counters.js'
import * as FIELDS from '../contract/fields.js'
import type { Image } from '../contract/image.js'
import * as IMAGE from '../contract/image.js'
import * as NUMBERS from '../contract/numbers.js'
import * as REASONS from '../contract/reasons.js'
import * as VERDICTS from '../contract/verdicts.js'
import * as INTERFACES from './classify/interfaces.js'
import type { Engine } from './decide.js'
import * as INSPECT from './inspect/inspect.js'

const { counterAt, LOOSE_SPOOFED_INBOUND, LOOSE_SPOOFED_OUTBOUND } = COUNTERS
const { PAYLOAD_AT, PAYLOAD_COPIED, PAYLOAD_HERE, PAYLOAD_LENGTH, SHAPE, SOURCE_PORT, STATUS, TCP_ACK, TCP_SYN } = FIELDS
const { ACTION_DROP, BLOCK, BLOCK_WORDS, CLASS, CLASS_CUSTOMER, CLASS_D_BLOCK, CLASS_NAMED, CLASS_WORDS, cellAt, rowAt } = IMAGE
const { ENTRY_BLOCK, ENTRY_EXEMPT, GROUP_ENTRIES, MODE_ENFORCE, POINTER, PORT_TABLE } = IMAGE
const { NF_ACCEPT, NF_DROP, PROTOCOL_TCP, PROTOCOL_UDP } = NUMBERS
const { DROPS, NO_BLOCK, NOT_OURS, OTHER, UNDECIDED } = REASONS
const { DROP, INBOUND, INTERNAL, NO_BLOCK_INDEX, OUTBOUND, packDecision, SHAPE_NONE, TRANSIT } = VERDICTS
const { isOutside } = INTERFACES
const { inspect } = INSPECT

const FLAGS = CLASS.flags
const NEAR = CLASS.near
const FAR = CLASS.far
const UDP_DESTINATION = PORT_TABLE.udpDestination
const UDP_SOURCE = PORT_TABLE.udpSource
const TCP_DESTINATION = PORT_TABLE.tcpDestination
const TCP_SOURCE = PORT_TABLE.tcpSource
/** In place of a table of ports: a segment that opens nothing is of no service. */
const NO_PORTS = -1
const NUMBER = ~POINTER

const IPV4_TOTAL = 2
const IPV4_FRAGMENT = 6
const IPV4_PROTOCOL = 9
const IPV4_SOURCE = 12
const IPV4_DESTINATION = 16
const IPV4_LEAST_BYTES = 20
/** Offset and "more to follow". */
const FRAGMENTED = 0x3fff
const IPV6_LENGTH = 4
const IPV6_NEXT = 6
const IPV6_SOURCE = 8
const IPV6_DESTINATION = 24
const IPV6_BYTES = 40
const UDP_LENGTH = 4
const UDP_BYTES = 8
/** Header length in words of four bytes, reserved bits, flags: one word of two bytes. */
const TCP_WORDS_AND_FLAGS = 12
const TCP_WORDS_SHIFT = 12
const TCP_BYTES = 20
/** Beside a direction: the source belongs to the other side. */
const SPOOFED_BIT = 8
const DIRECTION_BITS = 7

/** 1 for each block that needs no more than a look at the packet: enforced, dropping, without a limit. */
export function readyBlocks({ blocks, blockCount }: Image): Uint8Array {
  return Uint8Array.from({ length: blockCount }, (_, block) => {
    const at = block * BLOCK_WORDS
    const drops = blocks[at + BLOCK.mode] === MODE_ENFORCE && blocks[at + BLOCK.action] === ACTION_DROP
    return drops && blocks[at + BLOCK.limitRate] === 0 && blocks[at + BLOCK.blockClass] !== CLASS_D_BLOCK ? 1 : 0
  })
}

function classOfIpv4(root: Uint32Array, groups: Uint32Array, address: number): number {
  const entry = root[address >>> 8] | 0
  return entry >= 0 ? entry : groups[(entry & NUMBER) * GROUP_ENTRIES + (address & 0xff)] | 0
}

/** Of the 16 bytes at `at`. */
function classOfIpv6(root: Uint32Array, nodes: Uint32Array, bytes: Uint8Array, at: number): number {
  let entry = root[(bytes[at] << 8) | bytes[at + 1]] | 0
  for (let byte = at + 2; entry < 0 && byte < at + 16; byte++) entry = nodes[(entry & NUMBER) * GROUP_ENTRIES + bytes[byte]] | 0
  return entry
}

/** A direction, with SPOOFED_BIT, of a packet between addresses with these flags (docs/verdicts.md, step 2). */
function direct(image: Image, half: number, sourceFlags: number, destinationFlags: number, from: number, to: number): number {
  const fromCustomer = (sourceFlags & CLASS_CUSTOMER) !== 0
  const toCustomer = (destinationFlags & CLASS_CUSTOMER) !== 0
  if (half < 0) {
    if (toCustomer) return fromCustomer ? INTERNAL : INBOUND
    return fromCustomer ? OUTBOUND : TRANSIT
  }
  if (isOutside(image, half, from)) return (toCustomer ? INBOUND : TRANSIT) | (fromCustomer ? SPOOFED_BIT : 0)
  if (to === 0 ? !toCustomer : isOutside(image, half, to)) return OUTBOUND | ((sourceFlags & CLASS_NAMED) === 0 ? SPOOFED_BIT : 0)
  return fromCustomer && toCustomer ? INTERNAL : TRANSIT
}

/** Whether every entry of a list may be decided here. */
function areReady({ image: { lists }, inForce, ready }: Engine, list: number, many: number): boolean {
  for (let at = list + 1; at <= list + many; at++) {
    const block = lists[at] & ENTRY_BLOCK
    if ((lists[at] & ENTRY_EXEMPT) !== 0 || ready[block] === 0 || inForce.blocks[block] === 0) return false
  }
  return true
}

/** Decides the plain ones of the first `count` packets of the batch; `half` is activeHalf of the image. The others keep their words. */
export function decidePlain(engine: Engine, count: number, half: number): void {
  const { batch, image, counters, fields, loose } = engine
  const { bytes, view, at: ats, copied: copieds, length: lengths, inInterface, outInterface, decision, verdict } = batch
  const { ipv4Root, ipv4Groups, ipv6Root, ipv6Nodes, classes, ports, rows, cells, lists, nears, fars, sourcePortClasses } = image
  fields[STATUS] = UNDECIDED
  for (let slot = 0; slot < count; slot++) {
    const at = ats[slot] | 0
    const copied = copieds[slot] | 0
    const length = lengths[slot] | 0
    if (copied < IPV4_LEAST_BYTES) continue
    const first = bytes[at]
    let protocol = 0
    let transport = 0
    let end = 0
    let source = 0
    let destination = 0
    if (first >>> 4 === 4) {
      transport = at + ((first & 0x0f) << 2)
      end = at + view.getUint16(at + IPV4_TOTAL)
      if (transport < at + IPV4_LEAST_BYTES || end > at + length) continue
      if ((view.getUint16(at + IPV4_FRAGMENT) & FRAGMENTED) !== 0) continue
      protocol = bytes[at + IPV4_PROTOCOL]
      source = classOfIpv4(ipv4Root, ipv4Groups, view.getInt32(at + IPV4_SOURCE))
      destination = classOfIpv4(ipv4Root, ipv4Groups, view.getInt32(at + IPV4_DESTINATION))
    } else if (first >>> 4 === 6 && copied >= IPV6_BYTES) {
      transport = at + IPV6_BYTES
      end = transport + view.getUint16(at + IPV6_LENGTH)
      if (end > at + length) continue
      protocol = bytes[at + IPV6_NEXT]
      source = classOfIpv6(ipv6Root, ipv6Nodes, bytes, at + IPV6_SOURCE)
      destination = classOfIpv6(ipv6Root, ipv6Nodes, bytes, at + IPV6_DESTINATION)
    } else continue
    const payload = transport + UDP_BYTES
    const seen = Math.min(at + copied, end)
    let payloadLength = 0
    let destinationPorts: number = UDP_DESTINATION
    let sourcePorts: number = UDP_SOURCE
    if (protocol === PROTOCOL_UDP) {
      if (payload > seen) continue
      payloadLength = view.getUint16(transport + UDP_LENGTH) - UDP_BYTES
      if (payloadLength < 0 || payloadLength > end - payload) continue
    } else if (protocol === PROTOCOL_TCP) {
      if (transport + TCP_BYTES > seen) continue
      const flags = view.getUint16(transport + TCP_WORDS_AND_FLAGS)
      const headerBytes = (flags >>> TCP_WORDS_SHIFT) << 2
      if (headerBytes < TCP_BYTES || headerBytes > end - transport) continue
      if ((flags & (TCP_SYN | TCP_ACK)) === TCP_SYN) {
        destinationPorts = TCP_DESTINATION
        sourcePorts = TCP_SOURCE
      } else destinationPorts = NO_PORTS
    } else continue

    const sourceAt = source * CLASS_WORDS
    const destinationAt = destination * CLASS_WORDS
    const way = direct(
      image,
      half,
      classes[sourceAt + FLAGS],
      classes[destinationAt + FLAGS],
      inInterface[slot] | 0,
      outInterface[slot] | 0,
    )
    const direction = way & DIRECTION_BITS
    const spoofed = way >> 3
    let reason = NOT_OURS
    let block = NO_BLOCK_INDEX
    let shape = SHAPE_NONE
    if (direction === INBOUND || direction === OUTBOUND) {
      const near = classes[(direction === INBOUND ? destinationAt : sourceAt) + NEAR]
      const far = classes[(direction === INBOUND ? sourceAt : destinationAt) + FAR]
      const sourcePort = view.getUint16(transport)
      let toClass = 0
      let fromClass = 0
      if (destinationPorts >= 0) {
        toClass = ports[destinationPorts + view.getUint16(transport + 2)]
        fromClass = ports[sourcePorts + sourcePort]
      }
      const list = cells[cellAt(rows[rowAt(direction, near, far, nears, fars)], toClass, fromClass, sourcePortClasses)]
      const many = lists[list]
      if (many === 0) reason = NO_BLOCK
      else {
        if (!areReady(engine, list, many)) continue
        fields[SOURCE_PORT] = sourcePort
        fields[PAYLOAD_AT] = payload
        fields[PAYLOAD_LENGTH] = payloadLength
        fields[PAYLOAD_HERE] = payloadLength
        fields[PAYLOAD_COPIED] = Math.min(Math.max(seen - payload, 0), payloadLength)
        // One that finds `other` has nothing to say; the first of those settles the packet where no other does (decide.ts, walk).
        for (let next = 1; next <= many; next++) {
          const entry = lists[list + next] | 0
          const found = inspect(image, entry, batch, fields)
          if (found !== OTHER || next === 1) {
            if (next > 1) counters[counterAt(block, OTHER, 0)] += 1
            reason = found
            block = entry & ENTRY_BLOCK
            shape = fields[SHAPE]
          } else counters[counterAt(entry & ENTRY_BLOCK, OTHER, 0)] += 1
          if (found !== OTHER) break
        }
      }
    }
    const verdictOf = DROPS[reason]
    counters[counterAt(block, reason, verdictOf)] += 1
    if (spoofed !== 0) counters[loose + (direction === OUTBOUND ? LOOSE_SPOOFED_OUTBOUND : LOOSE_SPOOFED_INBOUND)] += 1
    verdict[slot] = verdictOf === DROP ? NF_DROP : NF_ACCEPT
    decision[slot] = packDecision(verdictOf, reason, 0, spoofed, direction, shape, block)
  }
}
