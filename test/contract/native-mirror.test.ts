// SPDX-License-Identifier: GPL-2.0-or-later
// contract/batch.ts and native/src/layout.h describe the same memory: every name and number of the one is in the other.

import t from 'tap'
import * as batch from '../../src/contract/batch.js'
import { loadAddon } from '../../src/datapath/packet/native.js'

const described = Object.fromEntries(Object.entries(batch).filter(([, value]) => typeof value !== 'function'))

t.test('the two layouts are equal', (t) => {
  t.strictSame({ ...loadAddon().layout }, described)
  t.ok(Object.keys(batch.COLUMNS).length > 10 && Object.keys(batch.NATIVE_COUNTERS).length > 20)
  t.end()
})

t.test('no two columns, counters or header words overlap, and all lie where the drawing says', (t) => {
  const BYTE_COLUMNS = ['verdict', 'setMark']
  const spans = Object.entries(batch.COLUMNS)
    .map(([name, at]) => ({ name, at, end: at + batch.BATCH_SLOTS * (BYTE_COLUMNS.includes(name) ? 1 : 4) }))
    .sort((a, b) => a.at - b.at)
  let end = batch.COUNTERS_AT + 8 * batch.NATIVE_COUNTER_SLOTS
  for (const span of spans) {
    t.ok(span.at >= end, `${span.name} begins behind its neighbour`)
    end = span.end
  }
  t.ok(end <= batch.SLOTS_AT)
  for (const numbers of [batch.SLAB_HEADER, batch.NATIVE_COUNTERS]) {
    const values: number[] = Object.values(numbers)
    t.equal(new Set(values).size, values.length)
  }
  t.ok(Math.max(...Object.values(batch.NATIVE_COUNTERS)) < batch.NATIVE_COUNTER_SLOTS)
  t.ok(Math.max(...Object.values(batch.SLAB_HEADER)) * 4 < batch.TIME_AT)
  t.equal(batch.TIME_AT % 8, 0)
  t.ok(batch.TIME_AT + 8 <= batch.COUNTERS_AT)
  t.end()
})

t.test('the views of a batch are where the columns are', (t) => {
  const slab = batch.createBatch(batch.strideFor(128))
  for (const [name, at] of Object.entries(batch.COLUMNS)) {
    const view = slab[name as keyof typeof batch.COLUMNS]
    t.equal(view.byteOffset, at, name)
    t.equal(view.length, batch.BATCH_SLOTS, name)
  }
  t.equal(slab.bytes.length, batch.SLOTS_AT + batch.BATCH_SLOTS * slab.stride)
  t.throws(() => batch.openBatch(new SharedArrayBuffer(batch.SLOTS_AT)), TypeError)
  t.end()
})
