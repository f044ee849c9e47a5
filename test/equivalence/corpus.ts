// SPDX-License-Identifier: GPL-2.0-or-later
// The corpus: every segment of segments.ts at least once as a plain packet, and some in every other form that a router passes on: options,
// extension headers, fragments first and later, whole sets of them, lengths that lie, padding, bits turned; to and from customers, between
// them, past them, with forged sources. Seeded: the same packets in every run.

import { type Seeded, seeded, shuffle } from '../../bench/seeded.js'
import { PROTOCOL_TCP } from '../../src/contract/numbers.js'
import type { Address } from '../oracle/addresses.js'
import { concat } from '../property/packets.js'
import { FAR, NEAR } from './networks.js'
import { chained, cut, type Ends, fragmentHeader, ipv4, ipv6, mangled, type Part } from './packets.js'
import { noise } from './payloads.js'
import { portless, type Segment, segmentsOfAll } from './segments.js'
import { FROM_INSIDE, FROM_OUTSIDE } from './wiring.js'

export interface Letter {
  readonly what: string
  readonly form: string
  /** FROM_OUTSIDE or FROM_INSIDE. */
  readonly side: number
  /** What goes onto the wire, in this order: one packet, or fragments. */
  readonly pieces: readonly Uint8Array[]
  /** What a router makes of it that puts fragments together; null: it waits for more, in vain. */
  readonly whole: Uint8Array | null
}

type Sheet = Pick<Letter, 'form' | 'pieces' | 'whole'>
type Form = (ends: Ends, segment: Segment, random: Seeded) => Sheet

const one = (form: string, packet: Uint8Array): Sheet => ({ form, pieces: [packet], whole: packet })
const pick = <T>(list: readonly T[], random: Seeded): T => list[random.below(list.length)] as T
const around = (ends: Ends, part: Part): Uint8Array => (ends.source.family === 4 ? ipv4(ends, part) : ipv6(ends, part))

const plain: Form = (ends, segment) => one('plain', around(ends, segment))

/** Options, or a chain of up to nine extension headers, around the limits of docs/verdicts.md. */
const padded: Form = (ends, segment, random) => {
  if (ends.source.family === 4) return one('options', ipv4(ends, segment, { words: 1 + random.below(10) }))
  const count = pick([1, 1, 1, 2, 3, 8, 9], random)
  const chain = Array.from({ length: count }, (_, index) => {
    const type = pick(index === 0 ? [0, 0, 43, 51, 60] : [43, 51, 60, 60], random)
    return [type, count > 3 ? 8 : pick(type === 51 ? [12, 16, 24] : [8, 16, 56, 64, 72], random)] as const
  })
  return one('extension headers', ipv6(ends, chained(segment, chain)))
}

/** A first or a later fragment whose others never come; the first also with bytes that receivers cut off. */
const alone: Form = (ends, segment, random) => {
  const edge = 8 * (1 + random.below(4))
  const all = concat(segment.bytes, noise(Math.max(0, edge + 8 - segment.bytes.length), random))
  const pieces = cut(ends, { ...segment, bytes: all }, [edge])
  const [first, later] = pieces as [Uint8Array, Uint8Array]
  if (random.below(3) === 0) return { form: 'a later fragment', pieces: [later], whole: null }
  return { form: 'a first fragment', pieces: [first], whole: null }
}

const fragmented: Form = (ends, segment, random) => {
  const bytes = concat(segment.bytes, noise(Math.max(0, 40 - segment.bytes.length), random))
  const edges = [...new Set([8 * (1 + random.below(4)), 8 * (1 + random.below(bytes.length / 8))])].sort((a, b) => a - b)
  const pieces = cut(ends, { ...segment, bytes }, edges)
  // Of IPv6 a first fragment that ends inside a header is put together with nothing (RFC 8200 section 4.5).
  const isRefused = ends.source.family === 6 && segment.protocol === PROTOCOL_TCP && (edges[0] as number) < LEAST_TCP_HEADER
  const whole = isRefused ? null : around(ends, { ...segment, bytes })
  return { form: 'fragments', pieces: random.below(4) === 0 ? pieces.toReversed() : pieces, whole }
}

