// SPDX-License-Identifier: GPL-2.0-or-later
// What the steering does to packets, with every backend that this kernel has: which it queues, that none slips by while plans are exchanged,
// and that none which waits in a queue is lost when the rules go.

import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { createBatch, strideFor } from '../../src/contract/batch.js'
import { NF_ACCEPT, NF_DROP, OWN_MARK } from '../../src/contract/numbers.js'
import type { QueueNumbers, SteeringPlan, SteeringSet } from '../../src/control/compile/steering.js'
import { openSteering, type Steering } from '../../src/control/install/install.js'
import { BACKENDS } from '../../src/control/install/ruleset.js'
import { run } from '../../src/control/install/run.js'
import { createWake } from '../../src/datapath/packet/native.js'
import { openNfqueue } from '../../src/datapath/packet/nfqueue.js'
import { direct } from '../control/install/direct.js'
import { planOf } from '../control/install/plans.js'
import { hasQueueStatement, WITHOUT_STATEMENT } from '../control/install/stand-in.js'
import { prefix, prefixColumns } from '../oracle/addresses.js'
import { block, KINDS, network, policy } from '../property/policies.js'
import { CUSTOMER, CUSTOMER6, createNetwork, enterNamespaces, OUTSIDE, OUTSIDE6 } from './network.js'

const inside = enterNamespaces(import.meta.url)
t.setTimeout(900_000)

const QUEUES: QueueNumbers = { enforce: { first: 5400, count: 1 }, observe: { first: 5410, count: 1 } }
/** An address of the router's own, in the middle of its customers'. */
const ROUTER = '198.51.100.1'
const [DNS, NTP] = [53, 123]
const customers = network('dynamic', '198.51.100.0/24 2001:db8:100::/40', { customers: true })
const DNS_ALONE = planOf(policy({ networks: [customers], blocks: [block(KINDS.dns)] }))
const DNS_AND_NTP = planOf(policy({ networks: [{ ...customers }], blocks: [block(KINDS.ntp), block(KINDS.dns)] }))
const OTHER_CUSTOMERS = planOf(
  policy({
    networks: [network('dynamic', '198.51.100.0/24 2001:db8:100::/40 192.0.2.0/24', { customers: true })],
    blocks: [block(KINDS.dns)],
  }),
)

/** Beside thousands of other prefixes. */
const LARGE = [
  { name: 'loaded', prefixes: '198.51.100.0/24', exclusions: '', isQueued: true },
  { name: 'gone', prefixes: '198.51.100.0/24', exclusions: `${CUSTOMER}/32`, isQueued: false },
  { name: 'another gone', prefixes: '198.51.100.0/24', exclusions: '198.51.100.3/32', isQueued: true },
  { name: 'all gone', prefixes: '', exclusions: '', isQueued: false },
  { name: 'there again', prefixes: `${CUSTOMER}/32`, exclusions: '', isQueued: true },
  { name: 'others come', prefixes: '198.51.100.0/24 192.0.2.0/24', exclusions: '', isQueued: true },
] as const

function largePlan(prefixes: string, exclusions: string): SteeringPlan {
  const columns = (text: string) => prefixColumns(text.split(' ').filter(Boolean).map(prefix))
  const others = Uint32Array.from({ length: 10_000 }, (_, at) => (at % 2 === 0 ? 0xc6120000 + 8 * at : 30))
  const ipv4 = Uint32Array.from([...others, ...columns(prefixes).ipv4])
  const [set] = DNS_ALONE.sets
  return { ...DNS_ALONE, sets: [{ ...(set as SteeringSet), prefixes: { ipv4, ipv6: new Uint32Array() }, exclusions: columns(exclusions) }] }
}

/** The enforce queue; `take()` gives what has come, and settles it at the next call. */
function openQueue(defaultVerdict: number) {
  const options = { copyRange: 128, maxLength: 4096, receiveBuffer: 4_194_304, failOpen: false, defaultVerdict }
  const source = openNfqueue({ queue: QUEUES.enforce.first, slab: createBatch(strideFor(128)).memory, wake: createWake(), ...options })
  return { take: (milliseconds = 300) => source.exchange(milliseconds), close: () => source.close() }
}

const waiting = (): number => {
  const lines = readFileSync('/proc/net/netfilter/nfnetlink_queue', 'utf8').split('\n')
  return Number(
    lines
      .find((line) => line.trim().startsWith(`${QUEUES.enforce.first} `))
      ?.trim()
      .split(/\s+/)[2],
  )
}

/** An ordinary process of a user namespace cannot load the module. */
const hasLegacyRaw = (): boolean => spawnSync('iptables-legacy-save', ['-t', 'raw']).status === 0

