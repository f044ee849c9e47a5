// SPDX-License-Identifier: GPL-2.0-or-later
// The rows of scenarios ip53b and six, over the addresses of either.

import { encodeQuery } from '../dns.js'
import { fateOfCovered, Objections, outcome } from '../judging.js'
import type { FloodTask } from '../programs/flood.js'
import { amplification } from '../rows/amplification.js'
import { askNames, freshNames, openConnections } from '../rows/asking.js'
import { client } from '../rows/client.js'
import type { Row } from '../scenario.js'
import type { Addresses } from './dns-network.js'
import { BROWSED, BUSINESS_NAME, LARGE_NAME, TORTURED } from './dns-programs.js'

const ATTACK_PACKETS = 100
const ATTACK_GAP_MILLISECONDS = 2
/** Of 100 random names, how many must get through for the attack to count as alive: a resolver may answer a few by itself. */
const MOST_OF = 0.95
const FORGED_PACKETS = 20
const QUERIES = 10
const CONNECTIONS = 5
/** The largest answer that attackers claim to take. */
const UDP_SIZE = 4096

const largeQueries = Array.from({ length: ATTACK_PACKETS }, (_, id) =>
  encodeQuery({ id, name: LARGE_NAME, type: id % 2 ? 'TXT' : 'ANY', udpSize: UDP_SIZE }),
)

const queriesFor = (names: readonly string[]): string[] =>
  names.map((name, id) => encodeQuery({ id, name, type: 'A', udpSize: UDP_SIZE }).toString('hex'))

const flooding = (source: string, target: string, names: readonly string[]): FloodTask => ({
  source,
  target,
  port: 53,
  messages: queriesFor(names),
  gapMilliseconds: ATTACK_GAP_MILLISECONDS,
})

const amplifying = (a: Addresses): Row =>
  amplification({
    name: 'amplification',
    title: 'Amplification attack',
    what: 'queries',
    attacker: 'attacker',
    sent: 'queries',
    victim: { host: 'victim', address: a.victim, counter: 'answers' },
    target: { address: a.home, port: 53 },
    messages: largeQueries,
  })

const randomSubdomains = (a: Addresses): Row => ({
  name: 'random-subdomains',
  title: 'Random-subdomain attack',
  expectation: (phase) =>
    fateOfCovered(phase) === 'lives' ? 'reaches resolver and name server' : 'dies: reaches neither resolver nor name server',
  async measure(lab, phase) {
    const task = flooding(a.attacker, a.home, freshNames(ATTACK_PACKETS, TORTURED))
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
      if (fateOfCovered(phase) === 'dies') objections.unless(packets === 0, `${packets} queries reached the ${where}`)
      else objections.unless(packets >= MOST_OF * ATTACK_PACKETS, `only ${packets} queries reached the ${where}`)
    }
    objections.verdicts(difference, phase, ATTACK_PACKETS)
    return outcome(objections, difference, phase, {
      sent,
      values: { resolverQueries: resolver, authorityQueries: authority },
      short: resolver + authority === 0 ? 'dies' : 'gets through',
      text: `${sent} queries; ${resolver} reached the ISP's resolver, ${authority} the name server of the domain`,
    })
  },
})

