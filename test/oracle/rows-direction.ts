// SPDX-License-Identifier: GPL-2.0-or-later
// Step 2 of docs/verdicts.md as rows: by prefixes alone, and by interfaces.

import { block, KINDS, policy } from '../property/policies.js'
import { CUSTOMER, CUSTOMER6, STATIC, RESOLVER, STRANGER, NETWORKS, DNS_QUERY, dnsBlock, plain, datagram, type Row } from './scene.js'

export const DIRECTION_ROWS: readonly Row[] = [
  { name: 'query from a stranger [2.prefixes]', policy: plain, packet: datagram(DNS_QUERY), expect: 'drop request 0 inbound request' },
  {
    name: 'query to a stranger: inbound block, outbound packet [3.direction]',
    policy: plain,
    packet: datagram(DNS_QUERY, { from: CUSTOMER, to: STRANGER }),
    expect: 'accept no-block - outbound none',
  },
  {
    name: 'between customers [2.not-ours]',
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
    name: 'neither end a customer [2.prefixes]',
    policy: plain,
    packet: datagram(DNS_QUERY, { from: RESOLVER, to: STRANGER }),
    expect: 'accept not-ours - transit none',
  },
  {
    name: 'longest prefix: static is not protected [2.longest-prefix] [3.protected]',
    policy: plain,
    packet: datagram(DNS_QUERY, { to: STATIC }),
    expect: 'accept no-block - inbound none',
  },
  {
    name: 'no blocks [8.zero-blocks]',
    policy: policy({ networks: NETWORKS }),
    packet: datagram(DNS_QUERY),
    expect: 'accept no-block - inbound none',
  },
  { name: 'an empty policy [8.zero-blocks]', policy: policy({}), packet: datagram(DNS_QUERY), expect: 'accept not-ours - transit none' },
  {
    name: 'IPv6',
    policy: plain,
    packet: datagram(DNS_QUERY, { from: '2001:db8:ffff::1', to: CUSTOMER6 }),
    expect: 'drop request 0 inbound request',
  },
]

const faced = policy({ outside: ['eth0'], networks: NETWORKS, blocks: [dnsBlock, block(KINDS.dns, { direction: 'outbound' })] })
export const INTERFACE_ROWS: readonly Row[] = [
  {
    name: 'from outside, a customer as source: inbound and spoofed',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { from: STATIC, arrives: 3, leaves: 4 }),
    expect: 'drop request 0 inbound request spoofed',
  },
  {
    name: 'from outside to no customer: transit, spoofed all the same [2.arrived-outside]',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { from: CUSTOMER, to: STRANGER, arrives: 3, leaves: 3 }),
    expect: 'accept not-ours - transit none spoofed',
  },
  {
    name: 'from inside, leaving to the outside [2.leaving-outside]',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { from: CUSTOMER, to: STRANGER, arrives: 4, leaves: 3 }),
    expect: 'drop request 1 outbound request',
  },
  {
    name: 'from inside, a foreign source: near is nobody we protect [2.spoofed]',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { from: STRANGER, to: RESOLVER, arrives: 4, leaves: 3 }),
    expect: 'accept no-block - outbound none spoofed',
  },
  {
    name: 'from inside, a named source that is no customer: not foreign [2.spoofed]',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { from: RESOLVER, to: STRANGER, arrives: 4, leaves: 3 }),
    expect: 'accept no-block - outbound none',
  },
  {
    name: 'leaving interface not known, to no customer: outbound [2.leaving-unknown]',
    policy: faced,
    outside: [3],
    packet: datagram(DNS_QUERY, { from: CUSTOMER, to: STRANGER, arrives: 4 }),
    expect: 'drop request 1 outbound request',
  },
  {
    name: 'leaving interface not known, to a customer: internal [2.neither-outside]',
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
