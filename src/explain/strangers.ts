// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses for ends that the operator left open: a stranger from the documentation prefixes (RFC 5737, RFC 3849, RFC 9637), a customer from
// the policy.

import type { Direction, Policy } from '../control/policy/policy.js'
import { parseAddress } from '../control/policy/prefixes.js'
import { firstAddresses, networkAround, type Words } from './networks.js'

const STRANGERS = {
  4: ['203.0.113.1', '192.0.2.1', '198.51.100.1', '198.18.0.1'],
  6: ['2001:db8:ffff:ffff::1', '2001:db8::1', '3fff:ffff::1'],
} as const

/** Each costs a search over all prefixes of the policy. */
const PREFIXES_TRIED = 16

export const isCustomer = ({ networks }: Policy, address: Words): boolean => {
  const match = networkAround(networks, address)
  return match !== null && networks[match.network]?.customers === true
}

/** An address in no network of the policy, else in none of customers; null where the policy has them all. */
export function strangerTo(policy: Policy, family: 4 | 6): Words | null {
  const addresses = STRANGERS[family].map((text) => parseAddress(text) as Words)
  const foreign = addresses.find((address) => networkAround(policy.networks, address) === null)
  return foreign ?? addresses.find((address) => !isCustomer(policy, address)) ?? null
}

/** An address of the first network that a block of this direction protects, where it has one of this family; null for none. */
export function customerOf({ networks, blocks }: Policy, direction: Direction, family: 4 | 6): Words | null {
  for (const block of blocks.filter((one) => one.direction === direction)) {
    for (const network of block.protect) {
      const { prefixes } = networks[network] as Policy['networks'][number]
      // The first addresses of a prefix may be another network's, by a longer prefix.
      const own = firstAddresses(prefixes, family, PREFIXES_TRIED).find((address) => networkAround(networks, address)?.network === network)
      if (own !== undefined) return own
    }
  }
  return null
}
