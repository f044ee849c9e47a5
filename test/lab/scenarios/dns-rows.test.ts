// SPDX-License-Identifier: GPL-2.0-or-later
// That each row of ip53b and six can fail: it is given numbers as a right network would show them, then the same with one number wrong.

import t from 'tap'
import type { Verdicts } from '../../../src/lab/appliance.js'
import { IP53B, SIX } from '../../../src/lab/scenarios/ip53b.js'
import { type Case, found, lives, tryRows } from '../measured.js'

const attack = { none: null, observed: { would: 100 }, enforced: { drop: 100 } }
const AMPLIFIED = { 'attacker/queries': [100, 4200], 'victim/answers': [100, 109_400] } as const
const STOPPED = { 'attacker/queries': [100, 4200], 'victim/answers': [0, 0] } as const
const THROUGH = { 'attacker/queries': [100, 5900], 'resolver/queries': [100, 0], 'authority/queries': [101, 0] } as const
const HALTED = { 'attacker/queries': [100, 5900], 'resolver/queries': [0, 0], 'authority/queries': [0, 0] } as const
const FORGED = { 'attacker/queries': [20, 0], 'home/from_office': [20, 0] } as const
const UNMASKED = { ...FORGED, 'home/from_office': [0, 0] } as const
const RESOLVED = { 'office/queries': [10, 0], 'authority/answers_to_office': [10, 0], 'office/answers': [10, 0] } as const
const CUT_OFF = { ...RESOLVED, 'office/answers': [0, 0] } as const

const amplified = (phase: string, verdicts: Partial<Verdicts> | null): Case => ({
  row: 'amplification',
  phase,
  right: { tallies: AMPLIFIED, result: {}, verdicts },
  wrong: {
    'one packet not sent': { tallies: { ...AMPLIFIED, 'attacker/queries': [99, 4200] } },
    'five times and no more': { tallies: { ...AMPLIFIED, 'victim/answers': [100, 21_000] } },
    ...(verdicts && { 'one packet not foretold': { verdicts: { would: 99 } }, 'a drop': { verdicts: { would: 100, drop: 1 } } }),
  },
})

const stopped = (phase: string): Case => ({
  row: 'amplification',
  phase,
  right: { tallies: STOPPED, result: {}, verdicts: attack.enforced },
  wrong: {
    'nothing sent': { tallies: { ...STOPPED, 'attacker/queries': [0, 0] } },
    'one answer at the victim': { tallies: { ...STOPPED, 'victim/answers': [1, 1094] } },
    'a drop that is not counted': { verdicts: { drop: 99 } },
    'no counts': { verdicts: null },
  },
})

const forged = (phase: string, tallies: typeof FORGED | typeof UNMASKED, verdicts: Partial<Verdicts> | null): Case => ({
  row: 'forged-customer',
  phase,
  right: { tallies, result: {}, verdicts },
  wrong: {
    'not sent': { tallies: { ...tallies, 'attacker/queries': [0, 0] } },
    'the other fate': { tallies: tallies === FORGED ? UNMASKED : FORGED },
    ...(verdicts && {
      'taken for internal': { verdicts: { ...verdicts, drop: 0, would: 0, accept: 20 } },
      'not seen as forged': { verdicts: { ...verdicts, spoofed: 0 } },
    }),
  },
})

const resolving = (phase: string, verdicts: Partial<Verdicts> | null): Case => ({
  row: 'fixed-source-port',
  phase,
  right: { tallies: RESOLVED, result: found(10), verdicts },
  wrong: {
    'not from port 53': { tallies: { ...RESOLVED, 'office/queries': [0, 0] } },
    'an answer lost': { tallies: { ...RESOLVED, 'office/answers': [9, 0] } },
    'a name not answered': { result: found(9) },
    ...(verdicts && { 'a drop': { verdicts: { ...verdicts, drop: 1 } }, 'past the filter': { verdicts: {} } }),
  },
})

const cases = (scenario: typeof IP53B): readonly Case[] => [
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
  forged('no-filter', FORGED, null),
  forged('observe', FORGED, { would: 20, spoofed: 20 }),
  forged('port', UNMASKED, { drop: 20, spoofed: 20 }),
  forged('shape', UNMASKED, { drop: 20, spoofed: 20 }),
  resolving('no-filter', null),
  resolving('observe', { accept: 10 }),
  resolving('shape', { accept: 10 }),
  {
    row: 'fixed-source-port',
    phase: 'port',
    right: { tallies: CUT_OFF, result: found(0), verdicts: { drop: 10 } },
    wrong: {
      'an answer arrived': { tallies: { ...CUT_OFF, 'office/answers': [1, 0] } },
      'a name answered': { result: found(1) },
      'the name server was silent': { tallies: { ...CUT_OFF, 'authority/answers_to_office': [0, 0] } },
      'not counted': { verdicts: {} },
    },
  },
  ...lives(scenario, 'browsing', ['client/queries', 10]),
  ...lives(scenario, 'fixed-address', ['visitor/queries', 10], { 'business/queries': [10, 0] }),
  ...lives(scenario, 'internal', ['office/neighbourly', 10], { 'home/from_office': [10, 0] }),
  ...lives(scenario, 'tcp', ['visitor/openings', 5]),
]

await tryRows(t, IP53B, cases(IP53B))
await tryRows(t, SIX, cases(SIX), 48)
