// SPDX-License-Identifier: GPL-2.0-or-later
// The network of scenarios ip53b and six: a small ISP with three customers, and four hosts of the Internet outside, over IPv4 or over
// IPv6. The counters are where the rows read what was sent and what arrived.

import type { HostPlan, LinkPlan, Topology } from '../topology.js'
import { alone, arriving, end, from, leaf, leaving, OPENING, to } from '../wiring.js'

export interface Addresses {
  readonly attacker: string
  readonly victim: string
  readonly visitor: string
  readonly authority: string
  readonly resolver: string
  /** The customer's home router, outer side: dynamic. */
  readonly home: string
  /** Its inner side, which only the client behind it sees. */
  readonly homeInside: string
  readonly client: string
  /** The customer with a resolver of their own: dynamic. */
  readonly office: string
  /** The customer with a name server: fixed. */
  readonly business: string
  /** The router's outer side. */
  readonly router: string
  readonly internet: string
}

export interface AddressPlan {
  readonly addresses: Addresses
  readonly dynamic: string
  readonly static: string
  /** All that the ISP has. */
  readonly isp: readonly string[]
}

export const IPV4: AddressPlan = {
  addresses: {
    attacker: '203.0.113.65',
    victim: '203.0.113.9',
    visitor: '203.0.113.81',
    authority: '203.0.113.53',
    resolver: '192.0.2.53',
    home: '198.51.100.10',
    homeInside: '198.51.100.129',
    client: '198.51.100.128',
    office: '198.51.100.20',
    business: '192.0.2.200',
    router: '203.0.113.1',
    internet: '203.0.113.0',
  },
  dynamic: '198.51.100.0/25',
  static: '192.0.2.192/26',
  isp: ['192.0.2.0/24', '198.51.100.0/24'],
}

export const IPV6: AddressPlan = {
  addresses: {
    attacker: '2001:db8:f000:65::a',
    victim: '2001:db8:f000:9::a',
    visitor: '2001:db8:f000:81::a',
    authority: '2001:db8:f000:53::a',
    resolver: '2001:db8:0:53::a',
    home: '2001:db8:1:10::a',
    homeInside: '2001:db8:3:10::b',
    client: '2001:db8:3:10::a',
    office: '2001:db8:1:20::a',
    business: '2001:db8:2:200::a',
    router: '2001:db8:f000:1::b',
    internet: '2001:db8:f000:1::a',
  },
  dynamic: '2001:db8:1::/48',
  static: '2001:db8:2::/48',
  isp: ['2001:db8::/46'],
}

const hosts = (a: Addresses): readonly HostPlan[] => [
  { name: 'internet', role: 'the Internet between all of them', forwards: true },
  {
    name: 'attacker',
    role: 'sends in the name of others',
    owns: [alone(a.victim), alone(a.office)],
    counters: [leaving('queries', to(a.home), 'udp dport 53')],
  },
  { name: 'victim', role: 'asked nobody for anything', counters: [arriving('answers', 'udp sport 53')] },
  {
    name: 'visitor',
    role: 'an ordinary user of what customers offer',
    counters: [leaving('queries', to(a.business), 'udp dport 53'), leaving('openings', to(a.office), 'tcp dport 53', OPENING)],
  },
  {
    name: 'authority',
    role: 'authoritative name server of the domains asked for',
    counters: [arriving('queries', 'udp dport 53'), leaving('answers_to_office', to(a.office), 'udp sport 53 udp dport 53')],
  },
  { name: 'router', role: 'the ISP: here runs ipxxb', forwards: true },
  { name: 'resolver', role: "the ISP's resolver", counters: [arriving('queries', 'udp dport 53')] },
  {
    name: 'home',
    role: "a customer's home router: an open forwarder",
    forwards: true,
    counters: [arriving('from_office', from(a.office), 'udp dport 53')],
  },
  { name: 'client', role: 'browses at home', counters: [leaving('queries', to(a.homeInside), 'udp dport 53')] },
  {
    name: 'office',
    role: 'a customer whose resolver sends from port 53',
    counters: [
      leaving('queries', 'udp sport 53 udp dport 53'),
      arriving('answers', 'udp sport 53 udp dport 53'),
      leaving('neighbourly', to(a.home), 'udp dport 53'),
    ],
  },
  { name: 'business', role: 'a customer with a name server at a fixed address', counters: [arriving('queries', 'udp dport 53')] },
]

const links = ({ addresses: a, isp }: AddressPlan): readonly LinkPlan[] => [
  leaf('attacker', 'internet', a.attacker),
  leaf('victim', 'internet', a.victim),
  leaf('visitor', 'internet', a.visitor),
  leaf('authority', 'internet', a.authority),
  [end('router', 'outside', [a.router], 'default'), end('internet', 'isp', [a.internet], ...isp)],
  leaf('resolver', 'router', a.resolver),
  leaf('home', 'router', a.home),
  leaf('office', 'router', a.office),
  leaf('business', 'router', a.business),
  leaf('client', 'home', a.client),
]

export const networkOf = (plan: AddressPlan): Topology => ({ hosts: hosts(plan.addresses), links: links(plan) })
