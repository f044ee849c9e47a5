// SPDX-License-Identifier: GPL-2.0-or-later
// How rows judge. Each first asserts, by the sender's kernel, that its packets were sent; then what arrived; then that the appliance's own
// counts agree: it claims no drop that did not happen, and in mode observe it foretells each one.

import type { Difference } from './running-lab.js'
import type { Outcome, Phase } from './scenario.js'
import { patiently } from './waiting.js'

/** What becomes of packets: they pass, they vanish, or their sender is told at once that they were refused. */
export type Fate = 'lives' | 'dies' | 'refused'

const FATES = { nothing: 'lives', observes: 'lives', drops: 'dies', rejects: 'refused' } as const satisfies Record<Phase['does'], Fate>

/** What becomes of packets that the phase's block covers. */
export const fateOfCovered = (phase: Phase): Fate => FATES[phase.does]

/**
 * A refusal may take as long as the path's round trip, or this where that is less: waking a client on a busy machine takes longer than any
 * path of a lab. It is a tenth of the second after which an unanswered client repeats itself.
 */
const AT_ONCE_MILLISECONDS = 100

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0
/** For people. */
export const medianMilliseconds = (times: readonly number[]): number => Math.round(median(times) * 10) / 10

/** Collects what did not hold. */
export class Objections {
  readonly list: string[] = []

  unless(holds: boolean, objection: string): void {
    if (!holds) this.list.push(objection)
  }

  sent(packets: number, planned: number): void {
    this.unless(packets === planned, `${packets} packets were sent, not ${planned}: nothing was tested`)
  }

  /** A client that repeats itself sends more. */
  sentAtLeast(packets: number, planned: number): void {
    this.unless(packets >= planned, `${packets} packets were sent, not ${planned}: nothing was tested`)
  }

  /** That the appliance counted what it did to `covered` packets: to those that its block covers, and to no others. */
  verdicts({ verdicts }: Difference, { policy, does }: Phase, covered: number): void {
    if (verdicts === null) {
      this.unless(policy === null, 'ipxxb gave no counts')
      return
    }
    const [drops, rejects, would] = (['drops', 'rejects', 'observes'] as const).map((one) => (one === does ? covered : 0))
    this.unless(verdicts.drop === drops, `ipxxb counted ${verdicts.drop} drops, not ${drops}`)
    this.unless(verdicts.reject === rejects, `ipxxb counted ${verdicts.reject} rejects, not ${rejects}`)
    this.unless(verdicts.would === would, `ipxxb counted ${verdicts.would} packets that it would drop, not ${would}`)
  }

  /** That the appliance judged `packets` packets and let them pass: past a filter that is not there everything lives. */
  letLive({ verdicts }: Difference, packets: number): void {
    if (verdicts !== null)
      this.unless(verdicts.accept === packets, `ipxxb counted ${verdicts.accept} packets that it let live, not ${packets}`)
  }

  /** That each refusal came at once, beside a round trip of the same path. Times are in milliseconds. */
  atOnce(refusals: readonly number[], roundTrip: number): void {
    const limit = Math.max(roundTrip, patiently(AT_ONCE_MILLISECONDS))
    const late = refusals.filter((time) => time > limit)
    this.unless(late.length === 0, `${late.length} refusals took longer than ${limit} ms`)
  }
}

const counts = ({ verdicts }: Difference): Record<string, number> =>
  verdicts === null ? {} : { ipxxbDrop: verdicts.drop, ipxxbReject: verdicts.reject, ipxxbWould: verdicts.would }

/** What the appliance says, behind a measurement. */
function says({ verdicts }: Difference, { does }: Phase): string {
  if (verdicts === null) return ''
  const said = [
    verdicts.drop > 0 || does === 'drops' ? `; ipxxb dropped ${verdicts.drop}` : '',
    verdicts.reject > 0 || does === 'rejects' ? `; ipxxb rejected ${verdicts.reject}` : '',
    verdicts.would > 0 || does === 'observes' ? `; ipxxb would drop ${verdicts.would}` : '',
  ]
  return said.join('')
}

export interface Measured {
  readonly sent: number
  readonly values: Readonly<Record<string, number>>
  readonly short: string
  readonly text: string
}

/** A row's outcome: what it measured, with what the appliance counted. */
export const outcome = (
  objections: Objections,
  difference: Difference,
  phase: Phase,
  { sent, values, short, text }: Measured,
): Outcome => ({
  sent,
  values: { ...values, ...counts(difference) },
  short,
  text: `${text}${says(difference, phase)}`,
  objections: objections.list,
})
