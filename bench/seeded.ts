// SPDX-License-Identifier: GPL-2.0-or-later
// Numbers that look random and are the same in every run: sfc32 (the "small fast counting" generator of PractRand), seeded with one word.

export interface Seeded {
  /** A 32-bit unsigned integer. */
  word(): number
  /** An integer of 0 <= n < limit, for limits far below 2^32. */
  below(limit: number): number
}

const WARM_UP_ROUNDS = 16

/** A generator that gives the same numbers for the same seed on every machine. */
export function seeded(seed: number): Seeded {
  let a = 0x9e3779b9
  let b = 0x243f6a88
  let c = seed | 0
  let counter = 1
  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  for (let round = 0; round < WARM_UP_ROUNDS; round++) word()
  return { word, below: (limit) => Math.floor((word() / 0x1_0000_0000) * limit) }
}

/** Fisher-Yates, in place. */
export function shuffle<T>(list: T[], random: Seeded): T[] {
  for (let last = list.length - 1; last > 0; last--) {
    const other = random.below(last + 1)
    const held = list[last] as T
    list[last] = list[other] as T
    list[other] = held
  }
  return list
}