const hasTable = (): boolean =>
  execFileSync('nft', ['--terse', 'list', 'ruleset', 'inet'], { encoding: 'utf8' }).includes('table inet ipxxb')

if (inside !== true) t.pass('steering', { skip: inside })
else {
  const { outside, customer, close } = createNetwork()
  for (const address of [CUSTOMER, CUSTOMER6]) for (const port of [DNS, NTP]) await customer.listen(address, port)
  const send = (to: string, port: number, count = 1, gap = 0) =>
    outside.send(to.includes(':') ? OUTSIDE6 : OUTSIDE, 40_000, to, port, '00', count, gap)

  for (const backend of BACKENDS) {
    const skip = backend === 'nft' && !hasQueueStatement() ? WITHOUT_STATEMENT : false
    const lacksTable =
      skip === false && backend === 'iptables-legacy' && !hasLegacyRaw() ? 'the module iptable_raw is not loaded, nor can be here' : false
    const open = (): Promise<Steering> => openSteering({ direct, run, queues: QUEUES, backend })

    for (const hook of ['forward', 'prerouting'] as const) {
      t.test(`${backend}, ${hook}: what is queued`, { skip: skip || (hook === 'prerouting' && lacksTable) }, async (t) => {
        const steering = await open()
        await steering.widen({ ...DNS_ALONE, hook })
        const queue = openQueue(NF_ACCEPT)
        const queued = async (to: string, port: number) => {
          await send(to, port)
          const count = queue.take()
          queue.take(0)
          return count
        }
        t.equal(await queued(CUSTOMER, DNS), 1)
        t.equal(await queued(CUSTOMER6, DNS), 1)
        t.equal(await queued(CUSTOMER, NTP), 0, 'another port')
        t.equal(await queued(ROUTER, DNS), 0, 'for the router itself')
        execFileSync('nft', ['-f', '-'], {
          input: `table inet marks { chain c { type filter hook prerouting priority -350; meta mark set ${OWN_MARK}; }; }`,
        })
        t.equal(await queued(CUSTOMER, DNS), 0, 'one of our own')
        execFileSync('nft', ['delete', 'table', 'inet', 'marks'])
        await steering.remove()
        t.equal(await queued(CUSTOMER, DNS), 0, 'the rules are gone')
        queue.close()
      })
    }

    t.test(`${backend}: a large set that changes by a few`, { skip }, async (t) => {
      const steering = await open()
      const queue = openQueue(NF_ACCEPT)
      for (const { name, prefixes, exclusions, isQueued } of LARGE) {
        await steering.widen(largePlan(prefixes, exclusions))
        await steering.narrow()
        await send(CUSTOMER, DNS)
        t.equal(queue.take(), isQueued ? 1 : 0, name)
        queue.take(0)
        t.ok(await steering.isInForce())
      }
      queue.close()
      await steering.remove()
    })

    t.test(`${backend}: no packet slips by while plans are exchanged`, { skip }, async (t) => {
      const steering = await open()
      await steering.widen(DNS_ALONE)
      await steering.narrow()
      const queue = openQueue(NF_DROP)
      const before = await customer.count(DNS)
      let taken = 0
      const pump = setInterval(() => {
        taken += queue.take(0)
      }, 2)
      const sent = { all: 0, going: true }
      const stream = (async () => {
        while (sent.going) {
          await send(CUSTOMER, DNS, 20, 1)
          sent.all += 20
        }
      })()
      for (let round = 0; round < 2; round++) {
        for (const plan of [DNS_AND_NTP, OTHER_CUSTOMERS, DNS_ALONE]) {
          await steering.widen(plan)
          await steering.narrow()
        }
      }
      sent.going = false
      await stream
      await pause(100)
      clearInterval(pump)
      t.ok(sent.all > 100, `${sent.all} packets`)
      t.equal(taken, sent.all, 'each came to the queue')
      t.equal(await customer.count(DNS), before, 'and none to the customer')
      queue.take(0)
      queue.close()
      await steering.remove()
    })

    t.test(`${backend}: a packet that waits in a queue outlives the rules`, { skip }, async (t) => {
      const steering = await open()
      await steering.widen(DNS_ALONE)
      const queue = openQueue(NF_ACCEPT)
      const before = await customer.count(DNS)
      await send(CUSTOMER, DNS, 3)
      t.equal(queue.take(), 3)
      await steering.empty()
      await steering.remove()
      t.equal(waiting(), 3, 'they wait still')
      if (backend === 'nft') t.ok(hasTable(), 'so the base chain stays')
      queue.take(0)
      await pause(100)
      t.equal(await customer.count(DNS), before + 3, 'and reach the customer once they are judged')
      await steering.remove()
      t.notOk(hasTable())
      queue.close()
    })
  }
  t.teardown(close)
}
