// SPDX-License-Identifier: GPL-2.0-or-later
// The appliance from outside: a router in a namespace, real packets, the whole life of the process. What a verdict means is tested
// elsewhere; here it is start, reload, faults and stop.

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import t from 'tap'
import { Appliance } from '../src/appliance.js'
import { FIRST_QUEUE } from '../src/appliance/queues.js'
import { createBatch, strideFor } from '../src/contract/batch.js'
import { MOST_COPY_RANGE, NF_ACCEPT } from '../src/contract/numbers.js'
import { closeWake, createWake } from '../src/datapath/packet/native.js'
import { holderOf, openNfqueue } from '../src/datapath/packet/nfqueue.js'
import type { OperationalError } from '../src/errors.js'
import type { EventName } from '../src/observe/events.js'
import type { Log } from '../src/observe/log.js'
import { policyFile } from './cli/command.js'
import {
  CUSTOMER,
  CUSTOMER6,
  createNetwork,
  enterNamespaces,
  eventually,
  type Network,
  ourTables,
  OUTSIDE,
  OUTSIDE6,
} from './network/network.js'

const QUERY = '000001000001000000000000'.padEnd(40, '0')
const REPLY = '000081800001000100000000'.padEnd(40, '0')
const RECEIVER = 53

const inside = enterNamespaces(import.meta.url)

const policyText = (lines: { mode?: string; precision?: string; overload?: string; placement?: string; more?: string } = {}) => `
version: 1
timezone: UTC
networks:
  dynamic: { customers: true, prefixes: [198.51.100.0/24, "2001:db8:100::/64"] }
defaults: { precision: ${lines.precision ?? 'shape'}, overload: ${lines.overload ?? 'fail-open'}${lines.placement === undefined ? '' : `, placement: ${lines.placement}`} }
blocks:
  - profile: IP53B
    protect: [dynamic]
    mode: ${lines.mode ?? 'enforce'}
${lines.more ?? ''}`

interface Running {
  readonly appliance: Appliance
  readonly events: { name: EventName; fields: Record<string, unknown> }[]
  readonly path: string
  metrics(): Promise<string>
  write(text: string): void
}

async function start(text: string, firstQueue = FIRST_QUEUE): Promise<Running> {
  const path = policyFile(text)
  const events: Running['events'] = []
  const log = { emit: (name: EventName, fields: Record<string, unknown>) => events.push({ name, fields }) } as unknown as Log
  const appliance = await Appliance.start({
    policyPath: path,
    firstQueue,
    queues: 1,
    listen: { host: '127.0.0.1', port: 0 },
    log,
    version: 'test',
  })
  return {
    appliance,
    events,
    path,
    metrics: async () => (await fetch(`http://${appliance.metricsAddress}/metrics`)).text(),
    write: (changed) => writeFileSync(path, changed),
  }
}

/** The error that a start ends with; null where it does not. */
const refusal = (text: string, firstQueue?: number): Promise<OperationalError | null> =>
  start(text, firstQueue).then(
    () => null,
    (error: unknown) => error as OperationalError,
  )

const rules = () =>
  [...['iptables', 'ip6tables', 'iptables-legacy', 'ip6tables-legacy'].map((name) => `${name}-save -t mangle`), 'ipset save']
    .map((command) =>
      execFileSync('sh', ['-c', `${command} | grep -iv '^[#:]' | grep -v '^COMMIT' | grep -v '^[*]' || true`], {
        encoding: 'utf8',
      }),
    )
    .join('') + ourTables().join()

/** How many of `count` datagrams from outside port 53 reach the customer's port 53. */
async function deliver(network: Network, payload: string, count = 20): Promise<number> {
  const before = await network.customer.count(RECEIVER)
  await network.outside.send(OUTSIDE, RECEIVER, CUSTOMER, RECEIVER, payload, count)
  await eventually(async () => (await network.customer.count(RECEIVER)) - before === count, 400)
  return (await network.customer.count(RECEIVER)) - before
}

