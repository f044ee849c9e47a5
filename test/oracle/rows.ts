// SPDX-License-Identifier: GPL-2.0-or-later
// docs/verdicts.md as rows: what must become of one packet under one policy, worked out from the text by hand. The oracle is held against
// them, and so is the engine: they are where both could be wrong in the same way. Step 1 stands in rows-reading.ts.

import type { Policy } from '../../src/control/policy/policy.js'
import { concat, hex, ip, onTheWire, tcp, udp } from '../property/packets.js'
import { block, exemption, KINDS, network, policy, service } from '../property/policies.js'
import { address } from './addresses.js'
import type { Packet } from './readable.js'

export interface Row {
  readonly name: string
  readonly policy: Policy
  readonly packet: Packet
  /** As describe.ts prints it. */
  readonly expect: string
  /** As describeIncrements prints them; by default one increment of the decision itself. */
  readonly counted?: string
  readonly outside?: readonly number[]
  /** Decided this often before, at the same time. */
  readonly before?: number
}

export const NOW = 1_800_000_000
export const CUSTOMER = '198.51.100.7'
export const CUSTOMER6 = '2001:db8:100::7'
const STATIC = '198.51.100.200'
const RESOLVER = '192.0.2.53'
const STRANGER = '203.0.113.9'

/** 0 dynamic (customers), 1 static (customers, carved out of dynamic), 2 resolvers. */
export const NETWORKS = [
  network('dynamic', '198.51.100.0/24 2001:db8:100::/40', { customers: true }),
  network('static', '198.51.100.192/26', { customers: true }),
  network('resolvers', '192.0.2.53/32 192.0.2.0/28'),
]

export const DNS_QUERY = hex('1234 0100 0001 0000 0000 0000 00 0001 0001')
export const DNS_ANSWER = hex('1234 8180 0001 0001 0000 0000 00 0001 0001')
const NTP_ANSWER = concat([0x24, 2], new Array<number>(46).fill(0))
const dnsBlock = block(KINDS.dns)
const plain = policy({ networks: NETWORKS, blocks: [dnsBlock] })

interface Udp {
  readonly from?: string
  readonly to?: string
  readonly ports?: readonly [source: number, destination: number]
  readonly copied?: number
  readonly arrives?: number
  readonly leaves?: number
}

/** A UDP packet, by default a stranger's to a customer's port 53. */
function datagram(payload: Uint8Array, { from = STRANGER, to = CUSTOMER, ports = [4321, 53], copied, arrives, leaves }: Udp = {}): Packet {
  const bytes = ip({ source: address(from), destination: address(to), protocol: 17 }, udp(ports[0], ports[1], payload))
  return onTheWire(bytes, copied, arrives, leaves)
}

function segment(flags: number, { from = STRANGER, to = CUSTOMER, ports = [4321, 25] }: Udp = {}): Packet {
  return onTheWire(ip({ source: address(from), destination: address(to), protocol: 6 }, tcp(ports[0], ports[1], flags)))
}

/** A first fragment that carries `here` bytes of a payload whose UDP header says `payload.length`. */
function firstFragment(payload: Uint8Array, here: number, ports: readonly [number, number] = [4321, 53]): Packet {
  const transport = udp(ports[0], ports[1], payload.slice(0, here), 8 + payload.length)
  const fragment = { offset: 0, more: true }
  return onTheWire(ip({ source: address(STRANGER), destination: address(CUSTOMER), protocol: 17, fragment }, transport))
}

/** IPv6 to the customer, behind nine destination options headers. */
const endlessIn = onTheWire(
  ip(
    {
      source: address('2001:db8:ffff::1'),
      destination: address(CUSTOMER6),
      protocol: 17,
      extensions: new Array(9).fill({ type: 60, bytes: 8 }),
    },
    udp(4321, 53, DNS_QUERY),
  ),
)

