// SPDX-License-Identifier: GPL-2.0-or-later
// The slab as the engine's side sees it. test/contract/native-mirror.test.ts compares it with the addon's.

import t from 'tap'
import {
  BATCH_SLOTS,
  COUNTERS_AT,
  createBatch,
  NATIVE_COUNTER_SLOTS,
  NETLINK_OVERHEAD,
  nativeCounters,
  openBatch,
  SLAB_FORMAT,
  SLOTS_AT,
  strideFor,
} from '../../src/contract/batch.js'
import { MOST_COPY_RANGE } from '../../src/contract/numbers.js'

t.test('stride: room for the attributes and the copy range, a multiple of 64', (t) => {
  for (const copyRange of [0, 1, 63, 64, 65, MOST_COPY_RANGE, 512, 65531]) {
    const stride = strideFor(copyRange)
    t.equal(stride % 64, 0)
    t.ok(stride >= copyRange + NETLINK_OVERHEAD && stride < copyRange + NETLINK_OVERHEAD + 64)
  }
  t.end()
})

t.test('a slab opened again is the same memory', (t) => {
  const batch = createBatch(512)
  t.equal(batch.memory.byteLength, SLOTS_AT + BATCH_SLOTS * 512)
  const again = openBatch(batch.memory)
  t.equal(again.stride, 512)
  for (const column of [batch.id, batch.at, batch.decision, batch.verdict, batch.setMark]) t.equal(column.length, BATCH_SLOTS)
  batch.decision[63] = 0xffffffff
  batch.verdict[63] = 1
  batch.bytes[SLOTS_AT] = 5
  t.strictSame([again.decision[63], again.verdict[63], again.bytes[SLOTS_AT]], [0xffffffff, 1, 5])
  t.end()
})

t.test('native counters lie in the slab, apart from the columns', (t) => {
  const batch = createBatch(512)
  const counters = nativeCounters(batch.memory)
  t.equal(counters.length, NATIVE_COUNTER_SLOTS)
  counters.fill(0xffffffffffffffffn)
  for (const column of [batch.id, batch.at, batch.copied, batch.length, batch.verdict]) t.ok(column.every((value) => value === 0))
  t.ok(batch.bytes.subarray(COUNTERS_AT, COUNTERS_AT + 8 * NATIVE_COUNTER_SLOTS).every((byte) => byte === 0xff))
  t.equal(openBatch(batch.memory).stride, 512)
  t.end()
})

t.test('other memory is refused', (t) => {
  t.throws(() => openBatch(new SharedArrayBuffer(SLOTS_AT)), TypeError)
  const batch = createBatch(512)
  new Uint32Array(batch.memory)[1] = SLAB_FORMAT + 1
  t.throws(() => openBatch(batch.memory), TypeError)
  t.end()
})
