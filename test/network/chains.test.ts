// SPDX-License-Identifier: GPL-2.0-or-later
// Padding in front of UDP on the wire: IPv4 options up to the longest header, IPv6 extension headers up to the limit and beyond. A query
// must die behind all of it, a reply must live behind what is within the limit, and what lies beyond dies as `header-chain`.

import t, { type Test } from 'tap'
import { CUSTOMER, CUSTOMER6, createNetwork, enterNamespaces, type Network, OUTSIDE, OUTSIDE6 } from './network.js'
import { DNS_QUERY, DNS_REPLY, destinationOptions, whole } from './packets.js'
import { experiment, type Running, startAppliance, type Verdicts } from './running.js'
import { defragment } from './routers.js'

const inside = enterNamespaces(import.meta.url)

const policy = (mode: string, more = '') => `
version: 1
timezone: UTC
networks:
  dynamic: { customers: true, prefixes: [198.51.100.0/24, "2001:db8:100::/64"] }
defaults: { mode: ${mode}, precision: shape }
blocks:
  - { profile: IP53B, protect: [dynamic] }
${more}`

const DNS = 53
const NO_OPERATION = 1
const WAY4 = { from: OUTSIDE, to: CUSTOMER, ports: [DNS, DNS] } as const
const WAY6 = { from: OUTSIDE6, to: CUSTOMER6, ports: [DNS, DNS] } as const

/** That many destination options headers of that many bytes each. */
const headers = (count: number, bytes: number): Uint8Array[] => Array.from({ length: count }, () => destinationOptions(bytes))

interface Row {
  readonly name: string
  readonly packet: (payload: Uint8Array) => Uint8Array
  /** More than the limit: 8 headers, 64 bytes. */
  readonly endless?: true
}

const ROWS: readonly Row[] = [
  ...[4, 20, 40].map((bytes) => ({
    name: `IPv4 with ${bytes} bytes of options [1.options-end]`,
    packet: (payload: Uint8Array) => whole(WAY4, payload, { options: new Uint8Array(bytes).fill(NO_OPERATION) }),
  })),
  { name: 'IPv6, one header of 8 bytes [1.walked-headers]', packet: (payload) => whole(WAY6, payload, { extensions: headers(1, 8) }) },
  { name: 'IPv6, eight headers of 8 bytes [1.endless-chain]', packet: (payload) => whole(WAY6, payload, { extensions: headers(8, 8) }) },
  { name: 'IPv6, one header of 64 bytes [1.endless-chain]', packet: (payload) => whole(WAY6, payload, { extensions: headers(1, 64) }) },
  {
    name: 'IPv6, one header of 72 bytes [1.endless-chain]',
    packet: (payload) => whole(WAY6, payload, { extensions: headers(1, 72) }),
    endless: true,
  },
  {
    name: 'IPv6, two headers of 40 bytes [1.endless-chain]',
    packet: (payload) => whole(WAY6, payload, { extensions: headers(2, 40) }),
    endless: true,
  },
  {
    name: 'IPv6, one header of 256 bytes [1.endless-chain]',
    packet: (payload) => whole(WAY6, payload, { extensions: headers(1, 256) }),
    endless: true,
  },
  {
    name: 'IPv6, nine headers of 8 bytes [1.endless-chain]',
    packet: (payload) => whole(WAY6, payload, { extensions: headers(9, 8) }),
    endless: true,
  },
]

/** Sends `payload` behind the padding of each row. */
async function each(
  t: Test,
  network: Network,
  running: Running | null,
  payload: Uint8Array,
  rows: readonly Row[],
  expect: (row: Row) => readonly [arrive: number, Verdicts?],
): Promise<void> {
  for (const row of rows) {
    const [arrive, verdicts] = expect(row)
    const send = () => network.outside.sendRaw(row.packet(payload))
    await experiment(t, running, { name: row.name, send, to: network.customer, port: DNS, arrive, ...(verdicts && { verdicts }) })
  }
}

if (inside !== true) t.pass('header chains', { skip: inside })
else {
  const network = createNetwork()
  await network.customer.listen(CUSTOMER, DNS)
  await network.customer.listen(CUSTOMER6, DNS)
  const CHAIN = { 'IP53B header-chain drop': 1 }

  await t.test('receivers take the padding, where no filter is', (t) => each(t, network, null, DNS_QUERY, ROWS, () => [1]))

  for (const state of ['nothing defragments', 'conntrack defragments']) {
    await t.test(state, async (t) => {
      if (state === 'conntrack defragments') defragment()
      const running = await startAppliance(policy('enforce'), t)
      await t.test('queries die [3.header-chain]', (t) =>
        each(t, network, running, DNS_QUERY, ROWS, ({ endless }) => [0, endless ? CHAIN : { 'IP53B request drop': 1 }]),
      )
      await t.test('replies live behind what is within the limit', (t) =>
        each(t, network, running, DNS_REPLY, ROWS, ({ endless }) => [endless ? 0 : 1, endless ? CHAIN : { 'IP53B reply accept': 1 }]),
      )
    })
  }

  await t.test('an observed block counts the chain and lets it pass [7.would]', async (t) => {
    const running = await startAppliance(policy('observe'), t)
    await each(t, network, running, DNS_QUERY, ROWS, ({ endless }) => [1, { [`IP53B ${endless ? 'header-chain' : 'request'} would`]: 1 }])
  })

  await t.test('an exempt customer gets what is behind the chain [3.exempt]', async (t) => {
    const running = await startAppliance(policy('enforce', 'exemptions: [{ prefix: "2001:db8:100::2/128", blocks: [IP53B] }]'), t)
    const chains = ROWS.filter(({ endless }) => endless)
    await each(t, network, running, DNS_QUERY, chains, () => [1, { 'IP53B exempt accept': 1 }])
  })

  network.close()
}
