// SPDX-License-Identifier: GPL-2.0-or-later
// Blocks of what comes in, in traffic, each with what it must stop and what it must leave alone. What payloads mean is tested with the
// profiles; here packets cross a router.

import t from 'tap'
import { concat, hex } from '../property/packets.js'
import { connects, type Datagram, day, EXCEPTED, exchange, INBOUND, listening, policyOf } from './datagrams.js'
import { CUSTOMER, CUSTOMER6, enterNamespaces, NEIGHBOUR, OUTSIDE, OUTSIDE6, RESOLVER } from './network.js'
import { DNS_QUERY, DNS_REPLY, NTP_REPLY, NTP_REQUEST, toHex } from './packets.js'
import { experiment, startAppliance } from './running.js'

const inside = enterNamespaces(import.meta.url)

/** As long as the one datagram of the Slammer worm, and beginning like it (CERT CA-2003-04). */
const SLAMMER = concat(hex('04 01010101 01010101'), new Array<number>(367).fill(1))
const MONLIST = concat(hex('1700032a'), new Array<number>(4).fill(0))
const MODE_6 = hex('1601 0001 0000 0000 0000 0000')

const request = { 'IP123B request drop': 1 }
const CLOCKS: readonly Datagram[] = [
  ['a request [5.class-b-request]', NTP_REQUEST, [4444, 123], request],
  ['a request from port 123', NTP_REQUEST, [123, 123], request],
  ['monlist', MONLIST, [123, 123], request],
  ['mode 6', MODE_6, [123, 123], request],
  ['a reply [5.class-b-reply]', NTP_REPLY, [123, 123], { 'IP123B reply accept': 1 }],
  ['a reply from another port [5.wrong-source-port]', NTP_REPLY, [4444, 123], { 'IP123B wrong-source-port drop': 1 }],
  ['a reply to a client on a random port', NTP_REPLY, [123, 5000], {}],
]

const [stopped, other] = [{ 'IP1434B request drop': 1 }, { 'IP1434B other accept': 1 }]
const MSSQL: readonly Datagram[] = [
  ['the size of Slammer [5.class-c-request]', SLAMMER, [4444, 1434], stopped],
  ['one byte less is somebody else’s [5.class-c-other]', SLAMMER.slice(0, 375), [4444, 1434], other],
  ['one byte', hex('02'), [4444, 1434], stopped],
  ['the answer of a server', concat(hex('05 0500'), new Array<number>(60).fill(0x41)), [1434, 1434], other],
  ['a datagram to a client that took 1434 by chance', hex('40 11 22 33 44 55'), [443, 1434], other],
]

const CLASS_A: readonly Datagram[] = [
  ['chargen [5.class-a]', hex('00'), [4444, 19], { 'IP19B class-a drop': 1 }],
  ['SNMP', hex('30 26 02 01 01'), [4444, 161], { 'IP161B class-a drop': 1 }],
  ['a clock that NAT moved to 161 [5.class-a-clock]', NTP_REPLY, [123, 161], { 'IP161B reply accept': 1 }],
  ['no clock is on 19', NTP_REPLY, [123, 19], { 'IP19B class-a drop': 1 }],
]

if (inside !== true) t.pass('inbound blocks', { skip: inside })
else {
  const network = await listening({ customer: [19, 53, 123, 161, 1434, 5000], outside: [] })
  for (const address of [CUSTOMER, CUSTOMER6]) await network.customer.serve(address, 7547)
  const { outside, customer, neighbour } = network

  await t.test('profiles', async (t) => {
    const blocks = ['IP123B', 'IP1434B', 'IP19B', 'IP161B'].map((profile) => `profile: ${profile}`)
    const running = await startAppliance(policyOf(...blocks), t)
    for (const ends of INBOUND) await exchange(t, running, outside, customer, ends, [...CLOCKS, ...MSSQL, ...CLASS_A])
  })

  await t.test('a custom TCP rule with an exception [3.service] [3.except]', async (t) => {
    const running = await startAppliance(policyOf('name: no-cwmp, direction: inbound, service: tcp/7547, except: [resolvers]'), t)
    for (const ends of INBOUND) await connects(t, running, outside, ends, 7547, 'silence', { 'no-cwmp port drop': 1 })
    await connects(t, running, outside, { from: RESOLVER, to: CUSTOMER }, 7547, 'connected', EXCEPTED)
  })

  await t.test('times: not yet, over, and an emergency that is on [3.in-force] [3.dormant]', async (t) => {
    const [notYet, over] = [`profile: IP53B, since: ${day(1)}`, `profile: IP123B, expires: ${day(0)}`]
    const running = await startAppliance(policyOf(notYet, over, `name: slammer, profile: IP1434B, emergency: true, expires: ${day(1)}`), t)
    t.ok(
      running.events.some(({ name, fields }) => name === 'policy-warning' && fields.code === 'expired'),
      'what is over is warned about',
    )
    await exchange(t, running, outside, customer, { from: OUTSIDE, to: CUSTOMER }, [
      ['not yet in force', DNS_QUERY, [53, 53], { 'IP53B dormant accept': 1 }],
      ['over: the kernel does not even ask', NTP_REQUEST, [123, 123], {}],
      ['the emergency', SLAMMER, [4444, 1434], { 'slammer request drop': 1 }],
    ])
  })

  await t.test('limit: replies over the rate die, for each customer by himself [6.limited] [6.bucket]', async (t) => {
    const running = await startAppliance(policyOf('profile: IP53B, limit: { rate: 1/s, burst: 10 }'), t)
    const replies = (from: string, to: string, count: number) => () => outside.send(from, 53, to, 53, toHex(DNS_REPLY), count)
    const flooded = { port: 53, arrive: 10, verdicts: { 'IP53B reply accept': 10, 'IP53B limited drop': 5 } }
    await experiment(t, running, { name: 'one customer [6.limited]', send: replies(OUTSIDE, CUSTOMER, 15), to: customer, ...flooded })
    await experiment(t, running, { name: 'another', send: replies(OUTSIDE, NEIGHBOUR, 15), to: neighbour, ...flooded })
    await experiment(t, running, { name: 'by IPv6', send: replies(OUTSIDE6, CUSTOMER6, 15), to: customer, ...flooded })
    await exchange(t, running, outside, customer, { from: OUTSIDE, to: CUSTOMER }, [
      ['queries take no tokens', DNS_QUERY, [53, 53], { 'IP53B request drop': 1 }],
    ])
    await running.change(policyOf('profile: IP53B, limit: { rate: 1/s, burst: 9 }'))
    const full = { port: 53, arrive: 9, verdicts: { 'IP53B reply accept': 9, 'IP53B limited drop': 6 } }
    await experiment(t, running, { name: 'a new policy [6.new-policy]', send: replies(OUTSIDE, NEIGHBOUR, 15), to: neighbour, ...full })
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const later = { name: 'a second later', port: 53, arrive: 1, verdicts: { 'IP53B reply accept': 1 } }
    await experiment(t, running, { ...later, send: replies(OUTSIDE, NEIGHBOUR, 1), to: neighbour })
  })

  network.close()
}
