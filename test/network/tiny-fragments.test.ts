// SPDX-License-Identifier: GPL-2.0-or-later
// A TCP segment whose first fragment ends before its flags, or before its header does (RFC 1858, RFC 3128): a customer who may not open
// connections must not open one in pieces. Who asks is the kernel of the server: it answers what it could put together. Over IPv6 Linux
// itself refuses a first fragment without the whole TCP header (RFC 7112), so that only longer ones are sent.

import t, { type Test } from 'tap'
import { listening, OUTBOUND, policyOf } from './datagrams.js'
import { enterNamespaces, eventually } from './network.js'
import { openingCutAt } from './packets.js'
import { counting, defragment } from './routers.js'
import { startAppliance } from './running.js'

const inside = enterNamespaces(import.meta.url)

const MAIL = 25
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

  /** Sends opening segments in two pieces, and compares how many were answered. `gap`: why the shorter pieces are not stopped yet. */
  const open = async (t: Test, answers: number, gap: string | false = false) => {
    for (const { from, to, answered } of ways) {
      for (const at of to.includes(':') ? [24] : [8, 16, 24]) {
        const before = answered()
        customer.sendRaw(...openingCutAt({ from, to, ports: [4000 + id, MAIL] }, id++, at))
        await eventually(() => answered() - before >= 1, PATIENCE)
        t.equal(answered() - before, answers, `${to}: first fragment of ${at} bytes`, { todo: at < 20 && gap })
      }
    }
  }

  await t.test('the server takes them, where no filter is', (t) => open(t, 1))
  for (const state of ['nothing defragments', 'conntrack defragments']) {
    await t.test(`${state}: no connection is opened`, async (t) => {
      if (state === 'conntrack defragments') defragment()
      await startAppliance(policyOf('profile: OP25B'), t)
      // Rules of nf_tables cannot read flags that are not there and let the packet by; the engine would call it `malformed` and accept it.
      await open(t, 0, state === 'nothing defragments' && 'neither steering nor the engine stops a first fragment without its TCP flags')
    })
  }

  network.close()
}
