// SPDX-License-Identifier: GPL-2.0-or-later
// The engine against the oracle for one situation: every decision, every verdict that goes to the kernel, every counter. Throws an Error
// that shows the first difference so that a reader can work it out.

import { counterAt, looseAt, OUTCOMES } from '../../src/contract/counters.js'
import { NF_ACCEPT, NF_DROP } from '../../src/contract/numbers.js'
import { REASONS } from '../../src/contract/reasons.js'
import { ACCEPT } from '../../src/contract/verdicts.js'
import { describe, describeWord } from '../oracle/describe.js'
import { type Judgement, judge, type Limiter } from '../oracle/linear.js'
import type { Packet } from '../oracle/readable.js'
import { type EngineRun, openRun, runPackets, type Said } from './engine-run.js'
import type { Situation } from './random-policies.js'
import { packetText, situationText } from './readable-policy.js'

export interface Moment {
  readonly now: number
  readonly packets: readonly Packet[]
}

/**
 * Runs all moments, in order of time, through both, and returns what the oracle said. Throws at the first difference.
 * Where an exemption has ended in between, the policy is compiled again as the control side does it, and the buckets start full again.
 */
export function compare(situation: Situation, moments: readonly Moment[]): Judgement[] {
  const { policy } = situation
  const all: Judgement[] = []
  let since = all.length
  let run: EngineRun | null = null
  let limiter: Limiter = new Map()
  for (const { now, packets } of moments) {
    if (run && now >= run.nextChange) {
      compareCounters(situation, all.slice(since), run.counters)
      run = null
      limiter = new Map()
      since = all.length
    }
    run ??= openRun(policy, situation.outside, now)
    const said = runPackets(run, packets, now)
    for (const [index, packet] of packets.entries()) {
      const expected = judge(packet, { policy, outside: new Set(situation.outside), now, limiter })
      all.push(expected)
      const difference = differenceOf(expected, said[index]!)
      if (difference) throw new Error(`at ${now}, packet ${index}: ${difference}\n${packetText(packet)}\n${situationText(situation)}`)
    }
  }
  if (run) compareCounters(situation, all.slice(since), run.counters)
  return all
}

/** What the engine said otherwise; null where they agree. */
export function differenceOf(expected: Judgement, said: Said): string | null {
  const [oracle, engine] = [describe(expected), describeWord(said.decision)]
  if (oracle !== engine) return `the oracle says "${oracle}", the engine "${engine}"`
  const verdict = expected.verdict === ACCEPT ? NF_ACCEPT : NF_DROP
  if (said.verdict !== verdict) return `the kernel is told ${said.verdict}, not ${verdict}, for "${oracle}"`
  return said.setMark === 0 ? null : 'the mark is set'
}

function compareCounters(situation: Situation, judgements: readonly Judgement[], counted: Float64Array): void {
  const blocks = situation.policy.blocks.length
  const expected = new Float64Array(counted.length)
  for (const { increments, loose } of judgements) {
    for (const { block, reason, outcome } of increments) expected[counterAt(block, reason, outcome)]! += 1
    for (const index of loose) expected[looseAt(blocks) + index]! += 1
  }
  const at = expected.findIndex((value, index) => value !== counted[index])
  if (at < 0) return
  const difference = `counter ${counterName(at, blocks)}: the oracle counts ${expected[at]}, the engine ${counted[at]}`
  throw new Error(`${difference}\n${situationText(situation)}`)
}

function counterName(at: number, blocks: number): string {
  if (at >= looseAt(blocks)) return `loose ${at - looseAt(blocks)}`
  const perBlock = REASONS.length * OUTCOMES.length
  const within = at % perBlock
  return `block ${Math.floor(at / perBlock) - 1} ${REASONS[Math.floor(within / OUTCOMES.length)]} ${OUTCOMES[within % OUTCOMES.length]}`
}
