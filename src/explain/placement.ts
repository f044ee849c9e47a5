// SPDX-License-Identifier: GPL-2.0-or-later
// Where the decision is made: the kernel plan says which packets the kernel drops by itself (kernel-drops.ts), the steering plan which it
// sends to which queues; all others pass there, and no worker ever sees them.

import { TCP_ACK, TCP_SYN } from '../contract/fields.js'
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../contract/numbers.js'
import type { SteeringPlan, SteeringRule } from '../control/compile/steering.js'
import { isInSet } from './networks.js'
import type { Subject } from './subject.js'

export interface Placement {
  /** kernel: it is dropped there, or no rule takes it to a queue, and it passes. */
  readonly where: 'kernel' | 'userspace'
  /** Which kind of queue; of what the kernel drops, where it goes as long as the kernel does not take the rules. */
  readonly queue: SteeringRule['kind'] | null
}

/** null where the ports are not known: then the kernel tells them by its own means, or not at all. */
export function placementOf({ rules, sets }: SteeringPlan, subject: Subject | null, isDroppedByKernel: boolean): Placement | null {
  if (subject === null || subject.endless) return null
  const rule = rules.find((one) => takes(one, sets, subject))
  if (rule === undefined) return { where: 'kernel', queue: null }
  return { where: isDroppedByKernel ? 'kernel' : 'userspace', queue: rule.kind }
}

function takes({ protocol, side, ports, address, set }: SteeringRule, sets: SteeringPlan['sets'], subject: Subject): boolean {
  if (subject.ports === null || subject.protocol !== (protocol === 'udp' ? PROTOCOL_UDP : PROTOCOL_TCP)) return false
  if (protocol === 'tcp' && ((subject.tcpFlags ?? 0) & (TCP_SYN | TCP_ACK)) !== TCP_SYN) return false
  const port = subject.ports[side]
  if (!ports.some(([first, last]) => first <= port && port <= last)) return false
  return isInSet(sets.find(({ name }) => name === set) as SteeringPlan['sets'][number], subject[address])
}
