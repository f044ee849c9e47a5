// SPDX-License-Identifier: GPL-2.0-or-later
// Steps 4 to 6 of docs/verdicts.md as rows: shapes, classes and limits.

import { hex } from '../property/packets.js'
import { block, KINDS, service } from '../property/policies.js'
import {
  CUSTOMER,
  DNS_QUERY,
  DNS_ANSWER,
  STRANGER,
  NTP_ANSWER,
  plain,
  datagram,
  firstFragment,
  blocksOf,
  observed,
  type Row,
} from './scene.js'

/** A reflector's port is the source of what it sends. */
const sourceA = block(KINDS.classA, { services: [service('udp/source/123')] })
const a = blocksOf(block(KINDS.classA))
export const CLASS_ROWS: readonly Row[] = [
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
  {
    name: 'class A on the source port: the clock behind NAT lives too',
    policy: blocksOf(sourceA),
    packet: datagram(NTP_ANSWER, { ports: [123, 623] }),
    expect: 'accept reply 0 inbound reply',
  },
  {
    name: 'class A on the source port: no clock',
    policy: blocksOf(sourceA),
    packet: datagram(NTP_ANSWER.slice(0, 40), { ports: [123, 623] }),
    expect: 'drop class-a 0 inbound other',
  },
  {
    name: 'class A on the source port, to another port',
    policy: blocksOf(sourceA),
    packet: datagram(NTP_ANSWER, { ports: [123, 624] }),
    expect: 'drop class-a 0 inbound none',
  },
  {
    name: 'class A outbound knows no clock',
    policy: blocksOf(block(KINDS.classA, { direction: 'outbound' })),
    packet: datagram(NTP_ANSWER, { from: CUSTOMER, to: STRANGER, ports: [123, 161] }),
    expect: 'drop class-a 0 outbound none',
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
    name: 'class C that stops replies: an answer',
    policy: blocksOf(block(KINDS.dnsAnswers)),
    packet: datagram(DNS_ANSWER, { from: CUSTOMER, to: STRANGER, ports: [53, 4321] }),
    expect: 'drop answer 0 outbound reply',
  },
  {
    name: 'class C that stops replies: a query from that port',
    policy: blocksOf(block(KINDS.dnsAnswers)),
    packet: datagram(DNS_QUERY, { from: CUSTOMER, to: STRANGER, ports: [53, 53] }),
    expect: 'accept other 0 outbound other',
  },
  {
    name: 'class C that stops replies: by port',
    policy: blocksOf(block(KINDS.dnsAnswers, { precision: 'port' })),
    packet: datagram(DNS_QUERY, { from: CUSTOMER, to: STRANGER, ports: [53, 53] }),
    expect: 'drop port 0 outbound none',
  },
  {
    name: 'class C that stops replies: an answer cut',
    policy: blocksOf(block(KINDS.dnsAnswers)),
    packet: datagram(DNS_ANSWER, { from: CUSTOMER, to: STRANGER, ports: [53, 4321], copied: 33 }),
    expect: 'accept cut 0 outbound cut',
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
export const LIMIT_ROWS: readonly Row[] = [
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
