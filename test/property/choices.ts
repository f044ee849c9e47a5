// SPDX-License-Identifier: GPL-2.0-or-later
// A tape of random words read as a sequence of small choices. A packet is some forty choices that depend on one another and on the policy:
// drawn one by one they would cost fast-check more than the test itself, and as words they still shrink, because a tape of zeros is the
// plainest packet.

import fc from 'fast-check'

const TAPE_WORDS = 10

export type Tape = readonly number[]

/** Without bias: a biased word would make its first choices nearly always the same. */
export const tape: fc.Arbitrary<Tape> = fc.array(fc.noBias(fc.integer({ min: 0, max: 0x7fffffff })), {
  minLength: TAPE_WORDS,
  maxLength: TAPE_WORDS,
})

export class Choices {
  #rest: bigint
  #seed: number

  constructor(of: Tape) {
    this.#rest = of.reduce((sum, word) => (sum << 31n) | BigInt(word), 0n)
    this.#seed = of.reduce((sum, word) => (Math.imul(sum, 31) + word) | 0, 0)
  }

  /** 0 to count - 1. */
  take(count: number): number {
    const taken = Number(this.#rest % BigInt(count))
    this.#rest /= BigInt(count)
    return taken
  }

  /** True once in `count` times; never on an empty tape. */
  rarely(count: number): boolean {
    return this.take(count) === count - 1
  }

  /** One of the list. */
  of<T>(list: readonly T[]): T {
    return list[this.take(list.length)]!
  }

  /** Bytes that no choice depends on: noise from the whole tape (xorshift, Marsaglia 2003), zeros for an empty one. */
  noise(count: number): Uint8Array {
    const bytes = new Uint8Array(count)
    for (let at = 0; at < count; at++) bytes[at] = this.#next() & 255
    return bytes
  }

  /** Noise as one number of so many bits, a multiple of 32. */
  bits(count: number): bigint {
    let value = 0n
    for (let have = 0; have < count; have += 32) value = (value << 32n) | BigInt(this.#next() >>> 0)
    return value
  }

  #next(): number {
    this.#seed ^= this.#seed << 13
    this.#seed ^= this.#seed >>> 17
    this.#seed ^= this.#seed << 5
    return this.#seed
  }
}
