// SPDX-License-Identifier: GPL-2.0-or-later
// All prefixes of a policy, one family at a time, in columns and by ascending length. In that order whoever inserts a prefix finds exactly
// one value in its whole range: all that was there before is shorter. So the look-up tables need no sorting by address, no tree, and no
// object for each of a million prefixes.

import type { Policy, Prefixes } from '../policy/policy.js'
import type { Exemptions } from './exemptions.js'

/** Prefixes of one family. `owner` is an index into Policy.networks or, from there on, into Exemptions.effects. */
export interface SortedPrefixes {
  readonly count: number
  /** Words of an address: 1 for IPv4, 4 for IPv6. */
  readonly width: 1 | 4
  readonly addresses: Uint32Array
  readonly lengths: Uint8Array
  readonly owners: Uint32Array
}

interface Source {
  readonly owner: number
  readonly prefixes: Prefixes
}

/** Later sources win over equal prefixes of earlier ones, and of two networks with the same prefix the first in the policy shall have it. */
function sourcesOf(policy: Policy, exemptions: Exemptions): Source[] {
  const networks = policy.networks.map(({ prefixes }, owner) => ({ owner, prefixes })).reverse()
  const exempted = exemptions.effects.flatMap(({ prefixes }, effect) =>
    prefixes.map((one) => ({ owner: policy.networks.length + effect, prefixes: one })),
  )
  return [...networks, ...exempted]
}

export function sortPrefixes(policy: Policy, exemptions: Exemptions): { ipv4: SortedPrefixes; ipv6: SortedPrefixes } {
  const sources = sourcesOf(policy, exemptions)
  const family = (name: 'ipv4' | 'ipv6') => sources.map(({ owner, prefixes }) => ({ owner, words: prefixes[name] }))
  return { ipv4: sortByLength(family('ipv4'), 1), ipv6: sortByLength(family('ipv6'), 4) }
}

/** A stable counting sort: one bucket for each length. */
function sortByLength(sources: readonly { owner: number; words: Uint32Array }[], width: 1 | 4): SortedPrefixes {
  const stride = width + 1
  const next = new Uint32Array(32 * width + 2)
  for (const { words } of sources) {
    for (let at = width; at < words.length; at += stride) next[words[at] + 1]++
  }
  for (let length = 1; length < next.length; length++) next[length] += next[length - 1]
  const count = next[next.length - 1]
  const addresses = new Uint32Array(count * width)
  const lengths = new Uint8Array(count)
  const owners = new Uint32Array(count)
  for (const { owner, words } of sources) {
    for (let at = 0; at < words.length; at += stride) {
      const length = words[at + width]
      const to = next[length]++
      for (let word = 0; word < width; word++) addresses[to * width + word] = words[at + word]
      lengths[to] = length
      owners[to] = owner
    }
  }
  return { count, width, addresses, lengths, owners }
}
