// SPDX-License-Identifier: GPL-2.0-or-later
// Kernel sets for the steering plan: the prefixes of some networks, less what longer prefixes of other networks carve out of them. They
// come from the same classes that the look-up tables are built of, so that steering and engine agree on whose an address is. A set holds the fewest
// prefixes that say so: one inside another of the same set is left out.

import type { Prefixes } from '../policy/policy.js'
import type { AddressClass } from './address-classes.js'
import type { OrderedPrefixes } from '../prefix-order.js'
import type { Entered } from './prefixes.js'

export interface Carved {
  readonly prefixes: Prefixes
  readonly exclusions: Prefixes
}

/** Carves networks. What steering and the kernel's drops both ask for is made once and held once: of a million prefixes 8 MB. */
export type Carve = (networks: readonly number[]) => Carved

export function carver(classes: readonly AddressClass[], ipv4: Entered, ipv6: Entered): Carve {
  const known = new Map<string, Carved>()
  return (networks) => {
    const key = [...networks].sort((a, b) => a - b).join()
    const carved = known.get(key) ?? carve(networks, classes, ipv4, ipv6)
    known.set(key, carved)
    return carved
  }
}

function carve(networks: readonly number[], classes: readonly AddressClass[], ipv4: Entered, ipv6: Entered): Carved {
  const isMember = Uint8Array.from(classes, ({ network }) => (networks.includes(network) ? 1 : 0))
  const [four, six] = [carveFamily(isMember, ipv4), carveFamily(isMember, ipv6)]
  return {
    prefixes: { ipv4: four.prefixes, ipv6: six.prefixes },
    exclusions: { ipv4: four.exclusions, ipv6: six.exclusions },
  }
}

function carveFamily(
  isMember: Uint8Array,
  { prefixes: sorted, outer, inner }: Entered,
): { prefixes: Uint32Array; exclusions: Uint32Array } {
  const all = { entered: new Uint32Array(sorted.count), left: new Uint32Array(sorted.count) }
  let [enteredCount, leftCount] = [0, 0]
  for (let index = 0; index < sorted.count; index++) {
    const change = isMember[inner[index]] - isMember[outer[index]]
    if (change > 0) all.entered[enteredCount++] = index
    else if (change < 0) all.left[leftCount++] = index
  }
  const entered = all.entered.subarray(0, enteredCount)
  const left = all.left.subarray(0, leftCount)
  if (left.length === 0) return { prefixes: columnsOf(entered, sorted), exclusions: new Uint32Array() }
  const both = bothOf(entered, left, sorted)
  const single = (index: number) => both.size === 0 || !both.has(keyOf(index, sorted))
  return { prefixes: columnsOf(entered.filter(single), sorted), exclusions: columnsOf(left.filter(single), sorted) }
}

/**
 * Keys of the prefixes in both lists: two networks may hold the same prefix, and then the set was entered and left at once, which is
 * neither. Exact keys are made only for the few whose hashes meet.
 */
function bothOf(entered: Uint32Array, left: Uint32Array, sorted: OrderedPrefixes): ReadonlySet<string> {
  const leftHashes = new Set(Array.from(left, (index) => hashOf(index, sorted)))
  const suspects = entered.filter((index) => leftHashes.has(hashOf(index, sorted)))
  if (suspects.length === 0) return new Set()
  const suspectHashes = new Set(Array.from(suspects, (index) => hashOf(index, sorted)))
  const suspectLeft = left.filter((index) => suspectHashes.has(hashOf(index, sorted)))
  const leftKeys = new Set(Array.from(suspectLeft, (index) => keyOf(index, sorted)))
  return new Set(Array.from(suspects, (index) => keyOf(index, sorted)).filter((key) => leftKeys.has(key)))
}

const keyOf = (index: number, { width, addresses, lengths }: OrderedPrefixes): string =>
  `${addresses.subarray(index * width, (index + 1) * width)}/${lengths[index]}`

/** 30 bits, so that a Set holds it without an object. */
function hashOf(index: number, { width, addresses, lengths }: OrderedPrefixes): number {
  let hash = lengths[index]
  for (let word = index * width; word < (index + 1) * width; word++) hash = Math.imul(hash ^ addresses[word], 0x9e3779b1)
  return (hash ^ (hash >>> 15)) & 0x3fffffff
}

/** Columns of policy.ts: the words of the address, then the length. */
function columnsOf(indices: Uint32Array, { width, addresses, lengths }: OrderedPrefixes): Uint32Array {
  const stride = width + 1
  const columns = new Uint32Array(indices.length * stride)
  for (let to = 0; to < indices.length; to++) {
    const index = indices[to]
    for (let word = 0; word < width; word++) columns[to * stride + word] = addresses[index * width + word]
    columns[to * stride + width] = lengths[index]
  }
  return columns
}
