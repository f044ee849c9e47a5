// SPDX-License-Identifier: GPL-2.0-or-later
// Fragments on the wire, with and without conntrack's defragmentation on the router. Without it only the first fragment has ports, so that
// it alone can be judged, and must tell; with it the queue sees whole datagrams. What dies is the same but for replies that are cut inside
// their header, which no sender does.

import t, { type Test } from 'tap'
import { concat } from '../property/packets.js'
import { CUSTOMER, CUSTOMER6, createNetwork, enterNamespaces, OUTSIDE, OUTSIDE6 } from './network.js'
import { cutAt, DNS_QUERY, DNS_REPLY, fragments, M_SEARCH, transport, type Way } from './packets.js'
import { defragment } from './routers.js'
import { experiment, type Running, startAppliance, type Verdicts } from './running.js'

const inside = enterNamespaces(import.meta.url)

const POLICY = `
version: 1
timezone: UTC
networks:
  dynamic: { customers: true, prefixes: [198.51.100.0/24, "2001:db8:100::/64"] }
defaults: { mode: enforce, precision: shape }
blocks:
  - { profile: IP53B, protect: [dynamic] }
  - { profile: IP1900B, protect: [dynamic] }
`

const DNS = 53
const SSDP = 1900
/** A reply that no Ethernet frame holds. */
const LARGE_REPLY = concat(DNS_REPLY, new Array<number>(3000).fill(0x61))

interface Row {
  readonly name: string
  readonly port: number
  readonly pieces: (way: Way, id: number) => Uint8Array[]
  /** What arrives, and the verdict: while nothing defragments, and where conntrack does. */
  readonly plain: readonly [arrive: number, Verdicts]
  readonly defragmented: readonly [arrive: number, Verdicts]
}

const died = (block: string, reason: string) => [0, { [`${block} ${reason} drop`]: 1 }] as const
const REPLY = { 'IP53B reply accept': 1 }

const ROWS: readonly Row[] = [
  {
    name: 'a query cut behind the UDP header [5.class-b-short]',
    port: DNS,
    pieces: (way, id) => cutAt(way, DNS_QUERY, id, 8),
    plain: died('IP53B', 'short'),
    defragmented: died('IP53B', 'request'),
  },
  {
    name: 'a query cut where its first fragment tells [1.first-fragment]',
    port: DNS,
    pieces: (way, id) => cutAt(way, DNS_QUERY, id, 16),
    plain: died('IP53B', 'request'),
    defragmented: died('IP53B', 'request'),
  },
  {
    name: 'M-SEARCH cut behind the UDP header [5.class-c-short]',
    port: SSDP,
    pieces: (way, id) => cutAt(way, M_SEARCH, id, 8),
    plain: died('IP1900B', 'short'),
    defragmented: died('IP1900B', 'request'),
  },
  {
    name: 'M-SEARCH cut inside its first word [5.class-c-request]',
    port: SSDP,
    pieces: (way, id) => cutAt(way, M_SEARCH, id, 16),
    plain: died('IP1900B', 'request'),
    defragmented: died('IP1900B', 'request'),
  },
  {
    name: 'a reply cut behind the UDP header lives only where it is put together again',
    port: DNS,
    pieces: (way, id) => cutAt(way, DNS_REPLY, id, 8),
    plain: died('IP53B', 'short'),
    defragmented: [1, REPLY],
  },
  {
    name: 'a reply cut where its first fragment tells: the later fragment passes unasked [1.fragment]',
    port: DNS,
    pieces: (way, id) => cutAt(way, DNS_REPLY, id, 16),
    plain: [1, REPLY],
    defragmented: [1, REPLY],
  },
  {
    name: 'a large reply in three fragments [1.fragment]',
    port: DNS,
    pieces: (way, id) =>
      fragments(way, LARGE_REPLY, id, [
        { from: 0, to: 1200, more: true },
        { from: 1200, to: 2400, more: true },
        { from: 2400, more: false },
      ]),
    plain: [1, REPLY],
    defragmented: [1, REPLY],
  },
  {
    name: 'the last fragment comes first',
    port: DNS,
    pieces: (way, id) => cutAt(way, DNS_REPLY, id, 16).toReversed(),
    plain: [1, REPLY],
    defragmented: [1, REPLY],
  },
  {
    // Receivers throw such a datagram away whole (RFC 5722, and Linux for IPv4 too): what it hides reaches nobody.
    name: 'a later fragment that writes a query over the reply in front of it',
    port: DNS,
    pieces: (way, id) =>
      fragments(way, DNS_REPLY, id, [
        { from: 0, to: 24, more: true },
        { from: 8, bytes: transport(way, DNS_QUERY).slice(8), more: false },
      ]),
    plain: [0, REPLY],
    defragmented: [0, {}],
  },
  {
    name: 'a second first fragment, with a query, behind the reply',
    port: DNS,
    pieces: (way, id) => [
      ...fragments(way, DNS_REPLY, id, [{ from: 0, to: 16, more: true }]),
      ...fragments(way, DNS_QUERY, id, [{ from: 0, to: 16, more: true }]),
      ...fragments(way, DNS_REPLY, id, [{ from: 16, more: false }]),
    ],
    plain: [1, { ...REPLY, 'IP53B request drop': 1 }],
    // The same bytes of a datagram twice: the reassembly keeps the first.
    defragmented: [1, REPLY],
  },
  {
    name: 'later fragments of nothing are nobody’s [1.fragment]',
    port: DNS,
    pieces: (way, id) => fragments(way, DNS_QUERY, id, [{ from: 8, more: false }]),
    plain: [0, {}],
    defragmented: [0, {}],
  },
]

