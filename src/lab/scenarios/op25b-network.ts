// SPDX-License-Identifier: GPL-2.0-or-later
// The network of scenario op25b, with IPv4 and IPv6 on each link: a small ISP with two customers, its mail relay in a data centre beyond
// the Internet, and a mail server that belongs to somebody else. The counters are where the rows read what was sent and what arrived.

import type { Counter, HostPlan, LinkPlan, Topology } from '../topology.js'
import { arriving, end, from, leaf, leaving, OPENING, to } from '../wiring.js'

export const FAMILIES = ['four', 'six'] as const
export type Family = (typeof FAMILIES)[number]
type Addresses = Readonly<Record<Family, string>>

const both = (four: string, six: string): Addresses => ({ four, six })

export const ADDRESSES = {
  /** Somebody else's mail server. */
  server: both('203.0.113.25', '2001:db8:f000:25::a'),
  /** The mail relay of the ISP. */
  relay: both('192.0.2.25', '2001:db8:0:25::a'),
  /** A customer at a dynamic address. */
  home: both('198.51.100.10', '2001:db8:1:10::a'),
  /** A customer with an exemption. */
  shop: both('198.51.100.20', '2001:db8:1:20::a'),
  router: both('203.0.113.1', '2001:db8:f000:1::b'),
  internet: both('203.0.113.0', '2001:db8:f000:1::a'),
} as const

export const DYNAMIC = both('198.51.100.0/24', '2001:db8:1::/48')

type Name = keyof typeof ADDRESSES

const a = ADDRESSES
const addresses = (name: Name): readonly string[] => FAMILIES.map((family) => a[name][family])

/** Connections opened to a port of `server`, a counter for each family: `direct_four`, `direct_six`. */
const opened = (name: string, server: Name, port: number): Counter[] =>
  FAMILIES.map((family) => leaving(`${name}_${family}`, to(a[server][family]), `tcp dport ${port}`, OPENING))

const met = (name: string, customer: Name, port: number): Counter[] =>
  FAMILIES.map((family) => arriving(`${name}_${family}`, from(a[customer][family]), `tcp dport ${port}`, OPENING))

const hosts: readonly HostPlan[] = [
  { name: 'internet', role: 'the Internet between all of them', forwards: true },
  {
    name: 'server',
    role: "somebody else's mail server",
    counters: [...met('from_home', 'home', 25), ...met('from_shop', 'shop', 25), ...opened('incoming', 'home', 25)],
  },
  { name: 'relay', role: 'the mail relay of the ISP', counters: met('from_home', 'home', 25) },
  { name: 'router', role: 'the ISP: here runs ipxxb', forwards: true },
  {
    name: 'home',
    role: 'a customer at a dynamic address',
    counters: [
      ...opened('direct', 'server', 25),
      ...opened('submission', 'server', 587),
      ...opened('submissions', 'server', 465),
      ...opened('relay', 'relay', 25),
    ],
  },
  { name: 'shop', role: 'a customer with an exemption', counters: opened('direct', 'server', 25) },
]

const uplink: LinkPlan = [
  end('router', 'outside', addresses('router'), 'default'),
  end('internet', 'isp', addresses('internet'), DYNAMIC.four, DYNAMIC.six),
]

export const NETWORK: Topology = {
  hosts,
  links: [
    leaf('server', 'internet', ...addresses('server')),
    leaf('relay', 'internet', ...addresses('relay')),
    uplink,
    leaf('home', 'router', ...addresses('home')),
    leaf('shop', 'router', ...addresses('shop')),
  ],
}
