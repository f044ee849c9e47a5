// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import {
  counterAt,
  createCounters,
  LOOSE_REJECTS_SENT,
  LOOSE_SPOOFED_INBOUND,
  looseAt,
  OUTCOME_DROP,
  OUTCOME_WOULD,
} from '../../src/contract/counters.js'
import { REQUEST } from '../../src/contract/reasons.js'
import { TotalsKeeper } from '../../src/observe/totals.js'

t.test('totals follow a block by name and mode, not by index, and never fall', async (t) => {
  const keeper = new TotalsKeeper()
  const old = {
    blocks: [
      { name: 'IP53B', mode: 'observe' as const },
      { name: 'IP123B', mode: 'enforce' as const },
    ],
    counters: [createCounters(2), createCounters(2)],
  }
  keeper.attach(old)
  const [first, second] = old.counters as [Float64Array, Float64Array]
  first[counterAt(0, REQUEST, OUTCOME_WOULD)] = 3
  second[counterAt(0, REQUEST, OUTCOME_WOULD)] = 4
  second[counterAt(1, REQUEST, OUTCOME_DROP)] = 5
  first[looseAt(2) + LOOSE_SPOOFED_INBOUND] = 6
  second[looseAt(2) + LOOSE_REJECTS_SENT] = 2

  const fresh = { blocks: [{ name: 'IP123B', mode: 'enforce' as const }], counters: [createCounters(1)] }
  keeper.attach(fresh)
  ;(fresh.counters[0] as Float64Array)[counterAt(0, REQUEST, OUTCOME_DROP)] = 10
  const expected = [
    { block: 'IP53B', mode: 'observe', reason: 'request', verdict: 'would', packets: 7 },
    { block: 'IP123B', mode: 'enforce', reason: 'request', verdict: 'drop', packets: 15 },
  ]
  t.same(keeper.read().verdicts, expected, 'both count while the change is under way')
  keeper.retire(old)
  t.same(keeper.read().verdicts, expected, 'and afterwards the sum is the same')
  t.equal(keeper.read().spoofedInbound, 6)
  t.equal(keeper.read().spoofedOutbound, 0)
  t.equal(keeper.read().rejectsSent, 2)
  t.equal(keeper.read().rejectsUnsent, 0)
})

t.test('packets that no block named have an empty label', async (t) => {
  const keeper = new TotalsKeeper()
  const counters = createCounters(0)
  keeper.attach({ blocks: [], counters: [counters] })
  counters[counterAt(-1, REQUEST, OUTCOME_DROP)] = 1
  t.same(keeper.read().verdicts, [{ block: '', mode: '', reason: 'request', verdict: 'drop', packets: 1 }])
})
