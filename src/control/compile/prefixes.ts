// SPDX-License-Identifier: GPL-2.0-or-later
// All prefixes of a policy, one family at a time, in order (prefix-order.ts), and for each the address class around it and the one within.
// So all classes are known, and the size of every table, before there is an image: the tables are built in its memory and never moved.

import { isInside, type OrderedPrefixes, orderPrefixes, type OwnedPrefixes } from '../prefix-order.js'
import type { Policy, Prefixes } from '../policy/policy.js'
import type { AddressClasses } from './address-classes.js'
import type { Exemptions } from './exemptions.js'

/** In order; `owners` are indices into Policy.networks or, from there on, into Exemptions.effects. */
export interface Entered {
  readonly prefixes: OrderedPrefixes
  /** Address class around each prefix, and within it. */
  readonly outer: Uint32Array
  readonly inner: Uint32Array
}

/** Enters all prefixes of one family. New classes are added to `classes`. */
export function enterPrefixes(policy: Policy, exemptions: Exemptions, family: 'ipv4' | 'ipv6', classes: AddressClasses): Entered {
  const prefixes = orderPrefixes(sourcesOf(policy, exemptions, family), family === 'ipv4' ? 1 : 4)
  const { count, owners } = prefixes
  const [outer, inner] = [new Uint32Array(count), new Uint32Array(count)]
  // The prefixes around the present one that lead to another class, the shortest first.
  const around: number[] = []
  for (let index = 0; index < count; index++) {
    while (around.length > 0 && !isInside(prefixes, index, around[around.length - 1])) around.pop()
    const from = around.length === 0 ? 0 : inner[around[around.length - 1]]
    // An exemption that is there twice is one, so that of one effect no more lie around an address than there are lengths.
    const to = index > 0 && isTwin(prefixes, index) ? from : classes.enter(from, owners[index])
    outer[index] = from
    inner[index] = to
    if (to !== from) around.push(index)
  }
  return { prefixes, outer, inner }
}

/** Whether the prefix is that before it, of the same owner. */
const isTwin = (prefixes: OrderedPrefixes, index: number): boolean =>
  prefixes.owners[index] === prefixes.owners[index - 1] &&
  prefixes.lengths[index] === prefixes.lengths[index - 1] &&
  isInside(prefixes, index, index - 1)

/** Later sources win over equal prefixes of earlier ones, and of two networks with the same prefix the first in the policy shall have it. */
function sourcesOf(policy: Policy, exemptions: Exemptions, family: 'ipv4' | 'ipv6'): OwnedPrefixes[] {
  const networks = policy.networks.map(({ prefixes }, owner) => ({ owner, words: prefixes[family] })).reverse()
  const exempted = exemptions.effects.map(({ prefixes }, effect) => ({
    owner: policy.networks.length + effect,
    words: joined(prefixes, family),
  }))
  return [...networks, ...exempted]
}

/** In one column: exemptions come one by one, and there may be a hundred thousand of one effect. */
function joined(prefixes: readonly Prefixes[], family: 'ipv4' | 'ipv6'): Uint32Array {
  if (prefixes.length === 1) return (prefixes[0] as Prefixes)[family]
  const words = new Uint32Array(prefixes.reduce((sum, each) => sum + each[family].length, 0))
  let at = 0
  for (const { [family]: column } of prefixes) {
    words.set(column, at)
    at += column.length
  }
  return words
}
