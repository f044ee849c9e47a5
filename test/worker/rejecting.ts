// SPDX-License-Identifier: GPL-2.0-or-later
// The policy of the tests of a worker's answers, and a process of its own for one that may bind queues but not open raw sockets: it prints what
// the pool says of that, runs until its input ends, then prints how many answers were sent and how many were not.

import { once } from 'node:events'
import { createCounters, LOOSE_REJECTS_SENT, LOOSE_REJECTS_UNSENT, looseAt } from '../../src/contract/counters.js'
import { compile } from '../../src/control/compile/compile.js'
import { Pool } from '../../src/worker/pool.js'
import { block, network, policy, service } from '../property/policies.js'

export const QUEUE = 5300
export const SPECS = [{ number: QUEUE, kind: 'enforce', failOpen: true }] as const

const networks = [network('dynamic', '198.51.100.0/24 2001:db8:100::/48', { customers: true })]
const knocks = block(null, { direction: 'outbound', services: [service('tcp/25')] })

/** Customers may not call port 25. */
export const imageThat = (action: 'drop' | 'reject', generation: number): SharedArrayBuffer =>
  compile(policy({ networks, blocks: [{ ...knocks, action }] }), { digest: new Uint32Array(8), generation }).image

if (process.argv[1] === import.meta.filename) {
  const counters = createCounters(1)
  const pool = await Pool.start(SPECS, imageThat('reject', 1), [counters], {
    workerDied: (_, cause) => console.log(cause),
    workerReplaced: () => undefined,
    cannotAnswer: (queue, code) => console.log(`${queue} ${code}`),
    cannotPin: () => undefined,
  })
  process.stdin.resume()
  await once(process.stdin, 'end')
  await pool.stop()
  console.log(`${counters[looseAt(1) + LOOSE_REJECTS_SENT]} sent, ${counters[looseAt(1) + LOOSE_REJECTS_UNSENT]} unsent`)
}
