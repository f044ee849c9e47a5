// SPDX-License-Identifier: GPL-2.0-or-later
// The rows of scenario ip53b. Each first asserts, by the sender's kernel, that its packets were sent; then what arrived; then that the
// appliance's own counts agree: it claims no drop that did not happen, and in mode observe it foretells each one.

import { randomBytes } from 'node:crypto'
import { payloadBytes } from '../hosts.js'
import type { ConnectTask } from '../programs/connect.js'
import type { FloodTask } from '../programs/flood.js'
import type { LookupTask } from '../programs/lookup.js'
import type { Difference } from '../running-lab.js'
import type { Outcome, Phase, Row } from '../scenario.js'
import { ADDRESSES } from './ip53b-network.js'
import { BROWSED, BUSINESS_NAME, LARGE_NAME, TORTURED } from './ip53b-programs.js'

const ATTACK_PACKETS = 100
const ATTACK_GAP_MILLISECONDS = 2
/** Below this, nobody would bother to call it amplification. */
const LEAST_FACTOR = 5
/** Of 100 random names, how many must get through for the attack to count as alive: a resolver may answer a few by itself. */
const MOST_OF = 0.95
const QUERIES = 10
const CONNECTIONS = 5
const ANSWERS_WITHIN_MILLISECONDS = 1500

type Fate = 'lives' | 'dies'

const isEnforced = (phase: Phase): boolean => phase.name === 'port' || phase.name === 'shape'
/** Attacks end when the block is enforced. */
const attackFate = (phase: Phase): Fate => (isEnforced(phase) ? 'dies' : 'lives')

const freshNames = (count: number, domain: string): string[] =>
  Array.from({ length: count }, () => `${randomBytes(6).toString('hex')}.${domain}`)

/** Collects what did not hold. */
class Objections {
  readonly list: string[] = []

  unless(holds: boolean, objection: string): void {
    if (!holds) this.list.push(objection)
  }

  sent(packets: number, planned: number): void {
    this.unless(packets === planned, `${packets} packets were sent, not ${planned}: nothing was tested`)
  }

  /** That the appliance counted what it did to `packets` unwanted packets, or to wanted ones. */
  verdicts({ verdicts }: Difference, phase: Phase, wanted: boolean, packets: number): void {
    if (verdicts === null) {
      this.unless(phase.policy === null, 'ipxxb gave no counts')
      return
    }
    const drops = !wanted && isEnforced(phase) ? packets : 0
    const would = !wanted && !isEnforced(phase) ? packets : 0
    this.unless(verdicts.drop === drops, `ipxxb counted ${verdicts.drop} drops, not ${drops}`)
    this.unless(verdicts.would === would, `ipxxb counted ${verdicts.would} packets that it would drop, not ${would}`)
  }

  /** That the appliance judged `packets` packets and let them pass: past a filter that is not there everything lives. */
  letLive({ verdicts }: Difference, packets: number): void {
    if (verdicts !== null)
      this.unless(verdicts.accept === packets, `ipxxb counted ${verdicts.accept} packets that it let live, not ${packets}`)
  }
}

const counts = ({ verdicts }: Difference): Record<string, number> =>
  verdicts === null ? {} : { ipxxbDrop: verdicts.drop, ipxxbWould: verdicts.would }

/** What the appliance says, behind a measurement. */
const says = ({ verdicts }: Difference, phase: Phase): string => {
  if (verdicts === null) return ''
  const dropped = verdicts.drop > 0 || isEnforced(phase) ? `; ipxxb dropped ${verdicts.drop}` : ''
  return verdicts.would > 0 || !isEnforced(phase) ? `${dropped}; ipxxb would drop ${verdicts.would}` : dropped
}

const outcome = (
  objections: Objections,
  difference: Difference,
  phase: Phase,
  sent: number,
  values: Record<string, number>,
  short: string,
  text: string,
): Outcome => ({
  sent,
  values: { ...values, ...counts(difference) },
  short,
  text: `${text}${says(difference, phase)}`,
  objections: objections.list,
})