/** What prefixes alone get wrong: from one customer to another, it looks as if it had never come from outside. */
const forgedCustomer = (a: Addresses): Row => ({
  name: 'forged-customer',
  title: "Attack in a customer's name",
  expectation: (phase) =>
    fateOfCovered(phase) === 'lives' ? 'reaches the home router' : 'dies: it came from outside, whatever source it claims',
  async measure(lab, phase) {
    const task = flooding(a.office, a.home, freshNames(FORGED_PACKETS, BROWSED))
    const { difference } = await lab.measure(() => lab.host('attacker').run('flood', task))
    const sent = difference.tally('attacker', 'queries').packets
    const arrived = difference.tally('home', 'from_office').packets
    const due = fateOfCovered(phase) === 'lives' ? sent : 0

    const objections = new Objections()
    objections.sent(sent, FORGED_PACKETS)
    objections.unless(arrived === due, `${arrived} of ${sent} queries arrived, not ${due}`)
    objections.verdicts(difference, phase, FORGED_PACKETS)
    const spoofed = difference.verdicts?.spoofed ?? FORGED_PACKETS
    objections.unless(spoofed === FORGED_PACKETS, `ipxxb counted ${spoofed} forged sources, not ${FORGED_PACKETS}`)
    return outcome(objections, difference, phase, {
      sent,
      values: { arrived },
      short: arrived === 0 ? 'dies' : 'gets through',
      text: `${sent} queries from outside in a customer's name, ${arrived} arrived`,
    })
  },
})

const browsing = (a: Addresses): Row =>
  client({
    name: 'browsing',
    title: "The customer's own browsing",
    expects: { lives: 'lives: every name is answered' },
    covered: false,
    host: 'client',
    sent: 'queries',
    times: QUERIES,
    what: "names asked through home router and ISP's resolver",
    ask: (lab) => askNames(lab, 'client', { server: a.homeInside, names: freshNames(QUERIES, BROWSED) }),
  })

const fixedSourcePort: Row = {
  name: 'fixed-source-port',
  title: 'Resolver that sends from port 53',
  expectation: (phase) => (phase.name === 'port' ? 'dies: answers come to port 53, too' : 'lives: every name is answered'),
  async measure(lab, phase) {
    const names = freshNames(QUERIES, BROWSED)
    const { result, difference } = await lab.measure(() => askNames(lab, 'office', { server: '127.0.0.1', names }))
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
    objections.verdicts(difference, phase, dies ? replied : 0)
    return outcome(objections, difference, phase, {
      sent,
      values: { answersSent: replied, answersArrived: arrived, answered: result.answered },
      short: result.answered === QUERIES ? 'lives' : result.answered === 0 ? 'dies' : 'hurt',
      text: `${sent} queries from port 53, ${replied} answers sent, ${arrived} arrived; ${result.answered} of ${QUERIES} names answered`,
    })
  },
}

const fixedAddress = (a: Addresses): Row =>
  client({
    name: 'fixed-address',
    title: 'Name server at a fixed address',
    expects: { lives: 'lives: not protected, so not touched' },
    covered: false,
    host: 'visitor',
    sent: 'queries',
    arrived: { host: 'business', counter: 'queries' },
    times: QUERIES,
    what: 'queries from outside',
    ask: (lab) => askNames(lab, 'visitor', { server: a.business, names: Array<string>(QUERIES).fill(BUSINESS_NAME) }),
  })

const internal = (a: Addresses): Row =>
  client({
    name: 'internal',
    title: 'One customer asks another',
    expects: { lives: 'lives: it never was outside' },
    covered: false,
    host: 'office',
    sent: 'neighbourly',
    arrived: { host: 'home', counter: 'from_office' },
    times: QUERIES,
    what: 'queries from customer to customer',
    ask: (lab) => askNames(lab, 'office', { server: a.home, names: freshNames(QUERIES, BROWSED) }),
  })

const tcp = (a: Addresses): Row =>
  client({
    name: 'tcp',
    title: 'Something else on TCP port 53',
    expects: { lives: 'lives: the block is for UDP' },
    covered: false,
    host: 'visitor',
    sent: 'openings',
    times: CONNECTIONS,
    what: 'connections opened from outside to a dynamic address',
    answeredAs: 'greeted',
    repeats: true,
    ask: (lab) => openConnections(lab, 'visitor', { server: a.office, port: 53, connections: CONNECTIONS }),
  })

export const rowsOf = (a: Addresses): readonly Row[] => [
  amplifying(a),
  randomSubdomains(a),
  forgedCustomer(a),
  browsing(a),
  fixedSourcePort,
  fixedAddress(a),
  internal(a),
  tcp(a),
]
