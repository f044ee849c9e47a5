// SPDX-License-Identifier: GPL-2.0-or-later
// The network of scenario ip123b: a small ISP with five customers who have to do with time, and four hosts of the Internet outside. The
// counters are where the rows read what was sent and what arrived.

import type { HostPlan, LinkPlan, Topology } from '../topology.js'
import { alone, arriving, end, leaf, leaving, to } from '../wiring.js'

export const ADDRESSES = {
  attacker: '203.0.113.65',
  victim: '203.0.113.9',
  visitor: '203.0.113.81',
  clock: '203.0.113.123',
  /** An old device that answers monlist. */
  camera: '198.51.100.10',
  /** A time server that answers questions of mode 6. */
  office: '198.51.100.20',
  /** A time server for everybody. */
  club: '198.51.100.30',
  /** A client that sends from port 123. */
  desk: '198.51.100.40',
  /** A client that sends from another port each time. */
  phone: '198.51.100.50',
  router: '203.0.113.1',
  internet: '203.0.113.0',
} as const

export const DYNAMIC = '198.51.100.0/24'

const a = ADDRESSES

const hosts: readonly HostPlan[] = [
  { name: 'internet', role: 'the Internet between all of them', forwards: true },
  {
    name: 'attacker',
    role: 'sends in the name of others',
    owns: [alone(a.victim)],
    counters: [leaving('monlist', to(a.camera), 'udp dport 123'), leaving('readvar', to(a.office), 'udp dport 123')],
  },
  { name: 'victim', role: 'asked nobody for anything', counters: [arriving('answers', 'udp sport 123')] },
  { name: 'visitor', role: 'wants to know the time', counters: [leaving('requests', to(a.club), 'udp dport 123')] },
  {
    name: 'clock',
    role: 'a public time server',
    counters: [
      leaving('replies_to_desk', to(a.desk), 'udp sport 123 udp dport 123'),
      leaving('replies_to_phone', to(a.phone), 'udp sport 123 udp dport != 123'),
    ],
  },
  { name: 'router', role: 'the ISP: here runs ipxxb', forwards: true },
  { name: 'camera', role: 'a customer with an old device' },
  { name: 'office', role: 'a customer whose time server answers more than the time' },
  { name: 'club', role: 'a customer with a time server for everybody', counters: [arriving('requests', 'udp dport 123')] },
  {
    name: 'desk',
    role: 'a customer whose clock is set from port 123',
    counters: [leaving('requests', 'udp sport 123 udp dport 123'), arriving('replies', 'udp sport 123 udp dport 123')],
  },
  {
    name: 'phone',
    role: 'a customer whose clock is set from any port',
    counters: [leaving('requests', 'udp sport != 123 udp dport 123'), arriving('replies', 'udp sport 123 udp dport != 123')],
  },
]

const outside = (['attacker', 'victim', 'visitor', 'clock'] as const).map((name) => leaf(name, 'internet', a[name]))
const customers = (['camera', 'office', 'club', 'desk', 'phone'] as const).map((name) => leaf(name, 'router', a[name]))
const uplink: LinkPlan = [end('router', 'outside', [a.router], 'default'), end('internet', 'isp', [a.internet], DYNAMIC)]

export const NETWORK: Topology = { hosts, links: [...outside, uplink, ...customers] }