const direction: Row[] = [
  { name: 'query from a stranger', policy: plain, packet: datagram(DNS_QUERY), expect: 'drop request 0 inbound request' },
  {
    name: 'query to a stranger: inbound block, outbound packet',
    policy: plain,
    packet: datagram(DNS_QUERY, { from: CUSTOMER, to: STRANGER }),
    expect: 'accept no-block - outbound none',
  },
  {
    name: 'between customers',
    policy: plain,
    packet: datagram(DNS_QUERY, { from: STATIC }),
    expect: 'accept not-ours - internal none',
  },
  {
    name: 'a network that is no customer is outside',
    policy: plain,
    packet: datagram(DNS_QUERY, { from: RESOLVER }),
    expect: 'drop request 0 inbound request',
  },
  {
    name: 'neither end a customer',
    policy: plain,
    packet: datagram(DNS_QUERY, { from: RESOLVER, to: STRANGER }),
    expect: 'accept not-ours - transit none',
  },
  {
    name: 'longest prefix: static is not protected',
    policy: plain,
    packet: datagram(DNS_QUERY, { to: STATIC }),
    expect: 'accept no-block - inbound none',
  },
  { name: 'no blocks', policy: policy({ networks: NETWORKS }), packet: datagram(DNS_QUERY), expect: 'accept no-block - inbound none' },
  { name: 'an empty policy', policy: policy({}), packet: datagram(DNS_QUERY), expect: 'accept not-ours - transit none' },
  {
    name: 'IPv6',
    policy: plain,
    packet: datagram(DNS_QUERY, { from: '2001:db8:ffff::1', to: CUSTOMER6 }),
    expect: 'drop request 0 inbound request',
  },
]

const faced = policy({ outside: ['eth0'], networks: NETWORKS, blocks: [dnsBlock, block(KINDS.dns, { direction: 'outbound' })] })
const interfaces: Row[] = [
  {
    name: 'from outside, a customer as source: inbound and spoofed',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { from: STATIC, arrives: 3, leaves: 4 }),
    expect: 'drop request 0 inbound request spoofed',
  },
  {
    name: 'from outside to no customer: transit, spoofed all the same',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { from: CUSTOMER, to: STRANGER, arrives: 3, leaves: 3 }),
    expect: 'accept not-ours - transit none spoofed',
  },
  {
    name: 'from inside, leaving to the outside',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { from: CUSTOMER, to: STRANGER, arrives: 4, leaves: 3 }),
    expect: 'drop request 1 outbound request',
  },
  {
    name: 'from inside, a foreign source: near is nobody we protect',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { from: STRANGER, to: RESOLVER, arrives: 4, leaves: 3 }),
    expect: 'accept no-block - outbound none spoofed',
  },
  {
    name: 'from inside, a named source that is no customer: not foreign',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { from: RESOLVER, to: STRANGER, arrives: 4, leaves: 3 }),
    expect: 'accept no-block - outbound none',
  },
  {
    name: 'leaving interface not known, to no customer: outbound',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { from: CUSTOMER, to: STRANGER, arrives: 4 }),
    expect: 'drop request 1 outbound request',
  },
  {
    name: 'leaving interface not known, to a customer: internal',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { from: STATIC, arrives: 4 }),
    expect: 'accept not-ours - internal none',
  },
  {
    name: 'neither interface outside: a stranger to a customer is transit',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { arrives: 4, leaves: 5 }),
    expect: 'accept not-ours - transit none',
  },
]

