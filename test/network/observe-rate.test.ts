// SPDX-License-Identifier: GPL-2.0-or-later
// The rate limit in front of the observed blocks, in a flood and with every backend that this kernel has: what is beyond it passes and is counted,
// to the packet; both versions of IP have a bucket each; nothing that an enforced block drops slips by it; and the count goes on, whatever
// becomes of the rules.

import { execFileSync } from 'node:child_process'
import t from 'tap'
import { BACKENDS } from '../../src/control/install/ruleset.js'
import { openNft } from '../control/install/nft-listing.js'
import { planOf } from '../control/install/plans.js'
import { hasQueueStatement, WITHOUT_STATEMENT } from '../control/install/stand-in.js'
import { type Ends, INBOUND, listening } from './datagrams.js'
import { enterNamespaces, eventually } from './network.js'
import { DNS_QUERY, toHex } from './packets.js'
import { block, KINDS, network, policy as networkPolicy } from '../property/policies.js'
import { PATIENCE } from './served.js'
import { type Running, scrape, since, startAppliance } from './running.js'

const inside = enterNamespaces(import.meta.url)
t.setTimeout(120_000)

const RATE = 500
const SENDER = 4444
const [IPV4, IPV6] = INBOUND as [Ends, Ends]

const FLOODS = [
  [IPV4, 5_000],
  [IPV6, 2_000],
] as const

const OBSERVED_PLAN = planOf(
  networkPolicy({
    networks: [network('dynamic', '198.51.100.0/24 2001:db8:100::/64', { customers: true })],
    blocks: [block(KINDS.dns, { mode: 'observe' })],
  }),
)

const policy = (rate: number, ...blocks: readonly string[]): string => `
version: 1
timezone: UTC
interfaces: { outside: [to-outside] }
networks:
  dynamic: { customers: true, prefixes: [198.51.100.0/24, "2001:db8:100::/64"] }
profiles: { OURS: { direction: inbound, service: udp/${SENDER}, stops: reply } }
defaults: { mode: observe, placement: userspace, observe: { rate: ${rate}/s } }
blocks: [${blocks.map((block) => `{ ${block}, protect: [dynamic] }`).join(', ')}]
`
const OBSERVED = 'profile: IP53B'
/** The same packets by both their ports, seen first. */
const ENFORCED = [
  'name: by-port, service: udp/53, direction: inbound, precision: port',
  'name: by-source, profile: OURS, precision: port',
  'profile: IP53B, mode: enforce',
]

const unseen = async ({ appliance }: Running): Promise<number> =>
  Number(/^ipxxb_observe_unseen_total (\d+)$/m.exec(await scrape(appliance.metricsAddress as string))?.[1])

/** Packets for port 53 that came to the customer, of both versions: more than the sockets there could hold. */
function countArrivals(): () => number {
  const each = ['iptables', 'ip6tables'].map((iptables) => {
    const inCustomer = (...words: string[]) =>
      execFileSync('ip', ['netns', 'exec', 'customer', iptables, '-t', 'raw', ...words], { encoding: 'utf8' })
    inCustomer('-A', 'PREROUTING', '-p', 'udp', '--dport', '53')
    return () => Number(/-c (\d+) /.exec(inCustomer('-v', '-S', 'PREROUTING').split('\n')[1] as string)?.[1])
  })
  return () => each.reduce((sum, count) => sum + count(), 0)
}

