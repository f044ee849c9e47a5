// SPDX-License-Identifier: GPL-2.0-or-later
// The oracle against rows worked out by hand from docs/verdicts.md. An oracle that agrees with a wrong engine proves nothing, so it is
// held to the text first.

import t from 'tap'
import { REASONS } from '../../src/contract/reasons.js'
import { onTheWire } from '../property/packets.js'
import { describe, describeIncrements } from './describe.js'
import { judge, type Limiter } from './linear.js'
import { ROWS } from './rows.js'
import { NOW } from './scene.js'
import { READING_POLICY, READING_ROWS, readingOutcome } from './rows-reading.js'

t.test('step 1: readable?', async (t) => {
  for (const row of READING_ROWS) {
    const packet = onTheWire(row.bytes, row.copied)
    const judgement = judge(packet, { policy: READING_POLICY, outside: new Set(), now: NOW, limiter: new Map() })
    t.equal(readingOutcome(REASONS[judgement.reason]!), row.expect, row.name)
  }
})

t.test('steps 2 to 7', async (t) => {
  for (const row of ROWS) {
    const limiter: Limiter = new Map()
    const around = { policy: row.policy, outside: new Set(row.outside), now: NOW, limiter }
    for (let count = 0; count < (row.before ?? 0); count++) judge(row.packet, around)
    const judgement = judge(row.packet, around)
    t.equal(describe(judgement), row.expect, row.name)
    const [verdict, reason, block] = row.expect.split(' ')
    t.equal(describeIncrements(judgement.increments), row.counted ?? `${block}/${reason}/${verdict}`, `${row.name}: counted`)
  }
})

t.test('a bucket fills with time and never beyond its burst', async (t) => {
  const row = ROWS.find(({ name }) => name === 'limit: then no more')!
  const limiter: Limiter = new Map()
  const at = (now: number) => REASONS[judge(row.packet, { policy: row.policy, outside: new Set(), now, limiter }).reason]
  t.same([at(NOW), at(NOW), at(NOW)], ['reply', 'reply', 'limited'])
  t.same([at(NOW + 1), at(NOW + 1)], ['reply', 'limited'])
  t.same([at(NOW + 900), at(NOW + 900), at(NOW + 900)], ['reply', 'reply', 'limited'])
})