/** A fragment header that says that this is all; in IPv4 there is no such thing. */
const atomic: Form = (ends, segment, random) => {
  if (ends.source.family === 4) return padded(ends, segment, random)
  const pieces = [ipv6(ends, fragmentHeader(segment.protocol, 0, false, ends.id & 0xffff, segment.bytes))]
  return { form: 'an atomic fragment', pieces, whole: ipv6(ends, segment) }
}

/** An IP length that says less or more than there is; what is beyond it a router cuts off. */
const lying: Form = (ends, segment, random) => {
  const packet = around(ends, segment)
  const off = pick([-1, 1, -4, -8, -20, 1000], random)
  const length = Math.max(0, packet.length + off)
  if (ends.source.family === 4) return one('an IP length that lies', ipv4(ends, segment, { length }))
  return one('an IP length that lies', ipv6(ends, segment, Math.max(0, length - 40)))
}

const trailing: Form = (ends, segment, random) =>
  one('padding behind it', concat(around(ends, segment), noise(1 + random.below(46), random)))
const turned: Form = (ends, segment, random) => one('bits turned', mangled(around(ends, segment), random))

const FORMS: readonly (readonly [share: number, form: Form])[] = [
  [40, plain],
  [14, padded],
  [10, alone],
  [10, fragmented],
  [4, atomic],
  [6, lying],
  [6, trailing],
  [10, turned],
]
const HUNDRED = 100
const LEAST_TCP_HEADER = 20

function formOf(random: Seeded): Form {
  let left = random.below(HUNDRED)
  for (const [share, form] of FORMS) {
    left -= share
    if (left < 0) return form
  }
  return plain
}

/** Who speaks to whom: mostly as the profile's direction has it. */
function way(direction: Segment['direction'], random: Seeded): { side: number; source: Address; destination: Address } {
  const family = random.below(5) < 3 ? 'ipv4' : 'ipv6'
  const [near, other] = [pick(NEAR[family], random), pick(NEAR[family], random)]
  const [far, farther] = [pick(FAR[family], random), pick(FAR[family], random)]
  const inbound = (direction === 'inbound') !== (random.below(14) === 0)
  switch (random.below(30)) {
    case 0:
      return inbound ? { side: FROM_OUTSIDE, source: other, destination: near } : { side: FROM_INSIDE, source: farther, destination: far }
    case 1:
      return { side: FROM_INSIDE, source: near, destination: other }
    case 2:
      return { side: FROM_OUTSIDE, source: far, destination: farther }
    case 3:
      return { side: FROM_INSIDE, source: far, destination: near }
    case 4:
      return { side: FROM_OUTSIDE, source: near, destination: far }
    default:
      return inbound ? { side: FROM_OUTSIDE, source: far, destination: near } : { side: FROM_INSIDE, source: near, destination: far }
  }
}

/** All segments once as plain packets, and then in forms drawn by chance up to `count` letters. */
export function corpus(count: number, seed: number): Letter[] {
  const random = seeded(seed)
  const segments = segmentsOfAll(random)
  const letters = Array.from({ length: Math.max(count, segments.length) }, (_, index): [Segment, Form] => {
    if (index < segments.length) return [segments[index] as Segment, plain]
    return random.below(60) === 0 ? [portless(random), formOf(random)] : [pick(segments, random), formOf(random)]
  })
  return shuffle(letters, random).map(([segment, form], index) => {
    const { side, source, destination } = way(segment.direction, random)
    // Not 0: some kernels give such a packet one of their own.
    const sheet = form({ source, destination, id: index + 1 }, segment, random)
    return { ...sheet, what: segment.what, side }
  })
}
