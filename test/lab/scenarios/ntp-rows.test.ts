// SPDX-License-Identifier: GPL-2.0-or-later
// That each row of ip123b can fail: it is given numbers as a right network would show them, then the same with one number wrong.

import t from 'tap'
import type { Verdicts } from '../../../src/lab/appliance.js'
import { IP123B } from '../../../src/lab/scenarios/ip123b.js'
import { type Case, type Numbers, tryRows } from '../measured.js'

type Counted = Partial<Verdicts> | null
type Tallies = Numbers['tallies']

const attack = (row: string, phase: string, hit: number, verdicts: Counted): Case => {
  const tallies: Tallies = { [`attacker/${row}`]: [50, 400], 'victim/answers': [hit > 0 ? 50 : 0, hit] }
  return {
    row,
    phase,
    right: { tallies, result: {}, verdicts },
    wrong: {
      'one not sent': { tallies: { ...tallies, [`attacker/${row}`]: [49, 392] } },
      'the other fate': { tallies: { ...tallies, 'victim/answers': hit > 0 ? [0, 0] : [1, 440] } },
      ...(verdicts && { 'not counted': { verdicts: {} } }),
    },
  }
}

/** Packets seen at the places of a row's way, in order. */
interface Seen {
  readonly places: readonly string[]
  readonly packets: readonly number[]
}

const clock = (row: string, phase: string, { places, packets }: Seen, found: boolean, verdicts: Counted): Case => {
  const at = (changed: readonly number[]): Tallies =>
    Object.fromEntries(places.map((place, index) => [place, [changed[index] as number, 0]]))
  const last = packets.at(-1) as number
  return {
    row,
    phase,
    right: { tallies: at(packets), result: found as unknown as object, verdicts },
    wrong: {
      'nothing sent': { tallies: at(packets.map(() => 0)) },
      'one more or less arrived': { tallies: at([...packets.slice(0, -1), Math.abs(last - 1)]) },
      'one lost on the way': {
        tallies: at([packets[0] as number, ...packets.slice(1).map((count) => Math.max(0, count - 1))].with(-1, 1)),
      },
      'the clock said otherwise': { result: !found as unknown as object },
      ...(verdicts && {
        'another drop': { verdicts: { ...verdicts, drop: (verdicts.drop ?? 0) + 1 } },
        'another drop foretold': { verdicts: { ...verdicts, would: (verdicts.would ?? 0) + 1 } },
        ...(verdicts.accept !== undefined && { 'past the filter': { verdicts: { ...verdicts, accept: 0 } } }),
      }),
    },
  }
}

const SERVER = ['visitor/requests', 'club/requests']
const FIXED = ['desk/requests', 'clock/replies_to_desk', 'desk/replies']
const RANDOM = ['phone/requests', 'clock/replies_to_phone', 'phone/replies']

const CASES: readonly Case[] = [
  ...['monlist', 'readvar'].flatMap((row) => [
    attack(row, 'no-filter', 18_000, null),
    attack(row, 'observe', 18_000, { would: 50 }),
    attack(row, 'port', 0, { drop: 50 }),
    attack(row, 'shape', 0, { drop: 50 }),
  ]),
  clock('time-server', 'no-filter', { places: SERVER, packets: [3, 3] }, true, null),
  clock('time-server', 'observe', { places: SERVER, packets: [3, 3] }, true, { would: 3 }),
  clock('time-server', 'port', { places: SERVER, packets: [4, 0] }, false, { drop: 4 }),
  clock('time-server', 'shape', { places: SERVER, packets: [4, 0] }, false, { drop: 4 }),
  clock('fixed-source-port', 'no-filter', { places: FIXED, packets: [3, 3, 3] }, true, null),
  clock('fixed-source-port', 'observe', { places: FIXED, packets: [3, 3, 3] }, true, { accept: 3 }),
  clock('fixed-source-port', 'port', { places: FIXED, packets: [4, 4, 0] }, false, { drop: 4 }),
  clock('fixed-source-port', 'shape', { places: FIXED, packets: [3, 3, 3] }, true, { accept: 3 }),
  ...IP123B.phases.map(({ name, policy }) =>
    clock('random-source-port', name, { places: RANDOM, packets: [3, 3, 3] }, true, policy === null ? null : {}),
  ),
]

await tryRows(t, IP123B, CASES)