const amplification: Row = {
  name: 'amplification',
  title: 'Amplification attack',
  expectation: (phase) =>
    attackFate(phase) === 'lives' ? `hits the victim, more than ${LEAST_FACTOR} times the bytes sent` : 'dies: nothing reaches the victim',
  async measure(lab, phase) {
    const queries = Array.from({ length: ATTACK_PACKETS }, (_, index) => ({
      name: LARGE_NAME,
      type: index % 2 ? ('TXT' as const) : ('ANY' as const),
    }))
    const task: FloodTask = { source: ADDRESSES.victim, target: ADDRESSES.home, queries, gapMilliseconds: ATTACK_GAP_MILLISECONDS }
    const { difference } = await lab.measure(() => lab.host('attacker').run('flood', task))
    const sent = difference.tally('attacker', 'queries')
    const hit = difference.tally('victim', 'answers')
    const sentBytes = payloadBytes(sent)
    const hitBytes = payloadBytes(hit)
    const factor = sentBytes === 0 ? 0 : Math.round((hitBytes / sentBytes) * 10) / 10

    const objections = new Objections()
    objections.sent(sent.packets, ATTACK_PACKETS)
    if (attackFate(phase) === 'lives') objections.unless(factor > LEAST_FACTOR, `the factor is ${factor}, not above ${LEAST_FACTOR}`)
    else objections.unless(hitBytes === 0, `${hitBytes} bytes hit the victim`)
    objections.verdicts(difference, phase, false, ATTACK_PACKETS)
    return outcome(
      objections,
      difference,
      phase,
      sent.packets,
      { sentBytes, victimPackets: hit.packets, victimBytes: hitBytes, factor },
      hitBytes === 0 ? 'dies' : `${factor} times`,
      `${sent.packets} spoofed queries, ${sentBytes} bytes; ${hitBytes} bytes hit the victim: ${factor} times`,
    )
  },
}

const randomSubdomains: Row = {
  name: 'random-subdomains',
  title: 'Random-subdomain attack',
  expectation: (phase) =>
    attackFate(phase) === 'lives' ? 'reaches resolver and name server' : 'dies: reaches neither resolver nor name server',
  async measure(lab, phase) {
    const queries = freshNames(ATTACK_PACKETS, TORTURED).map((name) => ({ name, type: 'A' as const }))
    const task: FloodTask = { source: ADDRESSES.attacker, target: ADDRESSES.home, queries, gapMilliseconds: ATTACK_GAP_MILLISECONDS }
    const { difference } = await lab.measure(() => lab.host('attacker').run('flood', task))
    const sent = difference.tally('attacker', 'queries').packets
    const resolver = difference.tally('resolver', 'queries').packets
    const authority = difference.tally('authority', 'queries').packets

    const objections = new Objections()
    objections.sent(sent, ATTACK_PACKETS)
    for (const [where, packets] of [
      ['resolver', resolver],
      ['name server', authority],
    ] as const) {
      if (attackFate(phase) === 'dies') objections.unless(packets === 0, `${packets} queries reached the ${where}`)
      else objections.unless(packets >= MOST_OF * ATTACK_PACKETS, `only ${packets} queries reached the ${where}`)
    }
    objections.verdicts(difference, phase, false, ATTACK_PACKETS)
    return outcome(
      objections,
      difference,
      phase,
      sent,
      { resolverQueries: resolver, authorityQueries: authority },
      resolver + authority === 0 ? 'dies' : 'gets through',
      `${sent} queries; ${resolver} reached the ISP's resolver, ${authority} the name server of the domain`,
    )
  },
}

const browsing: Row = {
  name: 'browsing',
  title: "The customer's own browsing",
  expectation: () => 'lives: every name is answered',
  async measure(lab, phase) {
    const task: LookupTask = {
      server: ADDRESSES.homeInside,
      names: freshNames(QUERIES, BROWSED),
      timeoutMilliseconds: ANSWERS_WITHIN_MILLISECONDS,
    }
    const { result, difference } = await lab.measure(() => lab.host('client').run('lookup', task))
    const sent = difference.tally('client', 'queries').packets
    const objections = new Objections()
    objections.sent(sent, QUERIES)
    objections.unless(result.answered === QUERIES, `${result.answered} of ${QUERIES} names were answered`)
    objections.verdicts(difference, phase, true, sent)
    return outcome(
      objections,
      difference,
      phase,
      sent,
      { answered: result.answered },
      result.answered === QUERIES ? 'lives' : 'hurt',
      `${sent} names asked through home router and ISP's resolver, ${result.answered} answered`,
    )
  },
}

