// SPDX-License-Identifier: GPL-2.0-or-later
// How the prefixes of many lists lie to one another: which are there twice, and which lie inside a prefix of another list. One sort and
// one sweep over the open prefixes, so that a million of them take well under a second.

import { isInside, type OrderedPrefixes, orderPrefixes } from '../prefix-order.js'
import type { Prefixes } from './policy.js'

/** A prefix as words of address, most significant first, and length. */
export interface Prefix {
  readonly words: readonly number[]
  readonly length: number
}

export interface Listener {
  /** The same prefix again, in `list`; `first` is the list that had it first, which may be the same one. */
  twin(first: number, list: number, prefix: () => Prefix): void
  /** A prefix of `list` lies inside one of the list `around`, and in no longer one of any other. */
  inside(list: number, around: number, prefix: () => Prefix): void
  /** A prefix of the guest list `guest` and one of the list `host` have addresses in common, which belong to `host`. */
  met(guest: number, host: number): void
}

/**
 * Tells `listener` how the prefixes of `lists` lie. Lists from `guests` on are guests: they are met, but own no addresses.
 * Equal prefixes of guests are no twins.
 */
export function sweep(lists: readonly Prefixes[], guests: number, listener: Listener): void {
  const columns = (family: 'ipv4' | 'ipv6') => lists.map((prefixes, owner) => ({ owner, words: prefixes[family] }))
  for (const ordered of [orderPrefixes(columns('ipv4'), 1), orderPrefixes(columns('ipv6'), 4)]) sweepFamily(ordered, guests, listener)
}

function sweepFamily(ordered: OrderedPrefixes, guests: number, listener: Listener): void {
  const { count, owners } = ordered
  // The prefixes around the present one, the shortest first: those of lists that own addresses, and those of guests.
  const hosts: number[] = []
  const visitors: number[] = []
  for (let index = 0; index < count; index++) {
    while (hosts.length > 0 && !isInside(ordered, index, hosts[hosts.length - 1] as number)) hosts.pop()
    while (visitors.length > 0 && !isInside(ordered, index, visitors[visitors.length - 1] as number)) visitors.pop()
    const list = owners[index] as number
    const around = hosts.length === 0 ? undefined : hosts[hosts.length - 1]
    if (list >= guests) {
      if (around !== undefined) listener.met(list, owners[around] as number)
      // One of the same list around it, or the same prefix again, meets all that this one would: of a file with a line a million times over
      // one remains.
      if (visitors.length === 0 || owners[visitors[visitors.length - 1] as number] !== list) visitors.push(index)
      continue
    }
    if (around !== undefined) {
      const host = owners[around] as number
      // In this order, what lies around and inside at once is the same.
      if (ordered.lengths[around] === ordered.lengths[index]) {
        listener.twin(host, list, () => prefixAt(ordered, index))
        continue
      }
      if (host !== list) listener.inside(list, host, () => prefixAt(ordered, index))
    }
    for (const visitor of visitors) listener.met(owners[visitor] as number, list)
    hosts.push(index)
  }
}

const prefixAt = ({ width, addresses, lengths }: OrderedPrefixes, index: number): Prefix => ({
  words: [...addresses.subarray(index * width, (index + 1) * width)],
  length: lengths[index] as number,
})
