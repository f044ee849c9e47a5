// SPDX-License-Identifier: GPL-2.0-or-later
// Blocks of what goes out, in traffic: DNS and mail to others than the ISP's own servers, refused where the policy says so, and the answers
// of open resolvers.

import t from 'tap'
import { connects, EXCEPTED, exchange, listening, OUTBOUND, policyOf } from './datagrams.js'
import { CUSTOMER, enterNamespaces, OUTSIDE, OUTSIDE6, RESOLVER } from './network.js'
import { DNS_QUERY, DNS_REPLY } from './packets.js'
import { defragment } from './routers.js'
import { startAppliance } from './running.js'

const inside = enterNamespaces(import.meta.url)

if (inside !== true) t.pass('outbound blocks', { skip: inside })
else {
  const network = await listening({ customer: [53], outside: [53, 4321] })
  const { outside, customer } = network
  for (const port of [25, 53, 80, 465, 587]) for (const address of [OUTSIDE, RESOLVER, OUTSIDE6]) await outside.serve(address, port)
  const toResolver = { from: CUSTOMER, to: RESOLVER }

  await t.test(
    'OP53B and OP25B: others’ servers are out of reach, the ISP’s are not [3.except] [3.header-only] [3.opening-segment]',
    async (t) => {
      const running = await startAppliance(policyOf('profile: OP53B, except: [resolvers]', 'profile: OP25B, except: [resolvers]'), t)
      for (const ends of OUTBOUND) {
        await exchange(t, running, customer, outside, ends, [['a query', DNS_QUERY, [4444, 53], { 'OP53B port drop': 1 }]])
        await connects(t, running, customer, ends, 53, 'silence', { 'OP53B port drop': 1 })
        await connects(t, running, customer, ends, 25, 'silence', { 'OP25B port drop': 1 })
        for (const port of [80, 465, 587]) await connects(t, running, customer, ends, port, 'connected', {})
      }
      await exchange(t, running, customer, outside, toResolver, [['a query', DNS_QUERY, [4444, 53], EXCEPTED]])
      for (const port of [25, 53]) await connects(t, running, customer, toResolver, port, 'connected', EXCEPTED)
      await exchange(t, running, outside, customer, { from: OUTSIDE, to: CUSTOMER }, [
        ['nothing inbound is touched', DNS_QUERY, [53, 53], {}],
      ])
    },
  )

  await t.test('action reject: the client is told at once [7.reject]', async (t) => {
    const running = await startAppliance(policyOf('profile: OP25B, action: reject', 'profile: OP53B'), t)
    for (const ends of OUTBOUND) {
      await connects(t, running, customer, ends, 25, 'ECONNREFUSED', { 'OP25B port reject': 1 })
      await connects(t, running, customer, ends, 53, 'silence', { 'OP53B port drop': 1 })
    }
  })

  await t.test('OP53RB: answers die on their way out, the resolver’s own queries live [5.answer]', async (t) => {
    await t.rejects(
      startAppliance(policyOf('profile: OP53RB'), t),
      { code: 'NO_DEFRAGMENTATION' },
      'not where the rest of an answer would pass',
    )
    defragment()
    const running = await startAppliance(policyOf('profile: OP53RB'), t)
    for (const ends of OUTBOUND) {
      await exchange(t, running, customer, outside, ends, [
        ['an answer', DNS_REPLY, [53, 4321], { 'OP53RB answer drop': 1 }],
        ['a query from port 53 [5.answer-other]', DNS_QUERY, [53, 53], { 'OP53RB other accept': 1 }],
        ['a query from another port', DNS_QUERY, [4444, 53], {}],
      ])
    }
  })

  network.close()
}
