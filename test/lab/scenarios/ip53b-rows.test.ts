// SPDX-License-Identifier: GPL-2.0-or-later
// That a row can fail: each is given numbers as a right network would show them, then the same with one number wrong. Without this, a lab
// that says "ok" would prove nothing.

import t from 'tap'
import { readVerdicts, type Verdicts } from '../../../src/lab/appliance.js'
import { Difference, type Lab } from '../../../src/lab/running-lab.js'
import type { Outcome, Phase } from '../../../src/lab/scenario.js'
import { IP53B } from '../../../src/lab/scenarios/ip53b.js'

/** Packets and UDP payload bytes by host and counter, what the row's program says, and what the appliance counted. */
interface Numbers {
  readonly tallies: Readonly<Record<string, readonly [packets: number, payload: number]>>
  readonly result: Readonly<Record<string, number>>
  readonly verdicts: Partial<Verdicts> | null
}

const IP_AND_UDP = 28

/** A lab in which nothing runs: its only measurement is given. */
function labThatShows({ tallies, result, verdicts }: Numbers): Lab {
  const counters = (scale: number) => {
    const hosts = new Map<string, Map<string, { packets: number; bytes: number }>>()
    for (const [path, [packets, payload]] of Object.entries(tallies)) {
      const [host, counter] = path.split('/') as [string, string]
      const tally = { packets: packets * scale, bytes: (payload + packets * IP_AND_UDP) * scale }
      hosts.set(host, (hosts.get(host) ?? new Map()).set(counter, tally))
    }
    return hosts
  }
  const nothing = { accept: 0, drop: 0, reject: 0, would: 0 }
  const { accept = 0, drop = 0, would = 0 } = verdicts ?? {}
  const before = { counters: counters(1), verdicts: verdicts && { ...nothing, accept: 1000, drop: 1000, would: 1000 } }
  const after = {
    counters: counters(2),
    verdicts: verdicts && { ...nothing, accept: 1000 + accept, drop: 1000 + drop, would: 1000 + would },
  }
  const difference = new Difference(before, after)
  return { measure: async () => ({ result, difference }) } as unknown as Lab
}

const phaseNamed = (name: string): Phase => IP53B.phases.find((phase) => phase.name === name) as Phase

function measure(row: string, phase: string, numbers: Numbers): Promise<Outcome> {
  const found = IP53B.rows.find(({ name }) => name === row)
  if (found === undefined) throw new TypeError(`no row ${row}`)
  return found.measure(labThatShows(numbers), phaseNamed(phase))
}

type Change = Partial<{ [Key in keyof Numbers]: Numbers[Key] }>

interface Case {
  readonly row: string
  readonly phase: string
  readonly right: Numbers
  readonly wrong: Readonly<Record<string, Change>>
}

const attack = { result: {}, none: null, observed: { would: 100 }, enforced: { drop: 100 } }
const AMPLIFIED = { 'attacker/queries': [100, 4200], 'victim/answers': [100, 109_400] } as const
const STOPPED = { 'attacker/queries': [100, 4200], 'victim/answers': [0, 0] } as const
const THROUGH = { 'attacker/queries': [100, 5900], 'resolver/queries': [100, 0], 'authority/queries': [101, 0] } as const
const HALTED = { 'attacker/queries': [100, 5900], 'resolver/queries': [0, 0], 'authority/queries': [0, 0] } as const
const RESOLVED = { 'office/queries': [10, 0], 'authority/answers_to_office': [10, 0], 'office/answers': [10, 0] } as const
const CUT_OFF = { ...RESOLVED, 'office/answers': [0, 0] } as const

const amplified = (phase: string, verdicts: Partial<Verdicts> | null): Case => ({
  row: 'amplification',
  phase,
  right: { tallies: AMPLIFIED, result: attack.result, verdicts },
  wrong: {
    'one packet not sent': { tallies: { ...AMPLIFIED, 'attacker/queries': [99, 4200] } },
    'five times and no more': { tallies: { ...AMPLIFIED, 'victim/answers': [100, 21_000] } },
    ...(verdicts && { 'one packet not foretold': { verdicts: { would: 99 } }, 'a drop': { verdicts: { would: 100, drop: 1 } } }),
  },
})

const stopped = (phase: string): Case => ({
  row: 'amplification',
  phase,
  right: { tallies: STOPPED, result: attack.result, verdicts: attack.enforced },
  wrong: {
    'nothing sent': { tallies: { ...STOPPED, 'attacker/queries': [0, 0] } },
    'one answer at the victim': { tallies: { ...STOPPED, 'victim/answers': [1, 1094] } },
    'a drop that is not counted': { verdicts: { drop: 99 } },
    'no counts': { verdicts: null },
  },
})

