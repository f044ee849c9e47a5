// SPDX-License-Identifier: GPL-2.0-or-later
// Patterns and tests of the image: each shape of the catalogue that the policy uses, written once.

import { maskWithin, PATTERN, PATTERN_WORDS, TEST, TEST_WORDS } from '../../contract/image.js'
import { PARSERS, type Shape } from '../../contract/shape.js'

/** Where a shape's patterns are: first, count, and the least payload length among them (0 without patterns). */
export interface ShapeAt {
  readonly first: number
  readonly count: number
  readonly minimum: number
}

export class ShapeTable {
  /** As the sections of the image. */
  readonly patterns: number[] = []
  readonly tests: number[] = []
  readonly #known = new Map<Shape, ShapeAt>()

  /** The place of `shape`, which is written if it is new. null: no patterns. */
  place(shape: Shape | null): ShapeAt {
    if (shape === null) return { first: 0, count: 0, minimum: 0 }
    const known = this.#known.get(shape)
    if (known !== undefined) return known
    const at = {
      first: this.patterns.length / PATTERN_WORDS,
      count: shape.length,
      minimum: Math.min(...shape.map(({ minimum }) => minimum)),
    }
    for (const pattern of shape) {
      const words = new Array<number>(PATTERN_WORDS).fill(0)
      words[PATTERN.minimum] = pattern.minimum
      words[PATTERN.maximum] = pattern.maximum
      words[PATTERN.testAt] = this.tests.length / TEST_WORDS
      words[PATTERN.testCount] = pattern.tests.length
      words[PATTERN.parser] = pattern.parser === undefined ? 0 : PARSERS.indexOf(pattern.parser)
      this.patterns.push(...words)
      for (const test of pattern.tests) {
        const testWords = new Array<number>(TEST_WORDS).fill(0)
        testWords[TEST.offset] = test.offset
        testWords[TEST.width] = test.width
        testWords[TEST.mask] = maskWithin(test.mask, test.width)
        testWords[TEST.low] = test.low
        testWords[TEST.high] = test.high
        this.tests.push(...testWords)
      }
    }
    this.#known.set(shape, at)
    return at
  }
}
