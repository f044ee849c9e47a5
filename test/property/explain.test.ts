// SPDX-License-Identifier: GPL-2.0-or-later
// What explain says is what the engine does, and why it says a block covers or not is what the specification says: random policies, random
// packets, each explained, held against the engine run on its own and against the oracle.

import fc from 'fast-check'
import t from 'tap'
import { OUTCOMES } from '../../src/contract/counters.js'
import { REASONS } from '../../src/contract/reasons.js'
import { DIRECTIONS, SHAPES, VERDICTS } from '../../src/contract/verdicts.js'
import { compile } from '../../src/control/compile/compile.js'
import type { KernelPlan } from '../../src/control/compile/kernel-plan.js'
import { explain } from '../../src/explain/explain.js'
import type { Explanation } from '../../src/explain/explanation.js'
import { explanationText } from '../../src/explain/text.js'
import { describe, describeIncrements, describeWord } from '../oracle/describe.js'
import { fateOf } from '../oracle/kernel.js'
import { type Judgement, judge } from '../oracle/linear.js'
import type { Packet } from '../oracle/readable.js'
import { NOW } from '../oracle/scene.js'
import { tape } from './choices.js'
import { openRun, runPackets } from './engine-run.js'
import { hold } from './hold.js'
import { randomPackets } from './random-packets.js'
import { randomSituation, type Situation } from './random-policies.js'
import { packetText, situationText } from './readable-policy.js'

const POLICIES = 200
const PACKETS = 4

/** As much as a queue copies under the policy: explain has no other memory. */
function copiedUnder({ policy, outside }: Situation): (packet: Packet) => Packet {
  const { copyRange } = openRun(policy, outside, NOW).image
  return (packet) => ({ ...packet, copied: packet.copied.slice(0, copyRange) })
}

function explained(situation: Situation, packet: Packet): Explanation {
  const { copied, length, inInterface, outInterface } = packet
  return explain({ ...situation, now: NOW, packet: { bytes: copied, length, inInterface, outInterface } })
}

/** In the words of describe.ts. */
function said(of: Explanation, { policy }: Situation): string {
  return describe({
    verdict: VERDICTS.indexOf(of.verdict),
    reason: REASONS.indexOf(of.reason),
    block: policy.blocks.findIndex(({ name }) => name === of.block),
    would: of.would === null ? 0 : 1,
    spoofed: of.spoofed ? 1 : 0,
    direction: DIRECTIONS.indexOf(of.direction),
    shape: SHAPES.indexOf(of.shape),
  })
}

/** The candidates that were evaluated, as describeIncrements prints what the oracle counted for them. */
function evaluated({ blocks }: Explanation): string {
  const found = [...blocks.entries()].filter(([, { reason }]) => reason !== null)
  return describeIncrements(
    found.map(([block, { reason, outcome }]) => ({
      block,
      reason: REASONS.indexOf(reason as Explanation['reason']),
      outcome: OUTCOMES.indexOf(outcome as (typeof OUTCOMES)[number]),
    })),
  )
}

const NOT_EVALUATED = ['exempt', 'dormant'].map((name) => REASONS.indexOf(name as Explanation['reason']))
const evaluatedByOracle = ({ increments }: Judgement): string =>
  describeIncrements(increments.filter(({ block, reason }) => block >= 0 && !NOT_EVALUATED.includes(reason)))

/** Asks the oracle about each block alone: without a block that covers the packet, it finds none. */
function coveredByOracle(packet: Packet, { policy, outside }: Situation): string[] {
  const names = policy.blocks.filter((block) => {
    const alone = { ...policy, blocks: [block], exemptions: [] }
    const { block: speaks } = judge(packet, { policy: alone, outside: new Set(outside), now: NOW, limiter: new Map() })
    return speaks === 0
  })
  return names.map(({ name }) => name)
}

