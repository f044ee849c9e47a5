// SPDX-License-Identifier: GPL-2.0-or-later
// Whose addresses are whose, the same for every policy that is held against the kernel: customers in two networks, one carved out of the
// other, a network of nobody's customers carved out of both, hosts with exemptions, and far networks that blocks except, one in another.

import type { Address } from '../oracle/addresses.js'
import { address, contains, prefix } from '../oracle/addresses.js'
import { network } from '../property/policies.js'

export const DYNAMIC = 0
export const LEASED = 1
export const PARTNERS = 3

export const NETWORKS = [
  network('dynamic', '198.51.100.0/24 2001:db8:100::/56', { customers: true }),
  network('leased', '198.51.100.64/27 192.0.2.0/25 2001:db8:100:40::/64', { customers: true }),
  network('servers', '198.51.100.128/28 198.51.100.72/30 2001:db8:100:80::/64'),
  network('partners', '203.0.113.64/26 2001:db8:ff:40::/64'),
  network('branch', '203.0.113.96/28'),
]

/** Behind the inner link. */
export const INSIDE_PREFIXES = ['198.51.100.0/24', '192.0.2.0/25', '2001:db8:100::/56']
const inside = INSIDE_PREFIXES.map(prefix)
export const isInside = (of: Address): boolean => inside.some((one) => contains(one, of))

const list = (text: string): Address[] => text.split(' ').map(address)

/** Hosts of DYNAMIC that exemptions name, and their neighbours. */
export const EXEMPT = '198.51.100.32/30 2001:db8:100:7::20/124'
export const EXEMPT_IN_PART = '198.51.100.200/32 192.0.2.9/32 2001:db8:100:7::200/128'

/** Hosts behind the inner link, at the edges of every prefix above. */
export const NEAR = {
  ipv4: list(
    '198.51.100.0 198.51.100.1 198.51.100.2 198.51.100.3 198.51.100.31 198.51.100.32 198.51.100.35 198.51.100.36 198.51.100.63 198.51.100.64 198.51.100.71 198.51.100.72 198.51.100.75 198.51.100.76 198.51.100.95 198.51.100.96 198.51.100.127 198.51.100.128 198.51.100.143 198.51.100.144 198.51.100.199 198.51.100.200 198.51.100.201 198.51.100.255 192.0.2.0 192.0.2.9 192.0.2.127',
  ),
  ipv6: list(
    '2001:db8:100::1 2001:db8:100:7::1 2001:db8:100:7::1f 2001:db8:100:7::20 2001:db8:100:7::2f 2001:db8:100:7::30 2001:db8:100:7::200 2001:db8:100:3f:ffff:ffff:ffff:ffff 2001:db8:100:40::1 2001:db8:100:41::1 2001:db8:100:80::1 2001:db8:100:81::1 2001:db8:100:ff::1',
  ),
} as const

/** Hosts beyond the outer link. */
export const FAR = {
  ipv4: list(
    '203.0.113.2 203.0.113.53 203.0.113.63 203.0.113.64 203.0.113.95 203.0.113.96 203.0.113.111 203.0.113.127 203.0.113.128 198.19.0.1 192.0.2.200',
  ),
  ipv6: list('2001:db8:ff::2 2001:db8:ff:40::1 2001:db8:ff:41::1 2001:db8:99::1 2001:db8:101::1'),
} as const
