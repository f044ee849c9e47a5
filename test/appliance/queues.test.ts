// SPDX-License-Identifier: GPL-2.0-or-later

import { availableParallelism } from 'node:os'
import t from 'tap'
import { defaultQueues, FIRST_QUEUE, queueNumbers, queueSpecs } from '../../src/appliance/queues.js'

const numbers = queueNumbers(FIRST_QUEUE, 3)

t.test('as many as there are processors, and at most eight', async (t) => {
  t.equal(defaultQueues(), Math.min(availableParallelism(), 8))
})

t.test('the observe queue comes last, and is fail-open', async (t) => {
  t.strictSame(
    queueSpecs(numbers, 'fail-closed').map(({ number, kind, failOpen, processor }) => [number, kind, failOpen, processor]),
    [
      [5300, 'enforce', false, null],
      [5301, 'enforce', false, null],
      [5302, 'enforce', false, null],
      [5303, 'observe', true, null],
    ],
  )
})

t.test('processors go round', async (t) => {
  const processors = (list: readonly number[]) => queueSpecs(numbers, 'fail-open', list).map(({ processor }) => processor)
  t.strictSame(processors([4, 2]), [4, 2, 4, 2])
  t.strictSame(processors([0, 1, 2, 3, 4]), [0, 1, 2, 3])
})
