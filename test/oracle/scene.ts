// SPDX-License-Identifier: GPL-2.0-or-later
// What the rows are about: a small ISP's networks, its customers and a stranger, and the packets between them, in few words.

import type { Policy } from '../../src/control/policy/policy.js'
import { concat, hex, ip, onTheWire, tcp, udp } from '../property/packets.js'
import { block, KINDS, network, policy } from '../property/policies.js'
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
export const STATIC = '198.51.100.200'
export const RESOLVER = '192.0.2.53'
export const STRANGER = '203.0.113.9'

/** 0 dynamic (customers), 1 static (customers, carved out of dynamic), 2 resolvers. */
export const NETWORKS = [
  network('dynamic', '198.51.100.0/24 2001:db8:100::/40', { customers: true }),
  network('static', '198.51.100.192/26', { customers: true }),
  network('resolvers', '192.0.2.53/32 192.0.2.0/28'),
]

export const DNS_QUERY = hex('1234 0100 0001 0000 0000 0000 00 0001 0001')
export const DNS_ANSWER = hex('1234 8180 0001 0001 0000 0000 00 0001 0001')
export const NTP_ANSWER = concat([0x24, 2], new Array<number>(46).fill(0))
export const dnsBlock = block(KINDS.dns)
export const plain = policy({ networks: NETWORKS, blocks: [dnsBlock] })

export interface Udp {
  readonly from?: string
  readonly to?: string
  readonly ports?: readonly [source: number, destination: number]
  readonly copied?: number
  readonly arrives?: number
  readonly leaves?: number
}

/** A UDP packet, by default a stranger's to a customer's port 53. */
export function datagram(
  payload: Uint8Array,
  { from = STRANGER, to = CUSTOMER, ports = [4321, 53], copied, arrives, leaves }: Udp = {},
): Packet {
  const bytes = ip({ source: address(from), destination: address(to), protocol: 17 }, udp(ports[0], ports[1], payload))
  return onTheWire(bytes, copied, arrives, leaves)
}

export function segment(flags: number, { from = STRANGER, to = CUSTOMER, ports = [4321, 25] }: Udp = {}): Packet {
  return onTheWire(ip({ source: address(from), destination: address(to), protocol: 6 }, tcp(ports[0], ports[1], flags)))
}

/** A first fragment that carries `here` bytes of a payload whose UDP header says `payload.length`. */
export function firstFragment(payload: Uint8Array, here: number, ports: readonly [number, number] = [4321, 53]): Packet {
  const transport = udp(ports[0], ports[1], payload.slice(0, here), 8 + payload.length)
  const fragment = { offset: 0, more: true }
  return onTheWire(ip({ source: address(STRANGER), destination: address(CUSTOMER), protocol: 17, fragment }, transport))
}

/** IPv6 to the customer, behind nine destination options headers. */
export const endlessIn = onTheWire(
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

export const blocksOf = (...blocks: ReturnType<typeof block>[]) => policy({ networks: NETWORKS, blocks })
export const observed = { mode: 'observe' } as const
