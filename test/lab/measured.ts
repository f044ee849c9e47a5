// SPDX-License-Identifier: GPL-2.0-or-later
// A lab in which nothing runs and whose only measurement is given: what lets a test show that a row can fail. Without that, a lab that
// says "ok" would prove nothing.

import type t from 'tap'
import { NO_VERDICTS, type Verdicts } from '../../src/lab/appliance.js'
import { Difference, type Lab } from '../../src/lab/running-lab.js'
import type { Outcome, Scenario } from '../../src/lab/scenario.js'

/** Packets and UDP payload bytes by host and counter, what the row's program says, and what the appliance counted. */
export interface Numbers {
  readonly tallies: Readonly<Record<string, readonly [packets: number, payload: number]>>
  readonly result: object
  readonly verdicts: Partial<Verdicts> | null
}

/** A row's numbers as a right network shows them, and with what is wrong in each of several ways. */
export interface Case {
  readonly row: string
  readonly phase: string
  readonly right: Numbers
  readonly wrong: Readonly<Record<string, Partial<Numbers>>>
}

const BEFORE = 1000

function labThatShows({ tallies, result, verdicts }: Numbers, headerBytes: number): Lab {
  const counters = (scale: number) => {
    const hosts = new Map<string, Map<string, { packets: number; bytes: number }>>()
    for (const [path, [packets, payload]] of Object.entries(tallies)) {
      const [host, counter] = path.split('/') as [string, string]
      const tally = { packets: packets * scale, bytes: (payload + packets * headerBytes) * scale }
      hosts.set(host, (hosts.get(host) ?? new Map()).set(counter, tally))
    }
    return hosts
  }
  const counted = (added: Partial<Verdicts>): Verdicts => {
    const names = Object.keys(NO_VERDICTS) as (keyof Verdicts)[]
    return Object.fromEntries(names.map((name) => [name, BEFORE + (added[name] ?? 0)])) as unknown as Verdicts
  }
  const before = { counters: counters(1), verdicts: verdicts && counted({}) }
  const after = { counters: counters(2), verdicts: verdicts && counted(verdicts) }
  return { measure: async () => ({ result, difference: new Difference(before, after) }) } as unknown as Lab
}

/** Header bytes of a UDP packet: 28 over IPv4, 48 over IPv6. */
function measure(scenario: Scenario, { row, phase }: Case, numbers: Numbers, headerBytes: number): Promise<Outcome> {
  const foundRow = scenario.rows.find(({ name }) => name === row)
  const foundPhase = scenario.phases.find(({ name }) => name === phase)
  if (foundRow === undefined || foundPhase === undefined) throw new TypeError(`no row ${row}, or no phase ${phase}`)
  return foundRow.measure(labThatShows(numbers, headerBytes), foundPhase)
}

/** Tries each case, right and wrong, and that no row of the scenario is left out. */
export async function tryRows(test: typeof t, scenario: Scenario, cases: readonly Case[], headerBytes = 28): Promise<void> {
  for (const one of cases) {
    await test.test(`${scenario.name}: ${one.row}, ${one.phase}`, async (t) => {
      t.strictSame((await measure(scenario, one, one.right, headerBytes)).objections, [], 'as it should be')
      for (const [name, change] of Object.entries(one.wrong)) {
        const { objections } = await measure(scenario, one, { ...one.right, ...change }, headerBytes)
        t.ok(objections.length > 0, `${name}: fails`)
      }
    })
  }
  for (const { name } of scenario.rows) {
    test.ok(
      cases.some(({ row }) => row === name),
      `${scenario.name}: ${name} is tried`,
    )
  }
}

/** What a client found, where nobody refused it anything. */
export const found = (answered: number) => ({ answered, refused: 0, refusedMilliseconds: [], roundTripMilliseconds: null })

/** A row of a client whom no block covers: it lives in every phase. */
export const lives = (
  scenario: Scenario,
  row: string,
  [sender, count]: readonly [sender: string, count: number],
  arrived: Numbers['tallies'] = {},
): Case[] =>
  scenario.phases.map(({ name: phase, policy }) => ({
    row,
    phase,
    right: { tallies: { [sender]: [count, 0], ...arrived }, result: found(count), verdicts: policy === null ? null : {} },
    wrong: {
      'one not sent': { tallies: { [sender]: [count - 1, 0], ...arrived } },
      'one not answered': { result: found(count - 1) },
      'one refused': { result: { ...found(count - 1), refused: 1, refusedMilliseconds: [1] } },
      ...(Object.keys(arrived).length > 0 && {
        'one lost': {
          tallies: { [sender]: [count, 0], ...Object.fromEntries(Object.keys(arrived).map((path) => [path, [count - 1, 0]])) },
        },
      }),
      ...(policy !== null && {
        'a drop counted': { verdicts: { drop: 1 } },
        'a reject counted': { verdicts: { reject: 1 } },
        'a drop foretold': { verdicts: { would: 1 } },
      }),
    },
  }))

/** What a client found that was refused each time. */
const refused = (times: number, milliseconds = 1) => ({
  answered: 0,
  refused: times,
  refusedMilliseconds: Array<number>(times).fill(milliseconds),
  roundTripMilliseconds: 0.4,
})

/** A row of a client whom the block covers, in each of its fates. `repeats`: over TCP, which repeats itself. */
export function covered(row: string, sent: string, arrived: string, times: number, repeats: boolean): Case[] {
  const tallies = (out: number, within: number) => ({ [sent]: [out, 0], [arrived]: [within, 0] }) as const
  const passed = { tallies: tallies(times, times), result: found(times) }
  const counted = {
    'one not counted': { verdicts: { drop: times - 1, would: times - 1, reject: times - 1 } },
    'no counts': { verdicts: null },
  }
  return [
    {
      row,
      phase: 'no-filter',
      right: { ...passed, verdicts: null },
      wrong: { 'one not sent': { tallies: tallies(times - 1, times - 1) }, 'one not answered': { result: found(times - 1) } },
    },
    {
      row,
      phase: 'observe',
      right: { ...passed, verdicts: { would: times } },
      wrong: { ...counted, 'one lost': { tallies: tallies(times, times - 1) }, 'one dropped': { verdicts: { would: times, drop: 1 } } },
    },
    {
      row,
      phase: 'drop',
      right: { tallies: tallies(times, 0), result: found(0), verdicts: { drop: times } },
      wrong: {
        ...counted,
        'nothing sent': { tallies: tallies(0, 0), verdicts: {} },
        'one arrived': { tallies: tallies(times, 1) },
        'one answered': { result: found(1) },
        'one refused': { result: refused(1) },
      },
    },
    ...(repeats
      ? [{ row, phase: 'drop', right: { tallies: tallies(times + 2, 0), result: found(0), verdicts: { drop: times + 2 } }, wrong: {} }]
      : []),
    {
      row,
      phase: 'reject',
      right: { tallies: tallies(times, 0), result: refused(times), verdicts: { reject: times } },
      wrong: {
        ...counted,
        'one arrived': { tallies: tallies(times, 1) },
        'one not told': { result: refused(times - 1) },
        'told late': { result: refused(times, 250) },
        'told after a repetition': { tallies: tallies(times + 1, 0), verdicts: { reject: times + 1 } },
        'dropped instead': { verdicts: { drop: times } },
        'answered instead': { result: found(times) },
      },
    },
  ]
}
