// SPDX-License-Identifier: GPL-2.0-or-later
// Ports in ephemeral ranges: how often chance looks like a request or an answer, held to what the texts promise; and flows that have to live.

import t from 'tap'
import { FIELD_WORDS, PAYLOAD_AT, PAYLOAD_COPIED, PAYLOAD_HERE, PAYLOAD_LENGTH } from '../../../src/contract/fields.js'
import { PARSER_BYTES, type FixedTest, type Pattern, type Shape } from '../../../src/contract/shape.js'
import { PROFILES } from '../../../src/control/profiles/catalogue.js'
import { byChance } from '../../../src/control/profiles/ephemeral.js'
import type { Profile } from '../../../src/control/profiles/profile.js'
import { evaluateShape } from '../../../src/datapath/inspect/fixed.js'
import { MATCH } from '../../../src/datapath/inspect/found.js'
import { buildImage } from '../../datapath/image-builder.js'
import { FLOWS, Noise } from './flows.js'

/** Lengths are drawn evenly from 1 to here. */
const MOST_BYTES = 1400
/** Of the UDP header, which a payload follows. */
const HEADER_BYTES = 8
const SAMPLES = 400_000

t.setTimeout(120_000)

const stopped = ({ stops, request, reply }: Profile): Shape => (stops === 'reply' ? reply : request) as Shape
const promised = ({ collateral }: Profile): number | null => {
  const [, count] = /fewer than one in ([\d,]+) of random bytes/.exec(collateral.en) ?? []
  return count === undefined ? null : Number(count.replaceAll(',', ''))
}

/** All blocks of class C that say how often they err. */
const PROMISES = PROFILES.flatMap((profile) => {
  const oneIn = promised(profile)
  return oneIn === null ? [] : [{ profile, oneIn, shape: stopped(profile) }]
})

/** Which part of random bytes one test lets through. */
function chanceOfTest({ width, mask, low, high }: FixedTest): number {
  const bits = [...Array(32).keys()].filter((bit) => (mask >>> bit) & 1)
  if (width === 4 || bits.length > 16) {
    const whole = bits.length === 8 * width
    if (!whole && low !== high) throw new RangeError('neither a range of whole numbers nor one value: count it')
    return whole ? (high - low + 1) / 2 ** bits.length : 2 ** -bits.length
  }
  let held = 0
  for (let choice = 0; choice < 2 ** bits.length; choice++) {
    const value = bits.reduce((sum, bit, at) => sum + (((choice >> at) & 1) === 1 ? 2 ** bit : 0), 0)
    if (value >= low && value <= high) held++
  }
  return held / 2 ** bits.length
}

/** At most: the part of the lengths, times the tests that have no byte in common; what a parser adds is left out. */
function chanceOf({ minimum, maximum, tests }: Pattern): number {
  const seen = new Set<number>()
  let chance = Math.max(0, Math.min(maximum, MOST_BYTES) - Math.max(minimum, 1) + 1) / MOST_BYTES
  for (const test of tests) {
    const bytes = Array.from({ length: test.width }, (_, more) => test.offset + more)
    if (bytes.some((byte) => seen.has(byte))) continue
    for (const byte of bytes) seen.add(byte)
    chance *= chanceOfTest(test)
  }
  return chance
}

/** All shapes in one image; says of each payload whether the shape of the promise with this number matches. */
const matches = ((): ((promise: number, bytes: Uint8Array, length: number) => boolean) => {
  const image = buildImage({ blocks: PROMISES.map(({ shape }) => ({ request: shape })) })
  let first = 0
  const starts = PROMISES.map(({ shape }) => {
    first += shape.length
    return first - shape.length
  })
  const fields = new Uint32Array(FIELD_WORDS)
  fields[PAYLOAD_AT] = HEADER_BYTES
  const room = new Uint8Array(HEADER_BYTES + MOST_BYTES)
  const memory = { bytes: room, view: new DataView(room.buffer) }
  return (promise, bytes, length) => {
    room.set(bytes, HEADER_BYTES)
    for (const field of [PAYLOAD_LENGTH, PAYLOAD_HERE, PAYLOAD_COPIED]) fields[field] = length
    return evaluateShape(image, starts[promise] as number, PROMISES[promise]!.shape.length, memory, fields) === MATCH
  }
})()

