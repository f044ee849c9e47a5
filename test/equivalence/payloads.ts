// SPDX-License-Identifier: GPL-2.0-or-later
// Payloads for a profile: what its shapes ask for, what just misses that by one step of a value, one bit or one byte of length, what is too
// short to tell, what was recorded or written by hand for its shapes, and noise.

import { readdirSync, readFileSync } from 'node:fs'
import { payloadOf as shaped } from '../../bench/payloads.js'
import type { Seeded } from '../../bench/seeded.js'
import type { FixedTest, Pattern, Shape } from '../../src/contract/shape.js'
import type { Profile } from '../../src/control/profiles/profile.js'
import { payloadOf as written } from '../contract/shape-cases.js'
import { matchShape } from '../oracle/shape.js'

/** With every header that the corpus puts around it, it fits the frames of the test network. */
export const MOST_BYTES = 1300
const MOST_NOISE = 200

const CASES = new URL('../../../test/cases/shapes/', import.meta.url)
const cases = readdirSync(CASES)
  .flatMap((file) =>
    (JSON.parse(readFileSync(new URL(file, CASES), 'utf8')) as { payload: string }[]).map(({ payload }) => written(payload)),
  )
  .filter(({ length }) => length <= MOST_BYTES)

export interface Made {
  readonly what: string
  readonly payload: Uint8Array
}

export const noise = (length: number, random: Seeded): Uint8Array => Uint8Array.from({ length }, () => random.below(256))

/** All of them for one profile. */
export function payloadsFor(profile: Profile, random: Seeded): Made[] {
  const made: Made[] = []
  for (const [which, shape] of [['request', profile.request] as const, ['reply', profile.reply] as const]) {
    if (shape === null) continue
    for (const payload of cases) if (has(shape, payload)) made.push({ what: `recorded ${which}`, payload })
    for (const pattern of shape) for (const one of around(pattern, random)) made.push({ ...one, what: `${which}, ${one.what}` })
  }
  for (let length = 0; length <= 12; length += 1 + random.below(3)) made.push({ what: `${length} bytes`, payload: noise(length, random) })
  for (let count = 0; count < 4; count++) made.push({ what: 'noise', payload: noise(random.below(MOST_NOISE), random) })
  return made
}

const has = (shape: Shape, payload: Uint8Array): boolean =>
  matchShape(shape, { length: payload.length, here: payload.length, copied: payload }) === 'yes'

/** What a pattern asks for, and its near misses. */
function* around(pattern: Pattern, random: Seeded): Generator<Made> {
  const least = Math.max(pattern.minimum, ...pattern.tests.map(({ offset, width }) => offset + width))
  const right = (): Uint8Array => shaped([pattern], random).slice(0, MOST_BYTES)
  yield { what: 'as it is', payload: right() }
  yield { what: 'as it is', payload: right() }
  for (const length of new Set([pattern.minimum - 1, pattern.minimum, least - 1, least, pattern.maximum, pattern.maximum + 1])) {
    if (length >= 0 && length <= MOST_BYTES) yield { what: `${length} bytes of it`, payload: resized(right(), length, random) }
  }
  for (const test of pattern.tests) {
    for (const [what, value] of misses(test, random)) {
      const payload = right()
      if (put(test, value, payload)) yield { what: `${test.field ?? `offset ${test.offset}`} ${what}`, payload }
    }
  }
  const cut = right()
  yield { what: 'cut', payload: cut.slice(0, random.below(Math.min(cut.length, 24) + 1)) }
}

function resized(payload: Uint8Array, length: number, random: Seeded): Uint8Array {
  const changed = noise(length, random)
  changed.set(payload.subarray(0, length))
  return changed
}

/** Values on both sides of both bounds, and one with a bit of the mask turned. */
function misses({ mask, low, high }: FixedTest, random: Seeded): [string, number][] {
  const bits = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => ((mask >>> bit) & 1) === 1)
  const turned = (low ^ (1 << (bits[random.below(bits.length)] ?? 0))) >>> 0
  return [
    ['at its lower bound', low],
    ['at its upper bound', high],
    ['below it', low - 1],
    ['above it', high + 1],
    ['with a bit turned', turned],
  ]
}

/** Writes the masked bits of `value`; false where the payload ends before them or the mask cannot say it. */
function put({ offset, width, mask }: FixedTest, value: number, payload: Uint8Array): boolean {
  if (offset + width > payload.length || value < 0 || (value & mask) >>> 0 !== value) return false
  for (let index = 0; index < width; index++) {
    const shift = 8 * (width - 1 - index)
    payload[offset + index] = ((payload[offset + index] as number) & ~(mask >>> shift)) | ((value >>> shift) & 255)
  }
  return true
}
