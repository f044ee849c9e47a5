// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes, any length on the wire, any part of them in memory: the engine gives each packet exactly one reason, never `undecided`, and
// throws at nothing. And a policy without blocks drops nothing, whatever comes.

import fc from 'fast-check'
import t from 'tap'
import { OUTCOMES } from '../../src/contract/counters.js'
import { REASON_COUNT, REASONS } from '../../src/contract/reasons.js'
import { reasonOf, VERDICTS, verdictOf } from '../../src/contract/verdicts.js'
import type { Packet } from '../oracle/readable.js'
import { NETWORKS, NOW } from '../oracle/scene.js'
import { tape } from './choices.js'
import { compare } from './compare.js'
import { openRun, runPackets } from './engine-run.js'
import { hold } from './hold.js'
import { block, KINDS, policy } from './policies.js'
import { randomPackets } from './random-packets.js'
import { randomSituation } from './random-policies.js'

const everything = policy({ networks: NETWORKS, blocks: Object.values(KINDS).map((kind) => block(kind, { mode: 'observe' })) })

/** Uniform bytes are no IP most of the time, so most begin like IP. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .tuple(fc.constantFrom(0x45, 0x46, 0x4f, 0x60), fc.uint8Array({ maxLength: 150 }))
    .map(([first, rest]) => Uint8Array.of(first, ...rest)),
)
const anyPacket: fc.Arbitrary<Packet> = fc
  .record({
    bytes,
    copied: fc.nat(200),
    beyond: fc.constantFrom(0, 0, 1, 1400, 65536),
    inInterface: fc.nat(3),
    outInterface: fc.integer({ min: 0, max: 0xffffffff }),
  })
  .map(({ bytes, copied, beyond, ...rest }) => ({ copied: bytes.slice(0, copied), length: bytes.length + beyond, ...rest }))

t.setTimeout(300_000)

t.test('any bytes get exactly one reason', async (t) => {
  const run = openRun(everything, [], NOW)
  let decided = 0
  const property = fc.property(fc.array(anyPacket, { minLength: 20, maxLength: 64 }), (packets) => {
    for (const { decision } of runPackets(run, packets, NOW)) {
      if (reasonOf(decision) === 0 || REASONS[reasonOf(decision)] === undefined) throw new Error(`reason ${reasonOf(decision)}`)
      decided++
    }
  })
  hold(t, 'a reason each', property, 1000)
  const noBlock = run.counters.subarray(0, REASON_COUNT * OUTCOMES.length)
  t.equal(noBlock[0], 0, 'none is undecided')
  t.ok(decided >= 20_000, `${decided} packets`)
})

t.test('any bytes are what the oracle says they are', async (t) => {
  const situation = { policy: everything, outside: [] }
  const property = fc.property(fc.array(anyPacket, { minLength: 64, maxLength: 64 }), (packets) => {
    compare(situation, [{ now: NOW, packets }])
  })
  hold(t, 'every decision, verdict and counter', property, 100)
})

t.test('zero blocks means zero drops', async (t) => {
  let decided = 0
  const property = fc.property(randomSituation, fc.array(tape, { minLength: 64, maxLength: 64 }), (situation, tapes) => {
    const packets = randomPackets(situation, tapes)
    const run = openRun({ ...situation.policy, blocks: [], exemptions: [] }, situation.outside, NOW)
    for (const { decision, verdict } of runPackets(run, packets, NOW)) {
      if (verdictOf(decision) !== 0 || verdict !== 1)
        throw new Error(`${VERDICTS[verdictOf(decision) as 0]} ${REASONS[reasonOf(decision)]}`)
      decided++
    }
  })
  hold(t, 'no drop', property, 50)
  t.ok(decided >= 50 * 64, `${decided} packets`)
})
