// SPDX-License-Identifier: GPL-2.0-or-later
// A row about an ordinary client: it asks a server so many times, and every time is answered, or nobody ever answers, or it is refused
// at once. What it asks with (DNS, a greeting on a TCP port) is the caller's.

import { type Fate, fateOfCovered, medianMilliseconds, Objections, outcome } from '../judging.js'
import type { Lab } from '../running-lab.js'
import type { Row } from '../scenario.js'

/** What a client found. */
export interface Found {
  readonly answered: number
  readonly refused: number
  /** How long each refusal took. */
  readonly refusedMilliseconds: readonly number[]
  /** How long the same path takes to the same server and back, where that was measured. */
  readonly roundTripMilliseconds: number | null
}

export interface Client {
  readonly name: string
  readonly title: string
  /** What must come out, for people: of a client whom the block covers, all three fates. */
  readonly expects: { readonly lives: string } & Partial<Record<Fate, string>>
  /** Whether the block covers what the client sends. */
  readonly covered: boolean
  readonly host: string
  /** The host's counter of what it asks: a packet each, or an opening segment each. */
  readonly sent: string
  /** Counts the same where it should arrive. */
  readonly arrived?: { readonly host: string; readonly counter: string }
  readonly times: number
  /** For people: `10 <what>, 10 answered`. */
  readonly what: string
  readonly answeredAs?: string
  /** TCP repeats itself where nobody answers. */
  readonly repeats?: boolean
  ask(lab: Lab): Promise<Found>
}

export function client(plan: Client): Row {
  const { name, title, expects, covered, host, times, answeredAs = 'answered' } = plan
  return {
    name,
    title,
    expectation: (phase) => expects[covered ? fateOfCovered(phase) : 'lives'] ?? expects.lives,
    async measure(lab, phase) {
      const { result, difference } = await lab.measure(() => plan.ask(lab))
      const { answered, refused, refusedMilliseconds, roundTripMilliseconds } = result
      const sent = difference.tally(host, plan.sent).packets
      const arrived = plan.arrived === undefined ? null : difference.tally(plan.arrived.host, plan.arrived.counter).packets
      const fate = covered ? fateOfCovered(phase) : 'lives'

      const objections = new Objections()
      if (plan.repeats && fate !== 'refused') objections.sentAtLeast(sent, times)
      else objections.sent(sent, times)
      objections.unless(answered === (fate === 'lives' ? times : 0), `${answered} of ${times} were ${answeredAs}`)
      objections.unless(refused === (fate === 'refused' ? times : 0), `${refused} of ${times} were refused`)
      if (fate === 'refused') objections.atOnce(refusedMilliseconds, roundTripMilliseconds ?? 0)
      if (arrived !== null) {
        const due = fate === 'lives' ? sent : 0
        objections.unless(arrived === due, `${arrived} of ${sent} packets arrived, not ${due}`)
      }
      objections.verdicts(difference, phase, covered ? sent : 0)

      const refusal = medianMilliseconds(refusedMilliseconds)
      const told = refused === 0 ? '' : `, ${refused} refused after ${refusal} ms (round trip ${roundTripMilliseconds} ms)`
      return outcome(objections, difference, phase, {
        sent,
        values: {
          ...(arrived !== null && { arrived }),
          [answeredAs]: answered,
          ...(refused > 0 && { refused, refusedMilliseconds: refusal, roundTripMilliseconds: roundTripMilliseconds ?? 0 }),
        },
        short: answered === times ? 'lives' : refused === times ? 'fails at once' : answered === 0 ? 'dies' : 'hurt',
        text: `${sent} ${plan.what}, ${arrived === null ? '' : `${arrived} arrived, `}${answered} ${answeredAs}${told}`,
      })
    },
  }
}
