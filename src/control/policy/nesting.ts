// SPDX-License-Identifier: GPL-2.0-or-later
// How the prefixes of many lists lie to one another: which are there twice, and which lie inside a prefix of another list. One sort and
// one sweep over the open prefixes, so that a million of them take well under a second.

import { type Prefixes, IPV4_PREFIX_WORDS as V4, IPV6_PREFIX_WORDS as V6 } from './policy.js'

/** Address, length and list share one exact 53-bit number: 32 + 6 + 15 bits. */
export const MAX_LISTS = 1 << 15

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

/** Prefixes by address, the shorter first, equal ones in the order of their lists. */
interface Sorted {
  readonly count: number
  list(index: number): number
  /** `outer` comes before `inner` in this order. */
  contains(outer: number, inner: number): boolean
  prefix(index: number): Prefix
}

/**
 * Tells `listener` how the prefixes of `lists` lie. Lists from `guests` on are guests: they are met, but own no addresses.
 * Equal prefixes of guests are no twins.
 */
export function sweep(lists: readonly Prefixes[], guests: number, listener: Listener): void {
  for (const sorted of [sortIpv4(lists), sortIpv6(lists)]) sweepFamily(sorted, guests, listener)
}

function sweepFamily(sorted: Sorted, guests: number, listener: Listener): void {
  // The prefixes around the present one, the shortest first: those of lists that own addresses, and those of guests.
  const hosts: number[] = []
  const visitors: number[] = []
  for (let index = 0; index < sorted.count; index++) {
    while (hosts.length > 0 && !sorted.contains(hosts.at(-1) as number, index)) hosts.pop()
    while (visitors.length > 0 && !sorted.contains(visitors.at(-1) as number, index)) visitors.pop()
    const list = sorted.list(index)
    const around = hosts.at(-1)
    if (list >= guests) {
      if (around !== undefined) listener.met(list, sorted.list(around))
      visitors.push(index)
      continue
    }
    if (around !== undefined) {
      // In this order, what lies around and inside at once is the same.
      if (sorted.contains(index, around)) {
        listener.twin(sorted.list(around), list, () => sorted.prefix(index))
        continue
      }
      if (sorted.list(around) !== list) listener.inside(list, sorted.list(around), () => sorted.prefix(index))
    }
    for (const visitor of visitors) listener.met(sorted.list(visitor), list)
    hosts.push(index)
  }
}

function sortIpv4(lists: readonly Prefixes[]): Sorted {
  const count = lists.reduce((sum, { ipv4 }) => sum + ipv4.length / V4, 0)
  // One number each, because a typed array sorts numbers natively, and nothing else fast.
  const keys = new Float64Array(count)
  let at = 0
  lists.forEach(({ ipv4 }, list) => {
    for (let word = 0; word < ipv4.length; word += V4) {
      keys[at++] = ((ipv4[word] as number) * 64 + (ipv4[word + 1] as number)) * MAX_LISTS + list
    }
  })
  keys.sort()
  const key = (index: number) => keys[index] as number
  const length = (index: number) => Math.floor(key(index) / MAX_LISTS) % 64
  const address = (index: number) => Math.floor(key(index) / (64 * MAX_LISTS))
  return {
    count,
    list: (index) => key(index) % MAX_LISTS,
    contains: (outer, inner) => {
      const behind = address(outer) + 2 ** (32 - length(outer))
      return address(inner) >= address(outer) && address(inner) < behind && length(inner) >= length(outer)
    },
    prefix: (index) => ({ words: [address(index)], length: length(index) }),
  }
}

function sortIpv6(lists: readonly Prefixes[]): Sorted {
  const count = lists.reduce((sum, { ipv6 }) => sum + ipv6.length / V6, 0)
  const columns = new Uint32Array(count * V6)
  const owner = new Uint16Array(count)
  let at = 0
  lists.forEach(({ ipv6 }, list) => {
    columns.set(ipv6, at * V6)
    owner.fill(list, at, at + ipv6.length / V6)
    at += ipv6.length / V6
  })
  const word = (prefix: number, index: number) => columns[prefix * V6 + index] as number
  const order = Uint32Array.from({ length: count }, (_, index) => index).sort((a, b) => {
    for (let index = 0; index < V6; index++) {
      const difference = word(a, index) - word(b, index)
      if (difference !== 0) return difference
    }
    return (owner[a] as number) - (owner[b] as number)
  })
  const row = (index: number) => order[index] as number
  return {
    count,
    list: (index) => owner[row(index)] as number,
    contains: (outer, inner) => {
      const length = word(row(outer), 4)
      if (word(row(inner), 4) < length) return false
      for (let index = 0; index < 4; index++) {
        const bits = Math.min(32, Math.max(0, length - 32 * index))
        // Shifting a word by 32 would leave it as it is.
        if (bits > 0 && (word(row(outer), index) ^ word(row(inner), index)) >>> (32 - bits) !== 0) return false
      }
      return true
    },
    prefix: (index) => ({ words: [0, 1, 2, 3].map((part) => word(row(index), part)), length: word(row(index), 4) }),
  }
}
