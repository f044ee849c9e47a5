// SPDX-License-Identifier: GPL-2.0-or-later
// Shapes, evaluated from the image (docs/verdicts.md, step 4; contract/shape.ts says what a pattern is): fixed tests here, parsers beside.
// What cannot be read is never guessed: SHORT where this packet, a first fragment, ends before the byte; CUT where memory does.

import type { Bytes } from '../../contract/batch.js'
import * as FIELDS from '../../contract/fields.js'
import type { Image } from '../../contract/image.js'
import * as IMAGE from '../../contract/image.js'
import * as FOUND from './found.js'
import * as PARSERS from './parsers.js'

const { CUT_OFF, MATCH, NO, SHORT_OF } = FOUND
const { parsePayload } = PARSERS

const { PAYLOAD_AT, PAYLOAD_COPIED, PAYLOAD_HERE, PAYLOAD_LENGTH } = FIELDS
const { PATTERN, PATTERN_WORDS, TEST, TEST_WORDS } = IMAGE

const MINIMUM = PATTERN.minimum
const MAXIMUM = PATTERN.maximum
const TEST_AT = PATTERN.testAt
const TEST_COUNT = PATTERN.testCount
const PARSER = PATTERN.parser
const OFFSET = TEST.offset
const WIDTH = TEST.width
const MASK = TEST.mask
const LOW = TEST.low
const HIGH = TEST.high

/** Why bytes up to `needed` are not in memory. */
function whyUnread(needed: number, fields: Uint32Array): number {
  if (needed > fields[PAYLOAD_LENGTH]) return NO
  return needed > fields[PAYLOAD_HERE] ? SHORT_OF : CUT_OFF
}

/** NO, MATCH, SHORT_OF or CUT_OFF: whether the payload has the shape of `count` patterns from the pattern `first`. */
export function evaluateShape(image: Image, first: number, count: number, memory: Bytes, fields: Uint32Array): number {
  const { bytes, view } = memory
  const { patterns, tests } = image
  // Out of the fields once, for all patterns.
  const length = fields[PAYLOAD_LENGTH] | 0
  const payloadAt = fields[PAYLOAD_AT] | 0
  const copied = fields[PAYLOAD_COPIED] | 0
  let unread = NO
  const end = (first + count) * PATTERN_WORDS
  for (let at = first * PATTERN_WORDS; at < end; at += PATTERN_WORDS) {
    if (length < (patterns[at + MINIMUM] | 0) || length > (patterns[at + MAXIMUM] | 0)) continue
    let result = MATCH
    let test = (patterns[at + TEST_AT] | 0) * TEST_WORDS
    const testsEnd = test + (patterns[at + TEST_COUNT] | 0) * TEST_WORDS
    for (; test < testsEnd; test += TEST_WORDS) {
      const behind = ((tests[test + OFFSET] | 0) + (tests[test + WIDTH] | 0)) | 0
      if (behind > copied) {
        result = whyUnread(behind, fields)
        break
      }
      // The four bytes that end where the test does: what is before them, of the UDP header at worst, the mask takes away.
      const low = tests[test + LOW] | 0
      const value = view.getInt32(payloadAt + behind - 4) & tests[test + MASK]
      if ((value - low) >>> 0 > ((tests[test + HIGH] | 0) - low) >>> 0) {
        result = NO
        break
      }
    }
    const parser = patterns[at + PARSER] | 0
    if (result === MATCH && parser !== 0) result = parsePayload(parser, bytes, fields)
    if (result === MATCH) return MATCH
    if (unread === NO) unread = result
  }
  return unread
}