const lives = (row: string, sender: string, count: number, rest: Numbers['tallies'], result: Record<string, number>): Case[] =>
  IP53B.phases.map(({ name: phase, policy }) => ({
    row,
    phase,
    right: { tallies: { [sender]: [count, 0], ...rest }, result, verdicts: policy === null ? null : {} },
    wrong: {
      'one not sent': { tallies: { [sender]: [count - 1, 0], ...rest } },
      'one not answered': { result: Object.fromEntries(Object.entries(result).map(([name, value]) => [name, value - 1])) },
      ...(policy !== null && { 'a drop counted': { verdicts: { drop: 1 } }, 'a drop foretold': { verdicts: { would: 1 } } }),
    },
  }))

const resolving = (phase: string, verdicts: Partial<Verdicts> | null): Case => ({
  row: 'fixed-source-port',
  phase,
  right: { tallies: RESOLVED, result: { answered: 10 }, verdicts },
  wrong: {
    'not from port 53': { tallies: { ...RESOLVED, 'office/queries': [0, 0] } },
    'an answer lost': { tallies: { ...RESOLVED, 'office/answers': [9, 0] } },
    'a name not answered': { result: { answered: 9 } },
    ...(verdicts && { 'a drop': { verdicts: { ...verdicts, drop: 1 } }, 'past the filter': { verdicts: {} } }),
  },
})

const CASES: readonly Case[] = [
  amplified('no-filter', attack.none),
  amplified('observe', attack.observed),
  stopped('port'),
  stopped('shape'),
  {
    row: 'random-subdomains',
    phase: 'observe',
    right: { tallies: THROUGH, result: {}, verdicts: attack.observed },
    wrong: {
      'too few at the resolver': { tallies: { ...THROUGH, 'resolver/queries': [94, 0] } },
      'too few at the name server': { tallies: { ...THROUGH, 'authority/queries': [94, 0] } },
      'not foretold': { verdicts: {} },
    },
  },
  {
    row: 'random-subdomains',
    phase: 'shape',
    right: { tallies: HALTED, result: {}, verdicts: attack.enforced },
    wrong: {
      'one at the resolver': { tallies: { ...HALTED, 'resolver/queries': [1, 0] } },
      'one at the name server': { tallies: { ...HALTED, 'authority/queries': [1, 0] } },
      'not sent': { tallies: { ...HALTED, 'attacker/queries': [0, 0] } },
    },
  },
  resolving('no-filter', null),
  resolving('observe', { accept: 10 }),
  resolving('shape', { accept: 10 }),
  {
    row: 'fixed-source-port',
    phase: 'port',
    right: { tallies: CUT_OFF, result: { answered: 0 }, verdicts: { drop: 10 } },
    wrong: {
      'an answer arrived': { tallies: { ...CUT_OFF, 'office/answers': [1, 0] } },
      'a name answered': { result: { answered: 1 } },
      'the name server was silent': { tallies: { ...CUT_OFF, 'authority/answers_to_office': [0, 0] } },
      'not counted': { verdicts: {} },
    },
  },
  ...lives('browsing', 'client/queries', 10, {}, { answered: 10 }),
  ...lives('fixed-address', 'visitor/queries', 10, { 'business/queries': [10, 0] }, { answered: 10 }),
  ...lives('tcp', 'visitor/openings', 5, {}, { greeted: 5 }),
]

for (const { row, phase, right, wrong } of CASES) {
  t.test(`${row}, ${phase}`, async (t) => {
    t.strictSame((await measure(row, phase, right)).objections, [], 'as it should be')
    for (const [name, change] of Object.entries(wrong)) {
      const { objections } = await measure(row, phase, { ...right, ...change })
      t.ok(objections.length > 0, `${name}: fails`)
    }
  })
}

t.test('each row is tried in each of its fates', (t) => {
  for (const { name } of IP53B.rows) t.ok(CASES.some(({ row }) => row === name))
  t.end()
})

t.test('verdicts are summed over blocks and reasons', (t) => {
  const metrics = `# HELP ipxxb_verdicts_total Packets.
ipxxb_verdicts_total{block="IP53B",mode="enforce",reason="request",verdict="drop"} 90
ipxxb_verdicts_total{verdict="drop",block="IP53B",mode="enforce",reason="short"} 10
ipxxb_verdicts_total{block="",mode="",reason="not-ours",verdict="accept"} 5
ipxxb_verdicts_total{block="x",mode="observe",reason="port",verdict="would"} 3
ipxxb_spoofed_total{direction="inbound"} 9
`
  t.strictSame(readVerdicts(metrics), { accept: 5, drop: 100, reject: 0, would: 3 })
  t.end()
})
