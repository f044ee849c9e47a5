// SPDX-License-Identifier: GPL-2.0-or-later
// Several queues: each flow has one of them, in both directions, and all of them have flows.

import t from 'tap'
import { CUSTOMER, CUSTOMER6, createNetwork, enterNamespaces, eventually } from './network.js'
import { DNS_QUERY, whole } from './packets.js'
import { type Served, serve } from './served.js'

const QUEUES = 4
const FLOWS = 16
const PACKETS = 5
const PORT = 53

/** Both directions are dropped, so that nobody answers; not by the kernel, since the queues are what is looked at. */
const POLICY = `
version: 1
timezone: UTC
networks: { dynamic: { customers: true, prefixes: [198.51.100.0/24, "2001:db8:100::/64"] } }
defaults: { mode: enforce, placement: userspace }
blocks:
  - { profile: IP53B, protect: [dynamic] }
  - { name: out, direction: outbound, service: udp/${PORT}, precision: port, protect: [dynamic] }
`

const inside = enterNamespaces(import.meta.url)

/** Packets that each queue has had, in order. */
async function counts(served: Served): Promise<number[]> {
  const samples = await served.samples()
  const queues = Array.from({ length: QUEUES }, (_, index) => 5300 + index)
  return queues.map((queue) => samples.get(`ipxxb_queue_packets_total{queue="${queue}",kind="enforce"}`) ?? Number.NaN)
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0)

if (inside !== true) t.pass('flows', { skip: inside })
else {
  const network = createNetwork()
  t.teardown(() => network.close())
  const served = await serve(t, POLICY, '--queues', String(QUEUES))

  for (const { name, customer, stranger } of [
    { name: 'IPv4', customer: CUSTOMER, stranger: (flow: number) => `203.0.113.${100 + flow}` },
    { name: 'IPv6', customer: CUSTOMER6, stranger: (flow: number) => `2001:db8:ff::${(0x100 + flow).toString(16)}` },
  ]) {
    await t.test(name, async (t) => {
      const used = new Set<number>()
      for (let flow = 0; flow < FLOWS; flow++) {
        const before = await counts(served)
        for (let packet = 0; packet < PACKETS; packet++) {
          // Other ports each time: it is the addresses that count.
          const ports = [20_000 + 100 * flow + packet, PORT] as const
          network.outside.sendRaw(whole({ from: stranger(flow), to: customer, ports }, DNS_QUERY))
          network.customer.sendRaw(whole({ from: customer, to: stranger(flow), ports }, DNS_QUERY))
        }
        let grown: number[] = []
        await eventually(async () => {
          grown = (await counts(served)).map((count, index) => count - (before[index] as number))
          return sumOf(grown) >= 2 * PACKETS
        })
        t.strictSame(
          grown.filter((more) => more > 0),
          [2 * PACKETS],
          `${stranger(flow)}: one queue has all`,
        )
        used.add(grown.findIndex((more) => more > 0))
      }
      t.ok(used.size > 1, `${FLOWS} flows use ${used.size} of ${QUEUES} queues`)
    })
  }
  await served.stop()
}
