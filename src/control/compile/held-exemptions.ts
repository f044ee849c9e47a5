// SPDX-License-Identifier: GPL-2.0-or-later
// Which exemptions an image holds: prefix and effect, and how often, since two owners may have asked for the same. A hash table in one array,
// because there may be a hundred thousand: no object and no string for each, and a look-up takes well under a microsecond.

import type { Prefix } from '../policy/nesting.js'
import type { Prefixes } from '../policy/policy.js'
import type { Effect } from './exemptions.js'

/** Four words of address, one of family and length, the effect, how often. */
const WORDS = 7
const [KIND, EFFECT, TIMES] = [4, 5, 6]
/** In the word of the length, so that no key is all zero. */
const IPV4_KIND = 0x100
const IPV6_KIND = 0x200
const LEAST_SLOTS = 1024

export class HeldExemptions {
  #slots = LEAST_SLOTS
  #words = new Uint32Array(LEAST_SLOTS * WORDS)
  #taken = 0
  readonly #key = new Uint32Array(WORDS)

  constructor(effects: readonly Effect[]) {
    for (const [effect, { prefixes }] of effects.entries()) {
      for (const each of prefixes) for (const prefix of listed(each)) this.change(prefix, effect, 1)
    }
  }

  times(prefix: Prefix, effect: number): number {
    return this.#words[this.#find(prefix, effect) + TIMES] as number
  }

  /** Adds `by` to how often it is held, and returns that. */
  change(prefix: Prefix, effect: number, by: 1 | -1): number {
    const at = this.#find(prefix, effect)
    const times = (this.#words[at + TIMES] as number) + by
    if (this.#words[at + KIND] === 0) {
      this.#words.set(this.#key, at)
      this.#taken++
    }
    this.#words[at + TIMES] = times
    if (2 * this.#taken > this.#slots) this.#grow()
    return times
  }

  /** Where it is, or where it would go. A slot once taken stays so, and is found again when the same exemption comes back. */
  #find({ words, length }: Prefix, effect: number): number {
    const key = this.#key.fill(0)
    key.set(words)
    key[KIND] = length | (words.length === 1 ? IPV4_KIND : IPV6_KIND)
    key[EFFECT] = effect
    return this.#seek()
  }

  #seek(): number {
    const key = this.#key
    let hash = 0
    for (let word = 0; word < TIMES; word++) hash = Math.imul(hash ^ (key[word] as number), 0x9e3779b1) ^ (hash >>> 15)
    let at = (hash & (this.#slots - 1)) * WORDS
    while (!this.#isFreeOrOurs(at)) at = (at + WORDS) % this.#words.length
    return at
  }

  #isFreeOrOurs(at: number): boolean {
    if (this.#words[at + KIND] === 0) return true
    let word = 0
    while (word < TIMES && this.#words[at + word] === this.#key[word]) word++
    return word === TIMES
  }

  #grow(): void {
    const old = this.#words
    this.#slots *= 2
    this.#words = new Uint32Array(this.#slots * WORDS)
    for (let at = 0; at < old.length; at += WORDS) {
      if (old[at + KIND] === 0) continue
      this.#key.set(old.subarray(at, at + WORDS))
      this.#words.set(this.#key, this.#seek())
    }
  }
}

function* listed({ ipv4, ipv6 }: Prefixes): Generator<Prefix> {
  for (let at = 0; at < ipv4.length; at += 2) yield { words: [ipv4[at] as number], length: ipv4[at + 1] as number }
  for (let at = 0; at < ipv6.length; at += 5) yield { words: [...ipv6.subarray(at, at + 4)], length: ipv6[at + 4] as number }
}
