// SPDX-License-Identifier: GPL-2.0-or-later
// UDP super-packets and what the kernel drops by itself. nft sees one packet and one UDP header, whose length counts all the datagrams, and has no
// way to ask how many they are. So a super-packet that begins with a datagram to leave alone is left alone, for the queue to take apart:
// nothing hides behind a reply. But one that begins with a datagram to drop dies as a whole. They are of one sender, one flow and one
// send, where no network card of the router joins datagrams (rx-udp-gro-forwarding and rx-gro-list, off by default).

import t from 'tap'
import { KernelDrops } from '../../src/control/install/kernel-drops.js'
import { run } from '../../src/control/install/run.js'
import { direct } from '../control/install/direct.js'
import { block, DNS_RULES, kernelPlan } from '../control/install/kernel-plans.js'
import { CUSTOMER, CUSTOMER6, createNetwork, enterNamespaces, OUTSIDE, OUTSIDE6 } from './network.js'
import { DNS_QUERY, DNS_REPLY } from './packets.js'
import { counting } from './routers.js'
import { experiment } from './running.js'

const inside = enterNamespaces(import.meta.url)
const DNS = 53

if (inside !== true) t.pass('super-packets', { skip: inside })
else {
  const network = createNetwork()
  const drops = new KernelDrops(run, direct)
  await drops.apply(kernelPlan([block(0, 'udp/53', DNS_RULES)]), 'fail-closed')
  const dropped = async (): Promise<number> => (await drops.counters()).drops.reduce((sum, { packets }) => sum + packets, 0)
  const ways = [
    { iptables: 'iptables', from: OUTSIDE, to: CUSTOMER },
    { iptables: 'ip6tables', from: OUTSIDE6, to: CUSTOMER6 },
  ]
  for (const { iptables, from, to } of ways) {
    await t.test(iptables, async (t) => {
      await network.customer.listen(to, DNS)
      const seen = counting(iptables, '-p', 'udp', '--dport', `${DNS}`)
      const rows = [
        {
          name: 'one reply in front of 19 queries goes to the queue',
          payloads: [DNS_REPLY, ...new Array(19).fill(DNS_QUERY)],
          arrive: 20,
          dies: 0,
        },
        {
          name: 'one query in front of 19 replies dies with them',
          payloads: [DNS_QUERY, ...new Array(19).fill(DNS_REPLY)],
          arrive: 0,
          dies: 1,
        },
      ]
      for (const { name, payloads, arrive, dies } of rows) {
        const [before, already] = [await dropped(), seen()]
        const send = () => network.outside.sendSegments(from, DNS, to, DNS, payloads)
        await experiment(t, null, { name, send, to: network.customer, port: DNS, arrive })
        t.equal((await dropped()) - before, dies, `${name}: counted`)
        t.equal(seen() - already, 1, 'sent as one packet')
      }
    })
  }
  await drops.remove()
  network.close()
}
