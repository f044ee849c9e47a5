// SPDX-License-Identifier: GPL-2.0-or-later
// One appliance a network namespace: two would take each other's rules for a crash's remains.

import { holderOf } from '../datapath/packet/nfqueue.js'
import { OperationalError } from '../errors.js'

/** Throws INSTANCE_RUNNING where somebody holds one of `queues`, to which rules of ours lead: no crash left these. */
export function refuseSecondInstance(queues: readonly number[], holder: (queue: number) => string | null = holderOf): void {
  for (const queue of new Set(queues)) {
    const held = holder(queue)
    if (held !== null) throw new OperationalError('INSTANCE_RUNNING', `an instance runs in this network namespace: ${held}`)
  }
}