if (inside !== true) t.pass('observing at a rate', { skip: inside })
else {
  const { outside, close } = await listening({ customer: [53], outside: [] })
  const arrivals = countArrivals()
  const send = ({ from, to }: Ends, count: number) => outside.send(from, SENDER, to, 53, toHex(DNS_QUERY), count)
  // Whoever is not known yet has a short queue.
  for (const ends of INBOUND) await send(ends, 1)
  await eventually(async () => arrivals() === 2)

  /** Sends, and says what was judged, what passed unseen, and what arrived. */
  async function flood(running: Running, ends: Ends, count: number): Promise<{ judged: number; unseen: number; arrived: number }> {
    const before = { verdicts: await running.verdicts(), unseen: await unseen(running), arrived: arrivals() }
    await send(ends, count)
    const seen = async () => {
      const passed = (await unseen(running)) - before.unseen
      const judged = since(before.verdicts, await running.verdicts())['IP53B request would'] ?? 0
      return { judged, unseen: passed, arrived: arrivals() - before.arrived }
    }
    await eventually(async () => {
      const { judged, unseen: passed, arrived } = await seen()
      return judged + passed >= count && arrived >= count
    }, PATIENCE)
    return seen()
  }

  t.test('nft: a bucket for each version of IP, whatever becomes of what is not beyond', async (t) => {
    const steering = await openNft()
    await steering.widen({ ...OBSERVED_PLAN, observeRate: RATE })
    let total = 0
    for (const [ends, count] of FLOODS) {
      const arrived = arrivals()
      const begun = performance.now()
      await send(ends, count)
      t.ok(await eventually(() => arrivals() - arrived === count, PATIENCE), `${ends.to}: all arrive`)
      const seconds = (performance.now() - begun) / 1000
      const passed = ((await steering.unseen()) ?? 0) - total
      total += passed
      t.ok(passed <= count - RATE && passed >= count - RATE * (1 + seconds) - 1, `${ends.to}: ${passed} unseen in ${seconds} s`)
    }
    t.ok(await steering.isInForce(), 'what was counted is no change of the rules')
    await steering.remove()
  })

  for (const backend of BACKENDS) {
    const skip = backend === 'nft' && !hasQueueStatement() ? WITHOUT_STATEMENT : false

    t.test(`${backend}: a flood of what is observed`, { skip }, async (t) => {
      const running = await startAppliance(policy(RATE, OBSERVED), t, backend)
      for (const [ends, count] of FLOODS) {
        const begun = performance.now()
        const { judged, unseen, arrived } = await flood(running, ends, count)
        const seconds = (performance.now() - begun) / 1000
        t.equal(arrived, count, `${ends.to}: all arrive`)
        t.equal(judged + unseen, count, `${ends.to}: each is judged or counted`)
        t.ok(judged >= RATE, `${ends.to}: ${judged}, a second's worth at once`)
        t.ok(judged <= RATE * (1 + seconds) + 1, `${ends.to}: ${judged}, and no more than the rate for ${seconds} s`)
      }
      await running.stop()
    })

    t.test(`${backend}: what an enforced block drops is not limited`, { skip }, async (t) => {
      const running = await startAppliance(policy(1, ...ENFORCED), t, backend)
      const before = { verdicts: await running.verdicts(), arrived: arrivals() }
      const [rounds, count] = [20, 100]
      for (let round = 0; round < rounds; round++) {
        await send(round % 2 === 0 ? IPV4 : IPV6, count)
        await eventually(async () => (await dropped()) === (round + 1) * count, PATIENCE)
      }
      async function dropped() {
        return since(before.verdicts, await running.verdicts())['IP53B request drop'] ?? 0
      }
      t.strictSame(since(before.verdicts, await running.verdicts()), {
        'by-port port would': rounds * count,
        'by-source port would': rounds * count,
        'IP53B request drop': rounds * count,
      })
      t.equal(arrivals() - before.arrived, 0, 'none arrives')
      t.equal(await unseen(running), 0)
      await running.stop()
    })

    t.test(`${backend}: the count goes on`, { skip }, async (t) => {
      const running = await startAppliance(policy(1, OBSERVED), t, backend)
      t.equal(await unseen(running), 0, 'a new run begins at nothing')
      let total = 0
      const more = async (name: string) => {
        const { judged, unseen: passed, arrived } = await flood(running, IPV4, 300)
        t.equal(arrived, 300, `${name}: all arrive`)
        t.ok(passed > 0 && judged + passed === 300, `${name}: ${judged} judged, ${passed} unseen`)
        total += passed
        t.equal(await unseen(running), total, `${name}: in all`)
      }
      await more('the first')
      await running.change(policy(1, OBSERVED, 'profile: IP123B'))
      await more('another block')
      const before = { verdicts: await running.verdicts(), arrived: arrivals() }
      await send(IPV4, 300)
      t.ok(await eventually(() => arrivals() - before.arrived === 300, PATIENCE), 'a flood whose count nobody reads')
      await running.change(policy(2, OBSERVED))
      const judged = since(before.verdicts, await running.verdicts())['IP53B request would'] ?? 0
      t.equal(await unseen(running), total + 300 - judged, 'before the next change')
      total += 300 - judged
      await more('another rate')
      await running.change(policy(2, 'profile: IP123B, mode: enforce'))
      t.equal(await unseen(running), total, 'nothing is observed')
      await running.change(policy(1, OBSERVED))
      await more('observed again')
      execFileSync('sh', ['-c', backend === 'nft' ? 'nft flush ruleset' : `${backend} -t mangle -F`])
      t.ok(await eventually(() => running.events.at(-1)?.name === 'steering-reinstalled', PATIENCE), 'the rules are back')
      t.equal(await unseen(running), total, 'what was read is kept')
      await more('after a flush')
      await running.stop()
    })
  }
  t.teardown(close)
}