/** Where the whole packet is at hand: whether it dies in the kernel, by the oracle's reading of the plan. null: nobody can say. */
function diesInKernel(plan: KernelPlan, { outside }: Situation, packet: Packet): boolean | null {
  if (packet.copied.length < packet.length) return null
  return fateOf(plan, packet, new Set(outside)).kind === 'drop'
}

const toldToDieInKernel = ({ placement }: Explanation): boolean => placement?.where === 'kernel' && placement.queue !== null

function compareOne(situation: Situation, plan: KernelPlan, packet: Packet, word: number): Explanation {
  const explanation = explained(situation, packet)
  const told = explanationText(explanation, [], 'UTC')
  const judgement = judge(packet, { policy: situation.policy, outside: new Set(situation.outside), now: NOW, limiter: new Map() })
  const expect = (what: string, here: string, there: string) => {
    if (here !== there)
      throw new Error(`${what}: explain has "${here}", not "${there}"\n${packetText(packet)}\n${situationText(situation)}`)
  }
  expect('disagreements', explanation.disagreements.join('; '), '')
  expect('the decision of the engine', said(explanation, situation), describeWord(word))
  expect('the judgement of the oracle', said(explanation, situation), describe(judgement))
  expect('the evaluated candidates', evaluated(explanation), evaluatedByOracle(judgement))
  const dies = diesInKernel(plan, situation, packet)
  if (dies !== null) expect('dropped by the kernel', `${toldToDieInKernel(explanation)}`, `${dies}`)
  const covering = explanation.blocks.filter(({ misses }) => misses.length === 0)
  expect('the covering blocks', covering.map(({ block }) => block).join(), coveredByOracle(packet, situation).join())
  // Where there are many, those for other services are named in one line.
  const named = (block: string) =>
    told.includes(`\n  ${block}: `) || told.includes(`: ${block}\n`) || told.includes(`: ${block}, `) || told.includes(`, ${block}`)
  expect('a line of text for each block', `${explanation.blocks.every(({ block }) => named(block))}`, 'true')
  expect('states', `${explanation.blocks.every(({ state, misses }) => (state === 'no-match') === misses.length > 0)}`, 'true')
  return explanation
}

/** What the kernel can decide, it decides. */
const placed = randomSituation.map(
  (situation): Situation => ({
    ...situation,
    policy: { ...situation.policy, blocks: situation.policy.blocks.map((block) => ({ ...block, placement: 'auto' })) },
  }),
)

t.setTimeout(600_000)

t.test('explain, engine and oracle agree', async (t) => {
  const states = new Map<string, number>()
  const property = fc.property(placed, fc.array(tape, { minLength: PACKETS, maxLength: PACKETS }), (situation, tapes) => {
    const plan = compile(situation.policy, { digest: new Uint32Array(8), generation: 1, now: NOW }).drops
    for (const packet of randomPackets(situation, tapes).map(copiedUnder(situation))) {
      // A run of its own for each packet: explain speaks of one packet, and limits remember.
      const [{ decision }] = runPackets(openRun(situation.policy, situation.outside, NOW), [packet], NOW) as unknown as [
        { decision: number },
      ]
      const explanation = compareOne(situation, plan, packet, decision)
      const { blocks, reason } = explanation
      const place = toldToDieInKernel(explanation) ? 'in the kernel' : 'not in the kernel'
      for (const word of [reason, place, ...blocks.flatMap(({ state, misses }) => [state, ...misses.map(({ condition }) => condition)])]) {
        states.set(word, (states.get(word) ?? 0) + 1)
      }
    }
  })
  if (!hold(t, 'every word of it', property, POLICIES)) return
  t.comment([...states].map(([word, count]) => `${word} ${count}`).join(', '))
  const everyState = ['decides', 'observes', 'not-reached', 'dormant', 'exempt', 'no-match']
  const conditions = ['readable', 'direction', 'network', 'service', 'opening', 'except', 'in the kernel', 'not in the kernel']
  if (process.env.IPXXB_PROPERTY_PATH) return
  t.same(
    [...everyState, ...conditions].filter((word) => !states.has(word)),
    [],
    'every state, every condition and both places occurred',
  )
})