/**
 * A query whose first fragment goes on for 7 bytes as a reply does: receivers of IPv4 cut those off, and read the query's from the second.
 * Over IPv6 they throw such a fragment away (RFC 8200 section 4.5).
 */
const behindDecoy = (way: Way, id: number): Uint8Array[] =>
  fragments(way, DNS_QUERY, id, [
    { from: 0, bytes: concat(transport(way, DNS_QUERY).slice(0, 8), DNS_REPLY.slice(0, 7)), more: true },
    { from: 8, more: false },
  ])

const WAYS = [
  { family: 'IPv4', from: OUTSIDE, to: CUSTOMER },
  { family: 'IPv6', from: OUTSIDE6, to: CUSTOMER6 },
]

if (inside !== true) t.pass('fragments', { skip: inside })
else {
  const network = createNetwork()
  for (const port of [DNS, SSDP]) {
    await network.customer.listen(CUSTOMER, port)
    await network.customer.listen(CUSTOMER6, port)
  }
  let id = 1

  const each = async (t: Test, running: Running, expected: 'plain' | 'defragmented') => {
    for (const { family, from, to } of WAYS) {
      for (const { name, port, pieces, ...row } of ROWS) {
        const [arrive, verdicts] = row[expected]
        const packets = pieces({ from, to, ports: [DNS, port] }, id++)
        const send = () => network.outside.sendRaw(...packets)
        await experiment(t, running, { name: `${family}: ${name}`, send, to: network.customer, port, arrive, verdicts })
      }
    }
    await experiment(t, running, {
      name: 'a query behind the beginning of a reply that the receiver cuts off [1.fragment-units]',
      send: () => network.outside.sendRaw(...behindDecoy({ from: OUTSIDE, to: CUSTOMER, ports: [DNS, DNS] }, id++)),
      to: network.customer,
      port: DNS,
      arrive: 0,
      verdicts: { [`IP53B ${expected === 'plain' ? 'short' : 'request'} drop`]: 1 },
    })
    const way = { from: OUTSIDE6, to: CUSTOMER6, ports: [DNS, DNS] } as const
    for (const [payload, arrive, verdicts] of [
      [DNS_QUERY, 0, { 'IP53B request drop': 1 }],
      [DNS_REPLY, 1, REPLY],
    ] as const) {
      const send = () => network.outside.sendRaw(...fragments(way, payload, id++, [{ from: 0, more: false }]))
      await experiment(t, running, {
        name: 'an atomic fragment [1.atomic-fragment]',
        send,
        to: network.customer,
        port: DNS,
        arrive,
        verdicts,
      })
    }
  }

  await t.test('the pieces arrive, and make datagrams, where no filter is', async (t) => {
    for (const { family, from, to } of WAYS) {
      for (const [port, payload] of [
        [DNS, DNS_QUERY],
        [SSDP, M_SEARCH],
      ] as const) {
        const send = () => network.outside.sendRaw(...cutAt({ from, to, ports: [DNS, port] }, payload, id++, 8))
        await experiment(t, null, { name: `${family} to ${port}`, send, to: network.customer, port, arrive: 1 })
      }
    }
    const send = () => network.outside.sendRaw(...behindDecoy({ from: OUTSIDE, to: CUSTOMER, ports: [DNS, DNS] }, id++))
    await experiment(t, null, { name: 'a query behind the beginning of a reply', send, to: network.customer, port: DNS, arrive: 1 })
  })

  await t.test('nothing defragments', async (t) => {
    const running = await startAppliance(POLICY, t)
    await each(t, running, 'plain')
  })

  await t.test('conntrack defragments', async (t) => {
    defragment()
    const running = await startAppliance(POLICY, t)
    await each(t, running, 'defragmented')
  })

  network.close()
}
