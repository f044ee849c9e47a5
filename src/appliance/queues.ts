// SPDX-License-Identifier: GPL-2.0-or-later
// Which kernel queues an appliance serves: the enforce queues from a first number, then the one observe queue.

import type { QueueNumbers } from '../control/compile/steering.js'
import type { Overload } from '../control/policy/policy.js'
import type { QueueSpec } from '../worker/pool.js'

/** High enough to stay clear of the small numbers that other programs' examples use. */
export const FIRST_QUEUE = 5300

export function queueNumbers(first: number, count: number): QueueNumbers {
  return { enforce: { first, count }, observe: { first: first + count, count: 1 } }
}

/** One worker each. The observe queue is fail-open whatever the policy says: observing never loses a packet. */
export function queueSpecs({ enforce, observe }: QueueNumbers, overload: Overload): QueueSpec[] {
  const numbers = Array.from({ length: enforce.count }, (_, index) => enforce.first + index)
  return [
    ...numbers.map((number) => ({ number, kind: 'enforce' as const, failOpen: overload === 'fail-open' })),
    { number: observe.first, kind: 'observe', failOpen: true },
  ]
}
