// SPDX-License-Identifier: GPL-2.0-or-later
// The rows of scenario ip123b: two attacks, a time server of a customer's, and two clocks that a customer wants to go right.

import { fateOfCovered, Objections, outcome } from '../judging.js'
import { encodeMonlist, encodeReadVariables } from '../ntp.js'
import { amplification } from '../rows/amplification.js'
import type { Lab } from '../running-lab.js'
import type { Phase, Row } from '../scenario.js'
import { ADDRESSES } from './ntp-network.js'

const ATTACK_PACKETS = 50
/** A client asks several times at once; how often is its own affair. */
const LEAST_REQUESTS = 2

const attack = (name: string, title: string, sent: string, target: 'camera' | 'office', messages: readonly Buffer[]): Row =>
  amplification({
    name,
    title,
    what: 'requests',
    attacker: 'attacker',
    sent,
    victim: { host: 'victim', address: ADDRESSES.victim, counter: 'answers' },
    target: { address: ADDRESSES[target], port: 123 },
    messages,
  })

interface Clock {
  readonly name: string
  readonly title: string
  readonly expects: { readonly lives: string; readonly dies: string }
  /** Whether the block covers the packets that the router meets. */
  covered(phase: Phase): boolean
  /** Whether the appliance judges those packets even where it lets them live. */
  readonly judged: boolean
  /** Where packets are counted, in the order in which they come by. */
  readonly way: readonly { readonly host: string; readonly counter: string; readonly text: string; readonly behindRouter?: true }[]
  ask(lab: Lab): Promise<boolean>
}

/** A clock that asks a server: every packet comes by at each place of its way, or at none behind the router. */
const clock = ({ name, title, expects, covered, judged, way, ask }: Clock): Row => {
  const dies = (phase: Phase): boolean => covered(phase) && fateOfCovered(phase) === 'dies'
  return {
    name,
    title,
    expectation: (phase) => (dies(phase) ? expects.dies : expects.lives),
    async measure(lab, phase) {
      const { result: found, difference } = await lab.measure(() => ask(lab))
      const seen = way.map((place) => ({ ...place, packets: difference.tally(place.host, place.counter).packets }))
      const sent = seen[0]?.packets ?? 0

      const objections = new Objections()
      objections.sentAtLeast(sent, LEAST_REQUESTS)
      for (const { packets, text, behindRouter } of seen) {
        const due = dies(phase) && behindRouter ? 0 : sent
        objections.unless(packets === due, `${packets} ${text}, not ${due}`)
      }
      objections.unless(found !== dies(phase), `the time was ${found ? '' : 'not '}found`)
      if (judged && !covered(phase)) objections.letLive(difference, sent)
      objections.verdicts(difference, phase, covered(phase) ? sent : 0)
      return outcome(objections, difference, phase, {
        sent,
        values: { arrived: seen.at(-1)?.packets ?? 0, found: found ? 1 : 0 },
        short: found ? 'lives' : 'dies',
        text: `${seen.map(({ packets, text }) => `${packets} ${text}`).join(', ')}; the time was ${found ? '' : 'not '}found`,
      })
    },
  }
}

export const ROWS: readonly Row[] = [
  attack('monlist', 'Attack by monlist (mode 7)', 'monlist', 'camera', Array<Buffer>(ATTACK_PACKETS).fill(encodeMonlist())),
  attack(
    'readvar',
    'Attack by readvar (mode 6)',
    'readvar',
    'office',
    Array.from({ length: ATTACK_PACKETS }, (_, sequence) => encodeReadVariables(sequence)),
  ),
  clock({
    name: 'time-server',
    title: "A customer's time server",
    expects: { lives: 'lives: the time is told', dies: 'dies: a request, too; such a customer needs an exemption' },
    covered: () => true,
    judged: false,
    way: [
      { host: 'visitor', counter: 'requests', text: 'requests from outside' },
      { host: 'club', counter: 'requests', text: 'arrived', behindRouter: true },
    ],
    ask: (lab) => lab.daemons.askTime('visitor', lab.host('visitor'), ADDRESSES.club, null),
  }),
  clock({
    name: 'fixed-source-port',
    title: 'Clock that asks from port 123',
    expects: { lives: 'lives: the time is found', dies: 'dies: replies come to port 123, too' },
    covered: (phase) => phase.name === 'port',
    judged: true,
    way: [
      { host: 'desk', counter: 'requests', text: 'requests from port 123' },
      { host: 'clock', counter: 'replies_to_desk', text: 'replies' },
      { host: 'desk', counter: 'replies', text: 'arrived', behindRouter: true },
    ],
    ask: (lab) => lab.daemons.askTime('desk', lab.host('desk'), ADDRESSES.clock, 123),
  }),
  clock({
    name: 'random-source-port',
    title: 'Clock that asks from any port',
    expects: { lives: 'lives: the time is found', dies: 'dies' },
    covered: () => false,
    judged: false,
    way: [
      { host: 'phone', counter: 'requests', text: 'requests from another port each time' },
      { host: 'clock', counter: 'replies_to_phone', text: 'replies' },
      { host: 'phone', counter: 'replies', text: 'arrived', behindRouter: true },
    ],
    ask: (lab) => lab.daemons.askTime('phone', lab.host('phone'), ADDRESSES.clock, null),
  }),
]