const blocksOf = (...blocks: ReturnType<typeof block>[]) => policy({ networks: NETWORKS, blocks })
const observed = { mode: 'observe' } as const
const candidates: Row[] = [
  {
    name: 'observe: accepted, counted as would',
    policy: blocksOf(block(KINDS.dns, observed)),
    packet: datagram(DNS_QUERY),
    expect: 'accept request 0 inbound request would',
    counted: '0/request/would',
  },
  {
    name: 'observe before enforce: both counted, enforce decides',
    policy: blocksOf(block(KINDS.dns, { ...observed, precision: 'port' }), dnsBlock, block(KINDS.dns, observed)),
    packet: datagram(DNS_ANSWER, { ports: [53, 53] }),
    expect: 'accept reply 1 inbound reply',
    counted: '0/port/would 1/reply/accept',
  },
  {
    name: 'observe only: the first gives the reason, all are counted',
    policy: blocksOf(block(KINDS.dns, observed), block(KINDS.dns, { ...observed, precision: 'port' })),
    packet: datagram(DNS_ANSWER, { ports: [53, 53] }),
    expect: 'accept reply 0 inbound reply',
    counted: '0/reply/accept 1/port/would',
  },
  {
    name: 'not yet in force',
    policy: blocksOf(block(KINDS.dns, { since: NOW + 1 })),
    packet: datagram(DNS_QUERY),
    expect: 'accept dormant 0 inbound none',
  },
  {
    name: 'in force since now',
    policy: blocksOf(block(KINDS.dns, { since: NOW })),
    packet: datagram(DNS_QUERY),
    expect: 'drop request 0 inbound request',
  },
  {
    name: 'expires is exclusive',
    policy: blocksOf(block(KINDS.dns, { expires: NOW })),
    packet: datagram(DNS_QUERY),
    expect: 'accept dormant 0 inbound none',
  },
  {
    name: 'the last second',
    policy: blocksOf(block(KINDS.dns, { expires: NOW + 1 })),
    packet: datagram(DNS_QUERY),
    expect: 'drop request 0 inbound request',
  },
  {
    name: 'dormant, then a candidate',
    policy: blocksOf(block(KINDS.dns, { expires: NOW }), dnsBlock),
    packet: datagram(DNS_QUERY),
    expect: 'drop request 1 inbound request',
    counted: '1/request/drop',
  },
  {
    name: 'exempt',
    policy: policy({ networks: NETWORKS, blocks: [dnsBlock], exemptions: [exemption('198.51.100.7/32', [0])] }),
    packet: datagram(DNS_QUERY),
    expect: 'accept exempt 0 inbound none',
  },
  {
    name: 'exempt for another service only',
    policy: policy({
      networks: NETWORKS,
      blocks: [block(KINDS.classAWide)],
      exemptions: [exemption('198.51.100.0/24', [0], { service: service('udp/138') })],
    }),
    packet: datagram(DNS_QUERY, { ports: [4321, 137] }),
    expect: 'drop class-a 0 inbound none',
  },
  {
    name: 'exempt for this service',
    policy: policy({
      networks: NETWORKS,
      blocks: [block(KINDS.classAWide)],
      exemptions: [exemption('198.51.100.0/24', [0], { service: service('udp/138') })],
    }),
    packet: datagram(DNS_QUERY, { ports: [4321, 138] }),
    expect: 'accept exempt 0 inbound none',
  },
  {
    name: 'the first covering block gives the reason: dormant before exempt',
    policy: policy({
      networks: NETWORKS,
      blocks: [block(KINDS.dns, { since: NOW + 1 }), dnsBlock],
      exemptions: [exemption('198.51.100.7/32', [1])],
    }),
    packet: datagram(DNS_QUERY),
    expect: 'accept dormant 0 inbound none',
  },
  {
    name: 'except: any prefix of the network contains the far address',
    policy: blocksOf(block(KINDS.dns, { except: [2] })),
    packet: datagram(DNS_QUERY, { from: RESOLVER }),
    expect: 'accept no-block - inbound none',
  },
  {
    name: 'except by a network around a longer one',
    policy: policy({
      networks: [...NETWORKS, network('around', '192.0.2.0/24')],
      blocks: [block(KINDS.dns, { except: [3] })],
    }),
    packet: datagram(DNS_QUERY, { from: RESOLVER }),
    expect: 'accept no-block - inbound none',
  },
  { name: 'another port', policy: plain, packet: datagram(DNS_QUERY, { ports: [53, 54] }), expect: 'accept no-block - inbound none' },
]

