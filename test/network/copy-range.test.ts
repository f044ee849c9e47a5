// SPDX-License-Identifier: GPL-2.0-or-later
// Policies that look far into packets and policies that do not take turns under traffic: no packet is judged from fewer bytes than its policy
// needs, and each gets the verdict of the one or the other.

import { execFileSync } from 'node:child_process'
import t from 'tap'
import { counterAt, createCounters, OUTCOME_ACCEPT, OUTCOME_DROP, OUTCOMES } from '../../src/contract/counters.js'
import { MOST_COPY_RANGE } from '../../src/contract/numbers.js'
import { CUT, REASON_COUNT, REQUEST } from '../../src/contract/reasons.js'
import { ANY_LENGTH, equal } from '../../src/contract/shape.js'
import { compile } from '../../src/control/compile/compile.js'
import { Pool } from '../../src/worker/pool.js'
import { block, network, policy, profile, service } from '../property/policies.js'
import { CUSTOMER, createNetwork, enterNamespaces, OUTSIDE } from './network.js'

const QUEUE = 5300
const PORT = 7000
const TURNS = 40
const PACKETS_A_TURN = 500
const SPECS = [{ number: QUEUE, kind: 'enforce', failOpen: false }] as const
/** A virtual processor may be held up for milliseconds while it puts a packet into the queue. Hundreds are cut where nobody waits. */
const HELD_UP = 1
const AT = 508
const WORD = 0x41424344

const networks = [network('dynamic', '198.51.100.0/24', { customers: true })]
const far = profile('IP7000B', `udp/${PORT}`, {
  class: 'C',
  request: [{ minimum: 1, maximum: ANY_LENGTH, tests: [equal(AT, 4, 0xffffffff, WORD)] }],
})
const near = block(null, { services: [service(`udp/${PORT + 1}`)] })
/** Looks for a word behind 508 bytes, or only at ports. */
const compiledFor = (looks: boolean, generation: number) =>
  compile(policy({ networks, blocks: [looks ? block(far) : near] }), { digest: new Uint32Array(8), generation })

const inside = enterNamespaces(import.meta.url)

if (inside !== true) t.pass('copy range', { skip: inside })
else {
  const network = createNetwork()
  t.teardown(() => network.close())
  await network.customer.listen(CUSTOMER, PORT)
  execFileSync('sh', ['-c', `iptables -A FORWARD -p udp --dport ${PORT} -j NFQUEUE --queue-num ${QUEUE}`])
  const payload = Buffer.alloc(600, 0)
  payload.writeUInt32BE(WORD, AT)

  await t.test('under traffic', async (t) => {
    t.equal(compiledFor(true, 1).copyRange, MOST_COPY_RANGE)
    t.equal(compiledFor(false, 1).copyRange, 128)
    const unexpected = (...news: unknown[]) => t.fail(`news: ${news}`)
    const news = { workerDied: unexpected, workerReplaced: unexpected, cannotAnswer: unexpected, cannotPin: unexpected }
    const counted = [createCounters(1)]
    const pool = await Pool.start(SPECS, compiledFor(false, 1).image, [counted[0]!], news)
    let sent = 0
    for (let turn = 1; turn <= TURNS; turn++) {
      const sending = network.outside.send(OUTSIDE, 4000, CUSTOMER, PORT, payload.toString('hex'), PACKETS_A_TURN)
      sent += PACKETS_A_TURN
      // Somewhere in the middle of them.
      await new Promise((resolve) => setTimeout(resolve, 1 + (turn % 4)))
      counted.push(createCounters(1))
      await pool.publish(compiledFor(turn % 2 === 1, turn + 1).image, [counted.at(-1)!])
      await sending
    }
    await new Promise((resolve) => setTimeout(resolve, 300))
    await pool.stop()

    const sum = (looks: boolean, pick: (counters: Float64Array) => number) =>
      counted.filter((_, index) => (index % 2 === 1) === looks).reduce((total, counters) => total + pick(counters), 0)
    const all = (counters: Float64Array) => counters.subarray(0, counterAt(1, 0, 0)).reduce((total, one) => total + one, 0)
    t.equal(counterAt(1, 0, 0), 2 * REASON_COUNT * OUTCOMES.length)
    const cut = sum(true, (counters) => counters[counterAt(0, CUT, OUTCOME_ACCEPT)]!)
    t.ok(cut <= HELD_UP, `${cut} were cut`)
    const died = sum(true, (counters) => counters[counterAt(0, REQUEST, OUTCOME_DROP)]!)
    t.equal(died + cut, sum(true, all), 'each was seen to its end by the policy that looks')
    t.ok(died > PACKETS_A_TURN, `${died} died`)
    t.equal(died + cut + sum(false, all), sent, 'no packet was lost')
    t.equal(await network.customer.count(PORT), sent - died, 'and the others arrived')
  })
}
