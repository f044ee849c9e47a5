// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import { MAX_BLOCKS } from '../../src/contract/image.js'
import { REASON_COUNT } from '../../src/contract/reasons.js'
import {
  blockOf,
  DIRECTIONS,
  directionOf,
  NO_BLOCK_INDEX,
  packDecision,
  reasonOf,
  SHAPES,
  shapeOf,
  spoofedOf,
  VERDICTS,
  verdictOf,
  wouldOf,
} from '../../src/contract/verdicts.js'

const unpack = (word: number) => [
  verdictOf(word),
  reasonOf(word),
  wouldOf(word),
  spoofedOf(word),
  directionOf(word),
  shapeOf(word),
  blockOf(word),
]

t.test('what is packed comes out again, each part by itself and all at their largest', (t) => {
  const least = [0, 0, 0, 0, 0, 0, NO_BLOCK_INDEX]
  const most = [VERDICTS.length - 1, REASON_COUNT - 1, 1, 1, DIRECTIONS.length - 1, SHAPES.length - 1, MAX_BLOCKS - 1]
  const pack = (parts: number[]) => packDecision(...(parts as [number, number, number, number, number, number, number]))
  t.equal(pack(least), 0, '0 says: accept, undecided, no block')
  t.strictSame(unpack(pack(least)), least)
  t.strictSame(unpack(pack(most)), most)
  for (const [part, value] of most.entries()) {
    const parts = least.with(part, value)
    t.strictSame(unpack(pack(parts)), parts)
  }
  t.end()
})

t.test('the word is an unsigned 32-bit number for every block that a word can hold', (t) => {
  const word = packDecision(2, 63, 1, 1, 7, 7, 65534)
  t.ok(word > 0 && word <= 0xffffffff)
  t.equal(new Uint32Array([word])[0], word)
  t.equal(blockOf(word), 65534)
  t.end()
})
