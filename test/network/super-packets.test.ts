// SPDX-License-Identifier: GPL-2.0-or-later
// UDP super-packets: one send with UDP_SEGMENT crosses a veth in one piece, so that a router sees one packet with one UDP header in front of
// twenty datagrams. Whoever judges that packet judges the first datagram alone. Our queue takes segments, and each is judged by itself.
// What the kernel drops of it before that: super-drops.test.ts.

import t from 'tap'
import { concat } from '../property/packets.js'
import { CUSTOMER, CUSTOMER6, createNetwork, enterNamespaces, OUTSIDE, OUTSIDE6 } from './network.js'
import { DNS_QUERY, DNS_REPLY } from './packets.js'
import { counting, defragment } from './routers.js'
import { experiment, startAppliance } from './running.js'

const inside = enterNamespaces(import.meta.url)

const POLICY = `
version: 1
timezone: UTC
networks:
  dynamic: { customers: true, prefixes: [198.51.100.0/24, "2001:db8:100::/64"] }
defaults: { mode: enforce, precision: shape, placement: userspace }
blocks:
  - { profile: IP53B, protect: [dynamic] }
`
const DNS = 53
const QUERIES = 19
const ONE_REPLY = [DNS_REPLY, ...new Array<Uint8Array>(QUERIES).fill(DNS_QUERY)]
const WAYS = [
  { iptables: 'iptables', from: OUTSIDE, to: CUSTOMER },
  { iptables: 'ip6tables', from: OUTSIDE6, to: CUSTOMER6 },
]

if (inside !== true) t.pass('super-packets', { skip: inside })
else {
  const network = createNetwork()
  await network.customer.listen(CUSTOMER, DNS)
  await network.customer.listen(CUSTOMER6, DNS)
  /** Packets for the customer's port 53 as the router's first hook saw them. */
  const ways = WAYS.map((way) => ({ ...way, seen: counting(way.iptables, '-p', 'udp', '--dport', `${DNS}`) }))

  await t.test('twenty datagrams cross the router as one packet, where no filter is', async (t) => {
    for (const { iptables, from, to, seen } of ways) {
      const before = seen()
      const send = () => network.outside.sendSegments(from, DNS, to, DNS, ONE_REPLY)
      await experiment(t, null, { name: iptables, send, to: network.customer, port: DNS, arrive: QUERIES + 1 })
      t.equal(seen() - before, 1, 'one packet, so the rows below are about super-packets')
    }
  })

  const rows = [
    { name: 'one reply in front of 19 queries: the reply alone lives', payloads: ONE_REPLY, replies: 1 },
    {
      name: 'one query in front of 19 replies: the query alone dies',
      payloads: [DNS_QUERY, ...new Array(19).fill(DNS_REPLY)],
      replies: 19,
    },
    {
      name: 'datagrams beyond the copied bytes',
      payloads: ONE_REPLY.map((payload) => concat(payload, new Array<number>(1000).fill(0x61))),
      replies: 1,
    },
  ]
  for (const state of ['without conntrack', 'with conntrack']) {
    await t.test(state, async (t) => {
      if (state === 'with conntrack') defragment()
      const running = await startAppliance(POLICY, t)
      for (const { iptables, from, to, seen } of ways) {
        for (const { name, payloads, replies } of rows) {
          const before = seen()
          const verdicts = { 'IP53B reply accept': replies, 'IP53B request drop': payloads.length - replies }
          const send = () => network.outside.sendSegments(from, DNS, to, DNS, payloads)
          await experiment(t, running, { name: `${iptables}: ${name}`, send, to: network.customer, port: DNS, arrive: replies, verdicts })
          t.equal(seen() - before, 1, 'sent as one packet')
        }
      }
    })
  }

  network.close()
}
