// SPDX-License-Identifier: GPL-2.0-or-later
// Policies whose steering is written down in test/cases/steering/<name>.txt, and the queues it goes to.

import { compile } from '../../../src/control/compile/compile.js'
import type { QueueNumbers, SteeringPlan, SteeringRule } from '../../../src/control/compile/steering.js'
import type { Policy } from '../../../src/control/policy/policy.js'
import { block, KINDS, network, policy, service } from '../../property/policies.js'

export const QUEUES: QueueNumbers = { enforce: { first: 5300, count: 2 }, observe: { first: 5310, count: 1 } }

/** A rule of an enforced block for the customers of `dynamic`. */
export const rule = (protocol: 'udp' | 'tcp', side: 'destination' | 'source', ...ports: (readonly [number, number])[]): SteeringRule => ({
  protocol,
  side,
  ports,
  address: 'destination',
  set: 'dynamic',
  kind: 'enforce',
})

export const planOf = (of: Policy): SteeringPlan => compile(of, { digest: new Uint32Array(8), generation: 1 }).plan

const customers = (name: string, prefixes: string) => network(name, prefixes, { customers: true })

/** Ports that cannot be joined, more than one multiport match takes, with ranges that count as two. */
const MANY = [...Array.from({ length: 14 }, (_, index) => `udp/${1000 + 2 * index}`), 'udp/2000-2005', 'udp/3000', 'udp/4000-4001']

export const PLANS: Readonly<Record<string, SteeringPlan>> = {
  empty: planOf(policy({})),
  'small-isp': planOf(
    policy({
      networks: [
        customers('dynamic', '198.51.100.0/24 2001:db8:100::/40'),
        customers('static', '198.51.100.128/25 203.0.113.0/25'),
        network('mail', '192.0.2.25/32'),
      ],
      blocks: [
        block(KINDS.dns),
        block(KINDS.ntp, { mode: 'observe' }),
        block(KINDS.headerOnly, { except: [2], action: 'reject' }),
        block(KINDS.mssql, { protect: [0, 1] }),
        block(null, { services: [service('tcp/7547')] }),
      ],
    }),
  ),
  'fail-closed-prerouting': planOf(
    policy({
      networks: [customers('dynamic', '2001:db8:100::/40')],
      blocks: [block(KINDS.dns), block(KINDS.ntp, { mode: 'observe' })],
      overload: 'fail-closed',
      hook: 'prerouting',
    }),
  ),
  'many-ports': planOf(
    policy({
      networks: [customers('dynamic', '198.51.100.0/24')],
      blocks: [block(null, { services: [...MANY, 'udp/source/53'].map(service) })],
    }),
  ),
  everybody: planOf(
    policy({
      networks: [customers('all', '0.0.0.0/0 ::/0'), network('half', '128.0.0.0/1 8000::/1 192.0.2.0/24')],
      blocks: [block(KINDS.dns)],
    }),
  ),
}
