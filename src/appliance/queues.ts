// SPDX-License-Identifier: GPL-2.0-or-later
// Which kernel queues an appliance serves: the enforce queues from a first number, then the one observe queue.

import { availableParallelism } from 'node:os'
import type { QueueNumbers } from '../control/compile/steering.js'
import type { Overload } from '../control/policy/policy.js'
import type { QueueSpec } from '../worker/pool.js'

/** High enough to stay clear of the small numbers that other programs' examples use. */
export const FIRST_QUEUE = 5300

/** More workers than this have not been measured. */
export const MOST_QUEUES = 8

/** Enforce queues where nobody says how many: as many as this process has processors. */
export const defaultQueues = (): number => Math.min(availableParallelism(), MOST_QUEUES)

export function queueNumbers(first: number, count: number): QueueNumbers {
  return { enforce: { first, count }, observe: { first: first + count, count: 1 } }
}

/**
 * One worker each, kept on `processors` in this order, from the first again where they are fewer; none is kept anywhere where there are none. The
 * observe queue is fail-open whatever the policy says: observing never loses a packet.
 */
export function queueSpecs({ enforce, observe }: QueueNumbers, overload: Overload, processors: readonly number[] = []): QueueSpec[] {
  const numbers = Array.from({ length: enforce.count }, (_, index) => enforce.first + index)
  const specs = [
    ...numbers.map((number) => ({ number, kind: 'enforce' as const, failOpen: overload === 'fail-open' })),
    { number: observe.first, kind: 'observe' as const, failOpen: true },
  ]
  return specs.map((spec, index) => ({ ...spec, processor: processors[index % processors.length] ?? null }))
}
