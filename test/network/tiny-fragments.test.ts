// SPDX-License-Identifier: GPL-2.0-or-later
// A TCP segment whose first fragment ends before its flags, or before its header does (RFC 1858, RFC 3128): a customer who may not open
// connections must not open one in pieces. Who asks is the kernel of the server: it answers what it could put together. Over IPv6 Linux
// itself refuses a first fragment without the whole TCP header (RFC 7112), so that only longer ones are sent.

import t, { type Test } from 'tap'
import { listening, OUTBOUND, policyOf } from './datagrams.js'
import { enterNamespaces, eventually } from './network.js'
import { openingBehindDecoy, openingCutAt, type Way } from './packets.js'
import { counting, defragment } from './routers.js'
import { type Running, since, startAppliance } from './running.js'

const inside = enterNamespaces(import.meta.url)

const MAIL = 25
const cuts: readonly (readonly [name: string, (way: Way, id: number) => Uint8Array[]])[] = [
  ['first fragment of 8 bytes', (way, id) => openingCutAt(way, id, 8)],
  ['first fragment of 16 bytes', (way, id) => openingCutAt(way, id, 16)],
  ['first fragment of 15 bytes, with flags that the receiver cuts off', openingBehindDecoy],
  ['first fragment of 24 bytes', (way, id) => openingCutAt(way, id, 24)],
]

/** Time for a server to answer; it takes a fraction of a millisecond. */
const PATIENCE = 100

if (inside !== true) t.pass('tiny fragments', { skip: inside })
else {
  const network = await listening({ customer: [], outside: [] })
  const { outside, customer } = network
  for (const { to } of OUTBOUND) await outside.serve(to, MAIL)
  const ways = OUTBOUND.map((ends) => {
    const iptables = ends.to.includes(':') ? 'ip6tables' : 'iptables'
    return { ...ends, answered: counting(iptables, '-p', 'tcp', '--sport', `${MAIL}`, '--tcp-flags', 'SYN,ACK', 'SYN,ACK') }
  })
  let id = 1

  /** Sends opening segments in two pieces. Where no appliance runs all of them are answered, otherwise none, and each was its decision. */
  const open = async (t: Test, running: Running | null) => {
    for (const { from, to, answered } of ways) {
      for (const [name, cut] of to.includes(':') ? cuts.slice(-1) : cuts) {
        const before = answered()
        const earlier = (await running?.verdicts()) ?? {}
        customer.sendRaw(...cut({ from, to, ports: [4000 + id, MAIL] }, id++))
        await eventually(() => answered() - before >= 1, PATIENCE)
        t.equal(answered() - before, running === null ? 1 : 0, `${to}: ${name}`)
        if (running !== null) t.equal(since(earlier, await running.verdicts())['OP25B port drop'], 1, `${to}: ${name}: verdict`)
      }
    }
  }

  await t.test('the server takes them, where no filter is', (t) => open(t, null))
  for (const state of ['nothing defragments', 'conntrack defragments']) {
    await t.test(`${state}: no connection is opened`, async (t) => {
      if (state === 'conntrack defragments') defragment()
      const running = await startAppliance(policyOf('profile: OP25B'), t)
      await open(t, running)
    })
  }

  network.close()
}