t.test('the blocks that promise are those of the ports from 1024', (t) => {
  const ports = (promise: boolean) =>
    PROFILES.filter((one) => one.class === 'C' && (promised(one) !== null) === promise && one.services[0]!.first >= 1024).map(
      ({ name }) => name,
    )
  t.ok(ports(true).length >= 29)
  t.strictSame(ports(false), ['OP1434B', 'OP1900B', 'OP11211B'], 'the others match on the destination port of a peer outside')
  t.end()
})

for (const [promise, { profile, oneIn, shape }] of PROMISES.entries()) {
  t.test(`${profile.name}: fewer than one in ${oneIn} of random bytes`, (t) => {
    t.ok(oneIn >= 1000)
    const atMost = shape.reduce((sum, pattern) => sum + chanceOf(pattern), 0)
    if (atMost < 1 / oneIn) {
      t.pass(`one in ${Math.round(1 / atMost)}, counted`)
      return t.end()
    }
    // Where only the parser makes it so, it is measured.
    t.ok(shape.some(({ parser }) => parser !== undefined))
    const noise = new Noise(5353)
    const bytes = new Uint8Array(MOST_BYTES)
    const read = Math.max(...shape.map(({ parser }) => (parser === undefined ? 64 : PARSER_BYTES[parser])))
    let found = 0
    for (let sample = 0; sample < SAMPLES; sample++) {
      const length = 1 + noise.below(MOST_BYTES)
      noise.fill(bytes, Math.min(length, read))
      if (matches(promise, bytes, length)) found++
    }
    t.ok(found > 0 || oneIn >= SAMPLES, 'random bytes reach the parser at all')
    t.ok(found < SAMPLES / oneIn, `${found} of ${SAMPLES}, at most ${SAMPLES / oneIn}`)
    t.end()
  })
}

/** At most this part of a flow's packets is hurt, and, where it is more, why. */
const MOST_HURT = 1 / 2000
const HURT: Readonly<Record<string, number>> = {
  // The second byte of a short header is the connection ID's first, the same in each packet: one connection in 37 loses some packets.
  'IP5683B: QUIC, short headers': 1 / 800,
  // The other way code 2.01 to 2.05: one connection in 51.
  'OP5683RB: QUIC, short headers': 1 / 400,
  // Once its sender has been up for hours, its time counts questions, and the first of them is the root: no game on 5353 is found.
  'IP5353B: RakNet, pings': 1 / 1.9,
  // The same time, in the five hours in which its upper bytes say one datagram.
  'IP11211B: RakNet, pings': 1 / 250,
}

for (const [flow, { packets, next }] of Object.entries(FLOWS)) {
  t.test(`${flow}: lives`, (t) => {
    const noise = new Noise(1)
    const hurt = PROMISES.map(() => 0)
    for (let packet = 0; packet < packets; packet++) {
      const bytes = next(noise)
      for (const promise of PROMISES.keys()) if (matches(promise, bytes, bytes.length)) hurt[promise]!++
    }
    for (const [promise, { profile }] of PROMISES.entries()) {
      const most = (HURT[`${profile.name}: ${flow}`] ?? MOST_HURT) * packets
      t.ok(hurt[promise]! <= most, `${profile.name}: ${hurt[promise]} of ${packets} packets, at most ${most}`)
    }
    t.end()
  })
}

t.test('the numbers of the texts', (t) => {
  t.match(byChance(1434, 9_000).en, /1434 lies in the range of old Windows .* fewer than one in 9,000 /)
  t.match(byChance(5353, 1_000_000).en, /5353 lies in the range of every address translation.* one in 1,000,000 /)
  t.match(byChance(41794, 80_000).ja, /41794 はアドレス変換で使われる範囲と Linux の一時ポート.*80,000 個に 1 個未満/)
  t.end()
})
