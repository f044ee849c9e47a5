// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { DroppedKeeper } from '../../src/appliance/dropped.js'
import { createBatch, NATIVE_COUNTERS, nativeCounters } from '../../src/contract/batch.js'

const listed = (dropped: number, userDropped: number) => ({ waiting: 0, dropped, userDropped })

t.test('counts go on where a closed socket left them, and never fall', async (t) => {
  const { memory } = createBatch(512)
  const keeper = new DroppedKeeper()
  t.equal(keeper.read(5300, memory, null), null, 'never seen')
  t.strictSame(keeper.read(5300, memory, listed(3, 1)), { full: 3, user: 1 })
  t.strictSame(keeper.read(5300, memory, null), { full: 3, user: 1 }, 'closed, and not added yet')
  nativeCounters(memory)[NATIVE_COUNTERS.droppedFull] = 4n
  nativeCounters(memory)[NATIVE_COUNTERS.droppedUser] = 1n
  t.strictSame(keeper.read(5300, memory, null), { full: 4, user: 1 }, 'with what came before the end')
  t.strictSame(keeper.read(5300, memory, listed(2, 0)), { full: 6, user: 1 }, 'and the next socket’s')
  t.equal(keeper.read(5301, memory, null), null, 'each queue by itself')
})