const mail = blocksOf(block(KINDS.headerOnly, { action: 'reject', except: [2] }))
const header: Row[] = [
  {
    name: 'precision port',
    policy: blocksOf(block(KINDS.dns, { precision: 'port' })),
    packet: datagram(DNS_ANSWER, { ports: [53, 53] }),
    expect: 'drop port 0 inbound none',
  },
  {
    name: 'TCP opening segment rejected',
    policy: mail,
    packet: segment(2, { from: CUSTOMER, to: STRANGER }),
    expect: 'reject port 0 outbound none',
  },
  {
    name: 'SYN with ACK',
    policy: mail,
    packet: segment(0x12, { from: CUSTOMER, to: STRANGER }),
    expect: 'accept no-block - outbound none',
  },
  { name: 'no SYN', policy: mail, packet: segment(0x11, { from: CUSTOMER, to: STRANGER }), expect: 'accept no-block - outbound none' },
  {
    name: 'SYN with odd flags',
    policy: mail,
    packet: segment(0xeb, { from: CUSTOMER, to: STRANGER }),
    expect: 'reject port 0 outbound none',
  },
  {
    name: 'TCP where mail may go',
    policy: mail,
    packet: segment(2, { from: CUSTOMER, to: RESOLVER }),
    expect: 'accept no-block - outbound none',
  },
  {
    name: 'the UDP port of a TCP service',
    policy: mail,
    packet: datagram(DNS_QUERY, { from: CUSTOMER, to: STRANGER, ports: [9, 25] }),
    expect: 'accept no-block - outbound none',
  },
  {
    name: 'the TCP service of a class A profile',
    policy: blocksOf(block(KINDS.classAWide)),
    packet: segment(2, { ports: [9, 445] }),
    expect: 'drop port 0 inbound none',
  },
  {
    name: 'a service on the source side',
    policy: blocksOf(block(null, { direction: 'outbound', services: [service('udp/source/53')] })),
    packet: datagram(DNS_ANSWER, { from: CUSTOMER, to: STRANGER, ports: [53, 4321] }),
    expect: 'drop port 0 outbound none',
  },
  { name: 'endless chain', policy: plain, packet: endlessIn, expect: 'drop header-chain 0 inbound none' },
  {
    name: 'endless chain, observed',
    policy: blocksOf(block(KINDS.dns, observed)),
    packet: endlessIn,
    expect: 'accept header-chain 0 inbound none would',
    counted: '0/header-chain/would',
  },
  {
    name: 'endless chain, exempt without a service',
    policy: policy({ networks: NETWORKS, blocks: [dnsBlock], exemptions: [exemption('2001:db8:100::/64', [0])] }),
    packet: endlessIn,
    expect: 'accept exempt 0 inbound none',
  },
  {
    name: 'endless chain, exempt for a service: does not count',
    policy: policy({
      networks: NETWORKS,
      blocks: [dnsBlock],
      exemptions: [exemption('2001:db8:100::/64', [0], { service: service('udp/53') })],
    }),
    packet: endlessIn,
    expect: 'drop header-chain 0 inbound none',
  },
]

