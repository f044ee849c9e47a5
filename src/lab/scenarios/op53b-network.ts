// SPDX-License-Identifier: GPL-2.0-or-later
// The network of scenario op53b: a small ISP with a resolver and one customer, and outside a public resolver and a name server. The
// counters are where the rows read what was sent and what arrived.

import type { Counter, HostPlan, LinkPlan, Topology } from '../topology.js'
import { arriving, end, leaf, leaving, OPENING, to } from '../wiring.js'

export const ADDRESSES = {
  /** The public resolver. */
  public: '203.0.113.54',
  authority: '203.0.113.52',
  resolver: '192.0.2.53',
  home: '198.51.100.10',
  router: '203.0.113.1',
  internet: '203.0.113.0',
} as const

export const DYNAMIC = '198.51.100.0/24'
const CORE = '192.0.2.0/24'

const a = ADDRESSES

const asked = (server: 'public' | 'resolver'): Counter[] => [
  leaving(`udp_${server}`, to(a[server]), 'udp dport 53'),
  leaving(`tcp_${server}`, to(a[server]), 'tcp dport 53', OPENING),
]

const served: readonly Counter[] = [arriving('questions_udp', 'udp dport 53'), arriving('questions_tcp', 'tcp dport 53', OPENING)]

const hosts: readonly HostPlan[] = [
  { name: 'internet', role: 'the Internet between all of them', forwards: true },
  { name: 'public', role: 'a resolver for everybody', counters: served },
  { name: 'authority', role: 'authoritative name server of the domain asked for' },
  { name: 'router', role: 'the ISP: here runs ipxxb', forwards: true },
  { name: 'resolver', role: "the ISP's resolver", counters: served },
  {
    name: 'home',
    role: 'a customer',
    counters: [...asked('public'), ...asked('resolver'), leaving('tls', to(a.public), 'tcp dport 853', OPENING)],
  },
]

const links: readonly LinkPlan[] = [
  leaf('public', 'internet', a.public),
  leaf('authority', 'internet', a.authority),
  [end('router', 'outside', [a.router], 'default'), end('internet', 'isp', [a.internet], DYNAMIC, CORE)],
  leaf('resolver', 'router', a.resolver),
  leaf('home', 'router', a.home),
]

export const NETWORK: Topology = { hosts, links }