if (inside !== true) t.pass('appliance', { skip: inside })
else {
  const network = createNetwork()
  await network.customer.listen(CUSTOMER, RECEIVER)
  await network.customer.listen(CUSTOMER6, RECEIVER)
  t.equal(await deliver(network, QUERY), 20, 'the network carries queries without a filter')

  await t.test('requests die, replies live, and the metrics say why', async (t) => {
    const { appliance, metrics, events } = await start(policyText())
    t.equal(await deliver(network, QUERY), 0, 'no query arrives')
    t.equal(await deliver(network, REPLY), 20, 'every reply does')
    const text = await metrics()
    t.match(text, /ipxxb_verdicts_total\{block="IP53B",mode="enforce",reason="request",verdict="drop"\} 20\n/)
    t.match(text, /ipxxb_verdicts_total\{block="IP53B",mode="enforce",reason="reply",verdict="accept"\} 20\n/)
    t.match(text, /ipxxb_queue_packets_total\{queue="5300",kind="enforce"\} 20\n/, 'the kernel asked about the replies alone')
    t.match(text, /ipxxb_queue_id_gaps_total\{queue="5300"\} 0\n/)
    await appliance.stop('test')
    t.same(
      events.map(({ name }) => name).filter((name) => name !== 'receive-buffer-small' && name !== 'policy-warning'),
      ['starting', 'started', 'stopping', 'stopped'],
    )
    t.equal(rules(), '', 'nothing is left in the kernel')
    t.equal(await deliver(network, QUERY), 20, 'and queries pass again')
  })

  await t.test('the same over IPv6', async (t) => {
    const { appliance } = await start(policyText())
    const arrived = async (payload: string) => {
      const before = await network.customer.count(RECEIVER)
      await network.outside.send(OUTSIDE6, RECEIVER, CUSTOMER6, RECEIVER, payload, 20)
      await eventually(async () => (await network.customer.count(RECEIVER)) - before === 20, 400)
      return (await network.customer.count(RECEIVER)) - before
    }
    t.equal(await arrived(QUERY), 0)
    t.equal(await arrived(REPLY), 20)
    await appliance.stop('test')
    t.equal(await arrived(QUERY), 20, 'without the appliance queries pass')
  })

  await t.test('observe counts what it would drop and drops nothing', async (t) => {
    const { appliance, metrics } = await start(policyText({ mode: 'observe' }))
    t.equal(await deliver(network, QUERY), 20)
    t.match(await metrics(), /ipxxb_verdicts_total\{block="IP53B",mode="observe",reason="request",verdict="would"\} 20\n/)
    await appliance.stop('test')
  })

  await t.test('a reload changes the policy and keeps the totals; a bad policy changes nothing', async (t) => {
    const { appliance, metrics, write, events } = await start(policyText({ mode: 'observe' }))
    await deliver(network, QUERY)
    write(policyText())
    await appliance.reload('test')
    t.equal(await deliver(network, QUERY), 0, 'enforced now')
    write(policyText({ more: '    unknown: key\n' }))
    await appliance.reload('test')
    t.equal(events.at(-1)?.name, 'reload-failed')
    t.match(events.at(-2)?.fields.position, /policy\.yaml:\d+:\d+/, 'the error has a position')
    t.equal(await deliver(network, QUERY), 0, 'still enforced')
    const text = await metrics()
    t.match(text, /mode="observe",reason="request",verdict="would"\} 20\n/, 'what the old policy counted is still there')
    t.match(text, /mode="enforce",reason="request",verdict="drop"\} 40\n/)
    t.match(text, /ipxxb_policy_generation 2\n/)
    t.match(text, /ipxxb_policy_reloads_total\{result="failed"\} 1\n/)
    await appliance.stop('test')
  })

  await t.test('retired images are let go', async (t) => {
    const HALF_OF_ALL = 32 * 2 ** 20
    const { appliance } = await start(policyText().replace('198.51.100.0/24', '0.0.0.0/1'))
    const before = process.memoryUsage().rss
    for (let times = 0; times < 12; times++) await appliance.reload('test')
    await new Promise((resolve) => setTimeout(resolve, 200))
    const grown = process.memoryUsage().rss - before
    t.ok(grown < 6 * HALF_OF_ALL, `12 reloads cost ${Math.round(grown / 2 ** 20)} MiB`)
    await appliance.stop('test')
  })

  const replacedAfter: number[] = []
  for (const [overload, placement, passing] of [
    ['fail-open', 'userspace', true],
    ['fail-closed', 'userspace', false],
    // What the kernel drops by itself needs no worker.
    ['fail-open', 'auto', false],
  ] as const) {
    await t.test(`a worker dies under traffic with overload ${overload}, placement ${placement}`, async (t) => {
      const { appliance, metrics, events } = await start(policyText({ overload, placement }))
      t.equal(await deliver(network, REPLY), 20)
      const before = await network.customer.count(RECEIVER)
      const queriesWhileDead = network.outside.send(OUTSIDE, RECEIVER, CUSTOMER, RECEIVER, QUERY, 1500, 1)
      await new Promise((resolve) => setTimeout(resolve, 100))
      const died = Date.now()
      await appliance.killWorker(FIRST_QUEUE)
      t.ok(await eventually(() => events.some(({ name }) => name === 'worker-replaced'), 5000), 'replaced')
      replacedAfter.push(Date.now() - died)
      await queriesWhileDead
      const passed = (await network.customer.count(RECEIVER)) - before
      if (passing) t.ok(passed > 0, `${passed} queries passed while no worker lived`)
      else t.equal(passed, 0, 'none passed while no worker lived')
      t.equal(await deliver(network, QUERY), 0, 'the replacement drops queries')
      t.equal(await deliver(network, REPLY), 20, 'and lets replies live')
      t.match(await metrics(), /ipxxb_worker_restarts_total\{queue="5300"\} 1\n/)
      t.equal(events.find(({ name }) => name === 'worker-died')?.fields.overload, overload)
      await appliance.stop('test')
    })
  }
  // The least: another may have waited for what else runs beside this test.
  t.ok(Math.min(...replacedAfter) < 1000, `a worker is replaced within a second: after ${replacedAfter} ms`)

  await t.test('direction by interface follows interfaces that come, and says so when none is there', async (t) => {
    const { appliance, events } = await start(policyText({ more: 'interfaces: { outside: [uplink0] }\n' }))
    t.same(events.find(({ name }) => name === 'no-outside')?.fields, { wanted: ['uplink0'] })
    t.equal(await deliver(network, QUERY), 20, 'nothing is inbound, so nothing is dropped')
    execFileSync('ip', ['link', 'set', 'to-outside', 'down'])
    execFileSync('ip', ['link', 'set', 'to-outside', 'name', 'uplink0'])
    execFileSync('ip', ['link', 'set', 'uplink0', 'up'])
    t.ok(await eventually(() => events.some(({ name, fields }) => name === 'interfaces' && `${fields.outside}` === 'uplink0')))
    t.equal(await deliver(network, QUERY), 0, 'a second later queries die')
    t.equal(await deliver(network, REPLY), 20, 'and replies live')
    await appliance.stop('test')
  })

  await t.test('a start that fails leaves nothing behind', async (t) => {
    const { appliance } = await start(policyText())
    const before = rules()
    for (const firstQueue of [FIRST_QUEUE, FIRST_QUEUE + 100]) {
      const second = await refusal(policyText(), firstQueue)
      t.equal(second?.code, 'INSTANCE_RUNNING', 'other queue numbers do not make a second instance welcome')
      t.match(second?.message, new RegExp(`queue ${FIRST_QUEUE} belongs to process ${process.pid}$`))
    }
    t.equal(rules(), before, 'the first instance is untouched')
    t.equal(await deliver(network, QUERY), 0, 'and still works')
    await appliance.stop('test')

    const wake = createWake()
    const foreign = openNfqueue({
      queue: FIRST_QUEUE + 1,
      slab: createBatch(strideFor(MOST_COPY_RANGE)).memory,
      wake,
      copyRange: MOST_COPY_RANGE,
      maxLength: 16,
      receiveBuffer: 65536,
      failOpen: true,
      defaultVerdict: NF_ACCEPT,
    })
    const failure = await refusal(policyText())
    t.equal(failure?.code, 'QUEUE_IN_USE')
    t.match(failure?.line(), new RegExp(`^ipxxb: QUEUE_IN_USE: queue ${FIRST_QUEUE + 1} belongs to process ${process.pid}; remedy: `))
    t.equal(rules(), '', 'nothing was installed')
    t.equal(holderOf(FIRST_QUEUE), null, 'nothing is bound')
    foreign.close()
    closeWake(wake)

    const refused = await refusal('version: 2\n')
    t.equal(refused?.code, 'POLICY_INVALID')
    t.equal(refused?.exit, 2)
    t.equal(rules(), '')
    t.equal(holderOf(FIRST_QUEUE), null, 'no queue is bound')
  })

  await t.test('a stop under load loses nothing that was queued', async (t) => {
    const { appliance } = await start(policyText())
    const before = await network.customer.count(RECEIVER)
    const sending = network.outside.send(OUTSIDE, RECEIVER, CUSTOMER, RECEIVER, REPLY, 3000, 0)
    await new Promise((resolve) => setTimeout(resolve, 30))
    await appliance.stop('test')
    await sending
    await eventually(async () => (await network.customer.count(RECEIVER)) - before === 3000, 1000)
    t.equal((await network.customer.count(RECEIVER)) - before, 3000, 'all 3,000 replies arrived')
  })

  network.close()
}
