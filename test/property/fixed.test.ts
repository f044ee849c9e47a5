// SPDX-License-Identifier: GPL-2.0-or-later
// The engine against the same rows, worked out by hand from docs/verdicts.md, that hold the oracle: where both read the text wrongly in
// the same way, only these notice.

import t from 'tap'
import { counterAt, looseAt, OUTCOMES } from '../../src/contract/counters.js'
import { NO_BLOCK, REASONS } from '../../src/contract/reasons.js'
import { NO_BLOCK_INDEX } from '../../src/contract/verdicts.js'
import { describeIncrements, describeWord } from '../oracle/describe.js'
import type { Increment } from '../oracle/linear.js'
import { ROWS } from '../oracle/rows.js'
import { NOW } from '../oracle/scene.js'
import { READING_POLICY, READING_ROWS, readingOutcome } from '../oracle/rows-reading.js'
import { type EngineRun, openRun, runPackets } from './engine-run.js'
import { onTheWire } from './packets.js'

/** Every count of one as an increment; a count of more shows as a repetition. */
function increments({ counters, image }: EngineRun): Increment[] {
  const all: Increment[] = []
  for (let block = NO_BLOCK_INDEX; block < image.blockCount; block++) {
    for (const reason of REASONS.keys()) {
      for (const outcome of OUTCOMES.keys()) {
        for (let count = counters[counterAt(block, reason, outcome)]!; count > 0; count--) all.push({ block, reason, outcome })
      }
    }
  }
  return all
}

t.test('step 1: readable?', async (t) => {
  const run = openRun(READING_POLICY, [], NOW)
  for (const row of READING_ROWS) {
    const [said] = runPackets(run, [onTheWire(row.bytes, row.copied)], NOW)
    t.equal(readingOutcome(describeWord(said!.decision).split(' ')[1]!), row.expect, row.name)
  }
})

t.test('steps 2 to 7', async (t) => {
  for (const row of ROWS) {
    const run = openRun(row.policy, row.outside ?? [], NOW)
    if (row.before) runPackets(run, new Array(row.before).fill(row.packet), NOW)
    run.counters.fill(0)
    const [said] = runPackets(run, [row.packet], NOW)
    t.equal(describeWord(said!.decision), row.expect, row.name)
    const [verdict, reason, block] = row.expect.split(' ')
    t.equal(describeIncrements(increments(run)), row.counted ?? `${block}/${reason}/${verdict}`, `${row.name}: counted`)
    const loose = run.counters.subarray(looseAt(run.image.blockCount)).reduce((sum, count) => sum + count, 0)
    t.equal(loose, row.expect.endsWith('spoofed') ? 1 : 0, `${row.name}: spoofed`)
  }
})

t.test('a slot knows nothing of the packet before it', async (t) => {
  const row = ROWS.find(({ name }) => name === 'from outside, a customer as source: inbound and spoofed')!
  const run = openRun(row.policy, row.outside!, NOW)
  const plain = ROWS.find(({ name }) => name === 'neither interface outside: a stranger to a customer is transit')!
  const said = runPackets(run, [row.packet, onTheWire(new Uint8Array(0)), plain.packet], NOW)
  t.equal(describeWord(said[1]!.decision), 'accept not-ip - none none')
  t.equal(describeWord(said[2]!.decision), plain.expect)
  t.equal(run.counters[counterAt(NO_BLOCK_INDEX, NO_BLOCK, 0)], 0)
})