const fixedSourcePort: Row = {
  name: 'fixed-source-port',
  title: 'Resolver that sends from port 53',
  expectation: (phase) => (phase.name === 'port' ? 'dies: answers come to port 53, too' : 'lives: every name is answered'),
  async measure(lab, phase) {
    const task: LookupTask = { server: '127.0.0.1', names: freshNames(QUERIES, BROWSED), timeoutMilliseconds: ANSWERS_WITHIN_MILLISECONDS }
    const { result, difference } = await lab.measure(() => lab.host('office').run('lookup', task))
    const sent = difference.tally('office', 'queries').packets
    const replied = difference.tally('authority', 'answers_to_office').packets
    const arrived = difference.tally('office', 'answers').packets
    const dies = phase.name === 'port'

    const objections = new Objections()
    objections.sent(sent, QUERIES)
    objections.unless(replied === sent, `the name server answered ${replied} of ${sent} queries: nothing was tested`)
    if (dies) {
      objections.unless(arrived === 0, `${arrived} answers arrived`)
      objections.unless(result.answered === 0, `${result.answered} names were answered`)
    } else {
      objections.unless(arrived === replied, `${arrived} of ${replied} answers arrived`)
      objections.letLive(difference, replied)
      objections.unless(result.answered === QUERIES, `${result.answered} of ${QUERIES} names were answered`)
    }
    objections.verdicts(difference, phase, !dies, replied)
    return outcome(
      objections,
      difference,
      phase,
      sent,
      { answersSent: replied, answersArrived: arrived, answered: result.answered },
      result.answered === QUERIES ? 'lives' : result.answered === 0 ? 'dies' : 'hurt',
      `${sent} queries from port 53, ${replied} answers sent, ${arrived} arrived; ${result.answered} of ${QUERIES} names answered`,
    )
  },
}

const fixedAddress: Row = {
  name: 'fixed-address',
  title: 'Name server at a fixed address',
  expectation: () => 'lives: not protected, so not touched',
  async measure(lab, phase) {
    const names = Array.from({ length: QUERIES }, () => BUSINESS_NAME)
    const task: LookupTask = { server: ADDRESSES.business, names, timeoutMilliseconds: ANSWERS_WITHIN_MILLISECONDS }
    const { result, difference } = await lab.measure(() => lab.host('visitor').run('lookup', task))
    const sent = difference.tally('visitor', 'queries').packets
    const arrived = difference.tally('business', 'queries').packets
    const objections = new Objections()
    objections.sent(sent, QUERIES)
    objections.unless(arrived === QUERIES, `${arrived} of ${QUERIES} queries arrived`)
    objections.unless(result.answered === QUERIES, `${result.answered} of ${QUERIES} queries were answered`)
    objections.verdicts(difference, phase, true, sent)
    return outcome(
      objections,
      difference,
      phase,
      sent,
      { arrived, answered: result.answered },
      result.answered === QUERIES ? 'lives' : 'hurt',
      `${sent} queries from outside, ${arrived} arrived, ${result.answered} answered`,
    )
  },
}

const tcp: Row = {
  name: 'tcp',
  title: 'Something else on TCP port 53',
  expectation: () => 'lives: the block is for UDP',
  async measure(lab, phase) {
    const task: ConnectTask = {
      server: ADDRESSES.office,
      port: 53,
      connections: CONNECTIONS,
      timeoutMilliseconds: ANSWERS_WITHIN_MILLISECONDS,
    }
    const { result, difference } = await lab.measure(() => lab.host('visitor').run('connect', task))
    const sent = difference.tally('visitor', 'openings').packets
    const objections = new Objections()
    objections.sent(sent, CONNECTIONS)
    objections.unless(result.greeted === CONNECTIONS, `${result.greeted} of ${CONNECTIONS} connections were greeted`)
    objections.verdicts(difference, phase, true, sent)
    return outcome(
      objections,
      difference,
      phase,
      sent,
      { greeted: result.greeted },
      result.greeted === CONNECTIONS ? 'lives' : 'hurt',
      `${sent} connections opened from outside to a dynamic address, ${result.greeted} greeted`,
    )
  },
}

export const ROWS: readonly Row[] = [amplification, randomSubdomains, browsing, fixedSourcePort, fixedAddress, tcp]
