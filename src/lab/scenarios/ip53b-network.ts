// SPDX-License-Identifier: GPL-2.0-or-later
// The network of scenario ip53b: a small ISP with three customers, and four hosts of the Internet outside. Addresses are those set aside
// for documentation (RFC 5737). The counters are where the rows read what was sent and what arrived.

import type { Counter, HostPlan, LinkEnd, LinkPlan, Topology } from '../topology.js'

export const ADDRESSES = {
  attacker: '203.0.113.65',
  victim: '203.0.113.9',
  visitor: '203.0.113.81',
  authority: '203.0.113.53',
  resolver: '192.0.2.53',
  /** The customer's home router, outer side: dynamic. */
  home: '198.51.100.10',
  /** Its inner side, which only the client behind it sees. */
  homeInside: '198.51.100.129',
  /** The customer with a resolver of their own: dynamic. */
  office: '198.51.100.20',
  /** The customer with a name server: fixed. */
  business: '192.0.2.200',
} as const

export const DYNAMIC = '198.51.100.0/25'
export const STATIC = '192.0.2.192/26'

const counter = (name: string, hook: Counter['hook'], match: string): Counter => ({ name, hook, match })

const SYN = 'tcp flags & (syn | ack) == syn'

const hosts: readonly HostPlan[] = [
  { name: 'internet', role: 'the Internet between all of them', forwards: true },
  {
    name: 'attacker',
    role: 'sends in the name of others',
    owns: [`${ADDRESSES.victim}/32`],
    counters: [counter('queries', 'output', `ip daddr ${ADDRESSES.home} udp dport 53`)],
  },
  { name: 'victim', role: 'asked nobody for anything', counters: [counter('answers', 'input', 'udp sport 53')] },
  {
    name: 'visitor',
    role: 'an ordinary user of what customers offer',
    counters: [
      counter('queries', 'output', `ip daddr ${ADDRESSES.business} udp dport 53`),
      counter('openings', 'output', `ip daddr ${ADDRESSES.office} tcp dport 53 ${SYN}`),
    ],
  },
  {
    name: 'authority',
    role: 'authoritative name server of the domains asked for',
    counters: [
      counter('queries', 'input', 'udp dport 53'),
      counter('answers_to_office', 'output', `ip daddr ${ADDRESSES.office} udp sport 53 udp dport 53`),
    ],
  },
  { name: 'router', role: 'the ISP: here runs ipxxb', forwards: true },
  { name: 'resolver', role: "the ISP's resolver", counters: [counter('queries', 'input', 'udp dport 53')] },
  { name: 'home', role: "a customer's home router: an open forwarder", forwards: true },
  {
    name: 'client',
    role: 'browses at home',
    counters: [counter('queries', 'output', `ip daddr ${ADDRESSES.homeInside} udp dport 53`)],
  },
  {
    name: 'office',
    role: 'a customer whose resolver sends from port 53',
    counters: [counter('queries', 'output', 'udp sport 53 udp dport 53'), counter('answers', 'input', 'udp sport 53 udp dport 53')],
  },
  {
    name: 'business',
    role: 'a customer with a name server at a fixed address',
    counters: [counter('queries', 'input', 'udp dport 53')],
  },
]

const end = (host: string, device: string, address: string, ...routes: string[]): LinkEnd => ({
  host,
  interface: device,
  address: `${address}/31`,
  routes,
})

const leaf = (host: string, address: string, gateway: string, device: string, gatewayAddress: string): LinkPlan => [
  end(host, 'uplink', address, 'default'),
  end(gateway, device, gatewayAddress),
]

const links: readonly LinkPlan[] = [
  leaf('attacker', ADDRESSES.attacker, 'internet', 'attacker', '203.0.113.64'),
  leaf('victim', ADDRESSES.victim, 'internet', 'victim', '203.0.113.8'),
  leaf('visitor', ADDRESSES.visitor, 'internet', 'visitor', '203.0.113.80'),
  leaf('authority', ADDRESSES.authority, 'internet', 'authority', '203.0.113.52'),
  [end('router', 'outside', '203.0.113.1', 'default'), end('internet', 'isp', '203.0.113.0', '192.0.2.0/24', '198.51.100.0/24')],
  leaf('resolver', ADDRESSES.resolver, 'router', 'core', '192.0.2.52'),
  leaf('home', ADDRESSES.home, 'router', 'home', '198.51.100.11'),
  leaf('office', ADDRESSES.office, 'router', 'office', '198.51.100.21'),
  leaf('business', ADDRESSES.business, 'router', 'business', '192.0.2.201'),
  leaf('client', '198.51.100.128', 'home', 'inside', ADDRESSES.homeInside),
]

export const NETWORK: Topology = { hosts, links }
