// SPDX-License-Identifier: GPL-2.0-or-later
// The steering plan: which packets the kernel sends to which queues, as data. compile makes it, `ipxxb plan` prints it, install renders it.

import type { Hook, Overload, Prefixes } from '../policy/policy.js'

/** A named set of prefixes; one kernel set a family. A carved-out prefix (of a network that is not in the set) is an exclusion. */
export interface SteeringSet {
  /** Lower-case letters, digits and dashes, at most 16; unique within the plan. */
  readonly name: string
  readonly prefixes: Prefixes
  readonly exclusions: Prefixes
}

/** One rule: packets of `protocol` whose port is in `ports`, with an address in `set`, go to the queues of `kind`. */
export interface SteeringRule {
  readonly protocol: 'udp' | 'tcp'
  /** Which port is tested. */
  readonly side: 'destination' | 'source'
  /** Inclusive ranges, ascending, not adjacent. */
  readonly ports: readonly (readonly [first: number, last: number])[]
  /** Which address is tested: the customer's. */
  readonly address: 'destination' | 'source'
  /** Name of a SteeringSet. */
  readonly set: string
  /** `enforce`: packets that some enforced block may drop. `observe`: packets that only observed blocks look at. */
  readonly kind: 'enforce' | 'observe'
}

export interface SteeringPlan {
  readonly hook: Hook
  /** Of the enforce queues; the observe queues are always fail-open. */
  readonly overload: Overload
  /**
   * Packets a second, of each version of IP, that the observe queues get; as many may come at once. What is beyond passes unseen and is counted
   * by the kernel.
   */
  readonly observeRate: number
  readonly sets: readonly SteeringSet[]
  /** In the order of the kernel's evaluation: all `enforce` rules first, so that an observe queue never takes a packet past an enforced block. */
  readonly rules: readonly SteeringRule[]
}

/** Queue numbers that the rules of each kind are balanced over: `count` queues from `first`. */
export interface QueueRange {
  readonly first: number
  readonly count: number
}

export interface QueueNumbers {
  readonly enforce: QueueRange
  readonly observe: QueueRange
}
