// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import { counterAt, createCounters, LOOSE_COUNTERS, looseAt, OUTCOMES } from '../../src/contract/counters.js'
import { REASON_COUNT } from '../../src/contract/reasons.js'

t.test('every counter has a place of its own, and the loose ones follow', (t) => {
  const blocks = 3
  const seen = new Set<number>()
  for (let block = -1; block < blocks; block++) {
    for (let reason = 0; reason < REASON_COUNT; reason++) {
      for (const outcome of OUTCOMES.keys()) seen.add(counterAt(block, reason, outcome))
    }
  }
  t.equal(seen.size, (blocks + 1) * REASON_COUNT * OUTCOMES.length)
  t.equal(Math.min(...seen), 0)
  t.equal(Math.max(...seen), looseAt(blocks) - 1)
  const counters = createCounters(blocks)
  t.equal(counters.length, looseAt(blocks) + LOOSE_COUNTERS)
  t.ok(counters.buffer instanceof SharedArrayBuffer)
  t.ok(counters.every((count) => count === 0))
  t.end()
})