const a = blocksOf(block(KINDS.classA))
const classes: Row[] = [
  { name: 'class A', policy: a, packet: datagram(hex('30')), expect: 'accept no-block - inbound none' },
  { name: 'class A on its port', policy: a, packet: datagram(hex('30'), { ports: [9, 161] }), expect: 'drop class-a 0 inbound none' },
  {
    name: 'class A: a clock behind NAT',
    policy: a,
    packet: datagram(NTP_ANSWER, { ports: [123, 161] }),
    expect: 'accept reply 0 inbound reply',
  },
  {
    name: 'class A: from port 123, no clock',
    policy: a,
    packet: datagram(NTP_ANSWER.slice(0, 47), { ports: [123, 161] }),
    expect: 'drop class-a 0 inbound other',
  },
  {
    name: 'class A: a clock beyond the copied bytes',
    policy: a,
    packet: datagram(NTP_ANSWER, { ports: [123, 161], copied: 29 }),
    expect: 'accept cut 0 inbound cut',
  },
  {
    name: 'class A: port 135 is not one of the ports',
    policy: blocksOf(block(KINDS.classAWide)),
    packet: datagram(NTP_ANSWER, { ports: [123, 135] }),
    expect: 'drop class-a 0 inbound none',
  },
  { name: 'class B reply', policy: plain, packet: datagram(DNS_ANSWER, { ports: [53, 53] }), expect: 'accept reply 0 inbound reply' },
  {
    name: 'class B reply from another port',
    policy: plain,
    packet: datagram(DNS_ANSWER),
    expect: 'drop wrong-source-port 0 inbound reply',
  },
  {
    name: 'class B neither',
    policy: plain,
    packet: datagram(hex('1234 8180 0002 0001 0000 0000'), { ports: [53, 53] }),
    expect: 'drop not-reply 0 inbound other',
  },
  { name: 'class B without payload', policy: plain, packet: datagram(hex(''), { ports: [53, 53] }), expect: 'drop short 0 inbound short' },
  {
    name: 'class B, 11 bytes with QR',
    policy: plain,
    packet: datagram(DNS_ANSWER.slice(0, 11), { ports: [53, 53] }),
    expect: 'drop short 0 inbound short',
  },
  { name: 'class B, 2 bytes', policy: plain, packet: datagram(DNS_QUERY.slice(0, 2)), expect: 'drop short 0 inbound short' },
  { name: 'class B cut before QR', policy: plain, packet: datagram(DNS_QUERY, { copied: 30 }), expect: 'accept cut 0 inbound cut' },
  {
    name: 'class B cut behind QR of a query',
    policy: plain,
    packet: datagram(DNS_QUERY, { copied: 31 }),
    expect: 'drop request 0 inbound request',
  },
  {
    name: 'class B cut behind QR of an answer',
    policy: plain,
    packet: datagram(DNS_ANSWER, { ports: [53, 53], copied: 33 }),
    expect: 'accept cut 0 inbound cut',
  },
  {
    name: 'class B cut, and short before it',
    policy: plain,
    packet: datagram(DNS_ANSWER.slice(0, 11), { copied: 31 }),
    expect: 'drop short 0 inbound short',
  },
  {
    name: 'class B first fragment with two bytes',
    policy: plain,
    packet: firstFragment(DNS_ANSWER, 2),
    expect: 'drop short 0 inbound short',
  },
  {
    name: 'class B first fragment that tells',
    policy: plain,
    packet: firstFragment(DNS_ANSWER, 8, [53, 53]),
    expect: 'accept reply 0 inbound reply',
  },
  {
    name: 'class B first fragment, answer not told',
    policy: plain,
    packet: firstFragment(DNS_ANSWER, 5, [53, 53]),
    expect: 'drop short 0 inbound short',
  },
  {
    name: 'class C request',
    policy: blocksOf(block(KINDS.mssql)),
    packet: datagram(hex('02'), { ports: [9, 1434] }),
    expect: 'drop request 0 inbound request',
  },
  {
    name: 'class C other',
    policy: blocksOf(block(KINDS.mssql)),
    packet: datagram(hex('0200'), { ports: [9, 1434] }),
    expect: 'accept other 0 inbound other',
  },
  {
    name: 'class C without payload',
    policy: blocksOf(block(KINDS.mssql)),
    packet: datagram(hex(''), { ports: [9, 1434] }),
    expect: 'accept other 0 inbound other',
  },
  {
    name: 'class C first fragment without a byte',
    policy: blocksOf(block(KINDS.mssql)),
    packet: firstFragment(hex('04 4142'), 0, [9, 1434]),
    expect: 'drop short 0 inbound short',
  },
  {
    name: 'class D observed',
    policy: blocksOf(block(KINDS.stun, observed)),
    packet: datagram(hex('0001 0000 2112a442 000000000000000000000000'), { ports: [9, 3478] }),
    expect: 'accept request 0 inbound request would',
    counted: '0/request/would',
  },
]

const limited = blocksOf(block(KINDS.dns, { limit: { rate: 1, burst: 2 } }))
const limits: Row[] = [
  {
    name: 'limit: the burst passes',
    policy: limited,
    before: 1,
    packet: datagram(DNS_ANSWER, { ports: [53, 53] }),
    expect: 'accept reply 0 inbound reply',
  },
  {
    name: 'limit: then no more',
    policy: limited,
    before: 2,
    packet: datagram(DNS_ANSWER, { ports: [53, 53] }),
    expect: 'drop limited 0 inbound reply',
  },
  {
    name: 'limit: requests take no tokens and die as requests',
    policy: limited,
    before: 5,
    packet: datagram(DNS_QUERY),
    expect: 'drop request 0 inbound request',
  },
  {
    name: 'limit in mode observe polices nothing',
    policy: blocksOf(block(KINDS.dns, { ...observed, limit: { rate: 1, burst: 1 } })),
    before: 3,
    packet: datagram(DNS_ANSWER, { ports: [53, 53] }),
    expect: 'accept reply 0 inbound reply',
  },
]

export const ROWS: readonly Row[] = [...direction, ...interfaces, ...candidates, ...header, ...classes, ...limits]
