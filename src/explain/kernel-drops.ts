// SPDX-License-Identifier: GPL-2.0-or-later
// Whether the kernel drops one packet by itself: its plan (control/compile/kernel-plan.ts) read slowly, for a packet that the engine has read
// and given a direction. What the kernel cannot read is left alone there, and here too; a property test holds this against an oracle.

import { TCP_ACK, TCP_SYN } from '../contract/fields.js'
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../contract/numbers.js'
import type { FixedTest } from '../contract/shape.js'
import type { KernelBlock, KernelPlan, KernelRule, KernelService } from '../control/compile/kernel-plan.js'
import type { Service } from '../control/profiles/profile.js'
import { isInSet, type Words } from './networks.js'
import type { Subject } from './subject.js'

/** Bytes of IP, as in control/install/drops-ways.ts: no set of lengths goes further. */
const LONGEST_PLAIN_PACKET = 1500
const UDP_HEADER_BYTES = 8

/** `bytes` are the packet's from its IP header on, as far as they are known. */
export function isDroppedByKernel(plan: KernelPlan, subject: Subject, bytes: Uint8Array): boolean {
  const payload = payloadOfPlain(subject, bytes)
  if (payload === null || !isOpening(subject)) return false
  for (const block of plan.blocks) {
    if (!covers(plan, block, subject)) continue
    for (const service of block.services) {
      const rule = ruleFor(plan, service, subject, payload)
      if (rule !== undefined) return rule.reason !== null
    }
  }
  return false
}

interface Payload {
  readonly length: number
  readonly known: Uint8Array
}

/** null: no plain packet, which the kernel leaves to the engine. That the lengths are possible at all, the engine has found. */
function payloadOfPlain({ protocol, ports }: Subject, bytes: Uint8Array): Payload | null {
  if (ports === null) return null
  const pair = (at: number): number => (bytes[at] << 8) | bytes[at + 1]
  const isFour = bytes[0] >> 4 === 4
  if (isFour ? bytes[0] !== 0x45 || (pair(6) & 0x3fff) !== 0 : bytes[6] !== protocol) return null
  const [transport, end] = isFour ? [20, pair(2)] : [40, 40 + pair(4)]
  if (protocol === PROTOCOL_TCP) return { length: 0, known: new Uint8Array() }
  const payload = transport + UDP_HEADER_BYTES
  if (end > LONGEST_PLAIN_PACKET || pair(transport + 4) !== end - transport) return null
  return { length: end - payload, known: bytes.subarray(payload, end) }
}

const isOpening = ({ protocol, tcpFlags }: Subject): boolean =>
  protocol !== PROTOCOL_TCP || ((tcpFlags ?? 0) & (TCP_SYN | TCP_ACK)) === TCP_SYN

function covers(plan: KernelPlan, { direction, near, except }: KernelBlock, subject: Subject): boolean {
  if (direction !== subject.direction || !isIn(plan, near, subject.near as Words)) return false
  return except === null || !isIn(plan, except, subject.far as Words)
}

function ruleFor(plan: KernelPlan, { service, exempt, rules }: KernelService, subject: Subject, payload: Payload): KernelRule | undefined {
  if (!isOf(service, subject) || (exempt !== null && isIn(plan, exempt, subject.near as Words))) return undefined
  return rules.find((rule) => holds(rule, subject, payload))
}

function isOf({ protocol, side, first, last }: Service, subject: Subject): boolean {
  const port = (subject.ports as NonNullable<Subject['ports']>)[side]
  return subject.protocol === (protocol === 'udp' ? PROTOCOL_UDP : PROTOCOL_TCP) && first <= port && port <= last
}

function holds({ minimum, maximum, tests, port }: KernelRule, { ports }: Subject, { length, known }: Payload): boolean {
  if (length < minimum || length > maximum) return false
  if (port !== null && ((ports as NonNullable<Subject['ports']>)[port.side] === port.port) !== port.equal) return false
  return tests.every((test) => passes(test, known))
}

function passes({ offset, width, mask, low, high }: FixedTest, bytes: Uint8Array): boolean {
  if (offset + width > bytes.length) return false
  let value = 0
  for (let at = offset; at < offset + width; at++) value = value * 256 + bytes[at]
  const masked = (value & mask) >>> 0
  return low <= masked && masked <= high
}

/** A set that a plan names and does not have would be a bug of the compiler: no address is in it. */
function isIn({ sets }: KernelPlan, name: string, address: Words): boolean {
  const set = sets.find((each) => each.name === name)
  return set !== undefined && isInSet(set, address)
}
