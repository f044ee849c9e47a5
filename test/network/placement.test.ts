// SPDX-License-Identifier: GPL-2.0-or-later
// Blocks that the kernel decides, in traffic: what dies there is never queued, counts as ever, and goes on counting over changes of policy; and
// the kernel lets go of it when the appliance is gone. What it decides is held against the engine elsewhere (test/equivalence).

import { execFileSync } from 'node:child_process'
import t from 'tap'
import { INBOUND, listening, placedPolicyOf } from './datagrams.js'
import { enterNamespaces, eventually, type Host, ourTables } from './network.js'
import { DNS_QUERY, DNS_REPLY, toHex } from './packets.js'
import { scrape, since, startAppliance, type Running } from './running.js'

const inside = enterNamespaces(import.meta.url)

const MANY = 40
const DROPS = 'inet ipxxb-drops'
const [ENDS] = INBOUND as [(typeof INBOUND)[number]]
const POLICY = placedPolicyOf('auto', 'profile: IP53B')

const queued = async ({ appliance }: Running): Promise<number> =>
  [...(await scrape(appliance.metricsAddress as string)).matchAll(/^ipxxb_queue_packets_total\{.*\} (\d+)$/gm)]
    .map(([, count]) => Number(count))
    .reduce((sum, count) => sum + count, 0)

async function flood(sender: Host, payload: Uint8Array, count = MANY): Promise<void> {
  for (let sent = 0; sent < count; sent++) await sender.send(ENDS.from, 4444, ENDS.to, 53, toHex(payload))
}

if (inside !== true) t.pass('placement in traffic', { skip: inside })
else {
  const network = await listening({ customer: [53], outside: [] })
  const { outside, customer } = network
  const dropped = { 'IP53B request drop': MANY }

  await t.test('requests die without having been queued; replies live, judged by the engine', async (t) => {
    const running = await startAppliance(POLICY, t)
    const [earlier, asked, arrived] = [await running.verdicts(), await queued(running), await customer.count(53)]
    await flood(outside, DNS_QUERY)
    t.ok(await eventually(async () => (since(earlier, await running.verdicts())['IP53B request drop'] ?? 0) === MANY))
    t.strictSame(since(earlier, await running.verdicts()), dropped)
    t.equal(await queued(running), asked, 'nobody was asked')
    await outside.send(ENDS.from, 53, ENDS.to, 53, toHex(DNS_REPLY))
    t.ok(await eventually(async () => (await customer.count(53)) === arrived + 1))
    t.strictSame(since(earlier, await running.verdicts()), { ...dropped, 'IP53B reply accept': 1 })
  })

  await t.test('counts go on over a change of policy and over somebody who flushes all rules', async (t) => {
    const running = await startAppliance(POLICY, t)
    const earlier = await running.verdicts()
    await flood(outside, DNS_QUERY)
    await running.change(placedPolicyOf('auto', 'profile: IP161B', 'profile: IP53B'))
    await flood(outside, DNS_QUERY)
    t.strictSame(since(earlier, await running.verdicts()), { 'IP53B request drop': 2 * MANY })
    execFileSync('nft', ['flush', 'ruleset'])
    t.ok(await eventually(() => ourTables().includes(DROPS), 2000), 'the table is back')
    await new Promise((resolve) => setTimeout(resolve, 300))
    await flood(outside, DNS_QUERY)
    t.strictSame(since(earlier, await running.verdicts()), { 'IP53B request drop': 3 * MANY })
    await running.change(placedPolicyOf('userspace', 'profile: IP53B'))
    const asked = await queued(running)
    await flood(outside, DNS_QUERY)
    t.strictSame(since(earlier, await running.verdicts()), { 'IP53B request drop': 4 * MANY })
    t.equal(await queued(running), asked + MANY, 'and now in userspace')
  })

  await t.test('nothing is left after a stop', async (t) => {
    const running = await startAppliance(POLICY, t)
    t.ok(ourTables().includes(DROPS))
    await running.stop()
    t.same(ourTables(), [])
    const arrived = await customer.count(53)
    await flood(outside, DNS_QUERY, 5)
    t.ok(await eventually(async () => (await customer.count(53)) === arrived + 5))
  })
  network.close()
}
