// SPDX-License-Identifier: GPL-2.0-or-later
// A worker under a policy that rejects: its socket comes with the first image that needs one, and where it cannot be had, packets are dropped
// without an answer, and somebody is told.

import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createCounters, LOOSE_REJECTS_SENT, looseAt } from '../../src/contract/counters.js'
import { Pool } from '../../src/worker/pool.js'
import { CUSTOMER, CUSTOMER6, createNetwork, enterNamespaces, OUTSIDE, OUTSIDE6 } from '../network/network.js'
import { imageThat, QUEUE, SPECS } from './rejecting.js'

const inside = enterNamespaces(import.meta.url)

if (inside !== true) t.pass('worker', { skip: inside })
else {
  const network = createNetwork()
  t.teardown(() => network.close())
  const { outside, customer } = network
  await outside.serve(OUTSIDE, 25)
  const rule = `FORWARD -p tcp --syn --dport 25 -j NFQUEUE --queue-num ${QUEUE} --queue-bypass`
  execFileSync('sh', ['-c', `iptables -A ${rule}; ip6tables -A ${rule}`])

  await t.test('it drops under one image, and answers under the next', async (t) => {
    const unexpected = (...news: unknown[]) => t.fail(`news: ${news}`)
    const pool = await Pool.start(SPECS, imageThat('drop', 1), [createCounters(1)], {
      workerDied: unexpected,
      workerReplaced: unexpected,
      cannotAnswer: unexpected,
      cannotPin: unexpected,
    })
    t.equal(await customer.connect(CUSTOMER, OUTSIDE, 25, 300), 'silence')
    const counters = createCounters(1)
    await pool.publish(imageThat('reject', 2), [counters])
    t.equal(await customer.connect(CUSTOMER, OUTSIDE, 25, 3000), 'ECONNREFUSED')
    t.equal(await customer.connect(CUSTOMER6, OUTSIDE6, 25, 3000), 'ECONNREFUSED')
    t.equal(counters[looseAt(1) + LOOSE_REJECTS_SENT], 2)
    await pool.publish(imageThat('drop', 3), [createCounters(1)])
    t.equal(await customer.connect(CUSTOMER, OUTSIDE, 25, 300), 'silence')
    await pool.stop()
    t.equal(await customer.connect(CUSTOMER, OUTSIDE, 25), 'connected')
  })

  await t.test('without the privilege it goes on in silence, and says so', async (t) => {
    const words = ['--bounding-set=-net_raw', '--inh-caps=-net_raw', process.execPath]
    const text = await new Promise<string>((resolve, reject) => {
      const program = fileURLToPath(new URL('./rejecting.js', import.meta.url))
      // It ends with its input; one that says nothing is not waited for.
      const child = execFile('setpriv', [...words, program], { timeout: 20_000 }, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      )
      child.stdout?.once('data', () => {
        customer
          .connect(CUSTOMER, OUTSIDE, 25, 300)
          .then((outcome) => t.equal(outcome, 'silence'))
          .finally(() => child.stdin?.end())
      })
    })
    const [told, counted] = text.trim().split('\n')
    t.equal(told, `${QUEUE} NO_PRIVILEGE`)
    t.match(counted, /^0 sent, [1-9]\d* unsent$/)
  })
}
