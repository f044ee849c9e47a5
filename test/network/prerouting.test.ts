// SPDX-License-Identifier: GPL-2.0-or-later
// The hook prerouting in traffic: the same blocks hold, although nobody knows yet where a packet will leave; and what is for the router
// itself, on an address inside a protected network, is never looked at, so that its name server and its clock go on.

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import t from 'tap'
import { connects, EXCEPTED, exchange, INBOUND, listening, OUTBOUND, policyOf } from './datagrams.js'
import { CUSTOMER, enterNamespaces, eventually, OUTSIDE, OUTSIDE6, RESOLVER } from './network.js'
import { DNS_QUERY, DNS_REPLY, NTP_REPLY, NTP_REQUEST, toHex } from './packets.js'
import { since, startAppliance } from './running.js'

const inside = enterNamespaces(import.meta.url)

const atHook = (hook: string, ...blocks: string[]) => policyOf(...blocks).replace('defaults: { ', `defaults: { hook: ${hook}, `)
const BLOCKS = ['profile: IP53B', 'profile: IP123B', 'profile: OP53B, except: [resolvers]']

/** An address of the router itself, inside the customers' networks. */
const ROUTER = [
  { own: '198.51.100.1', stranger: OUTSIDE },
  { own: '2001:db8:100::1', stranger: OUTSIDE6 },
]

/** A socket of a daemon on the router, and what it has received. */
async function daemon(address: string, port: number): Promise<{ socket: Socket; received: Buffer[] }> {
  const received: Buffer[] = []
  const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', reuseAddr: true }).on('message', (bytes) =>
    received.push(bytes),
  )
  socket.bind(port, address)
  await once(socket, 'listening')
  return { socket, received }
}

if (inside !== true) t.pass('prerouting', { skip: inside })
else {
  const network = await listening({ customer: [53, 123], outside: [53, 123] })
  const { outside, customer } = network
  for (const address of [OUTSIDE, OUTSIDE6]) await outside.serve(address, 53)

  for (const hook of ['prerouting', 'forward']) {
    await t.test(`${hook}: the blocks hold${hook === 'prerouting' ? ' [2.leaving-unknown]' : ''}`, async (t) => {
      const running = await startAppliance(atHook(hook, ...BLOCKS), t)
      for (const ends of INBOUND) {
        await exchange(t, running, outside, customer, ends, [
          ['a query', DNS_QUERY, [4444, 53], { 'IP53B request drop': 1 }],
          ['a reply', DNS_REPLY, [53, 53], { 'IP53B reply accept': 1 }],
          ['a clock’s request', NTP_REQUEST, [123, 123], { 'IP123B request drop': 1 }],
          ['a clock’s reply', NTP_REPLY, [123, 123], { 'IP123B reply accept': 1 }],
        ])
      }
      for (const ends of OUTBOUND) {
        await exchange(t, running, customer, outside, ends, [
          ['a query', DNS_QUERY, [4444, 53], { 'OP53B port drop': 1 }],
          ['a clock’s request', NTP_REQUEST, [123, 123], {}],
        ])
        await connects(t, running, customer, ends, 53, 'silence', { 'OP53B port drop': 1 })
      }
      await exchange(t, running, customer, outside, { from: CUSTOMER, to: RESOLVER }, [['a query', DNS_QUERY, [4444, 53], EXCEPTED]])
    })

    await t.test(`${hook}: the router’s own server and client are left alone`, async (t) => {
      // By port, nothing of what a router's daemons live on would pass.
      const running = await startAppliance(atHook(hook, ...BLOCKS).replace('precision: shape', 'precision: port'), t)
      const before = await running.verdicts()
      for (const { own, stranger } of ROUTER) {
        const [server, client] = [await daemon(own, 53), await daemon(own, 123)]
        t.teardown(() => {
          server.socket.close()
          client.socket.close()
        })
        await outside.send(stranger, 53, own, 53, toHex(DNS_QUERY))
        t.ok(await eventually(() => server.received.length === 1), `a query to the name server on ${own}`)
        const answered = await outside.count(53)
        server.socket.send(DNS_REPLY, 53, stranger)
        t.ok(await eventually(async () => (await outside.count(53)) === answered + 1), 'and its answer')

        const asked = await outside.count(123)
        client.socket.send(NTP_REQUEST, 123, stranger)
        t.ok(await eventually(async () => (await outside.count(123)) === asked + 1), 'the clock of the router asks')
        await outside.send(stranger, 123, own, 123, toHex(NTP_REPLY))
        t.ok(await eventually(() => client.received.length === 1), 'and is answered')

        await customer.send(own.includes(':') ? '2001:db8:100::2' : CUSTOMER, 4444, own, 53, toHex(DNS_QUERY))
        t.ok(await eventually(() => server.received.length === 2), 'a customer asks the router')
      }
      t.strictSame(since(before, await running.verdicts()), {}, 'the appliance was never asked')
    })
  }

  network.close()
}
