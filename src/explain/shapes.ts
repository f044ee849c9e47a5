// SPDX-License-Identifier: GPL-2.0-or-later
// The bytes that told a shape: each pattern that the engine evaluated, and each test in it, with the offset, the bytes seen and the values
// wanted, what these bytes are and which document has it so. Every result is the engine's own: inspect's evaluateShape is asked for one
// pattern, and for one test, at a time. No byte is shown that no test looked at.

import type { Bytes } from '../contract/batch.js'
import { PAYLOAD_AT, PAYLOAD_COPIED, PAYLOAD_LENGTH, SOURCE_PORT } from '../contract/fields.js'
import {
  BLOCK,
  BLOCK_WORDS,
  CLASS_A_BLOCK,
  CLASS_B_BLOCK,
  ENTRY_BLOCK,
  ENTRY_NTP_REPLY,
  ENTRY_PORT,
  type Image,
  PATTERN,
  PATTERN_WORDS,
  STOPS_REPLY,
  TEST,
  TEST_WORDS,
} from '../contract/image.js'
import { type FixedTest, type Parser, PARSER_BYTES, type Pattern, type Shape } from '../contract/shape.js'
import { NTP_PORT, NTP_REPLY } from '../contract/shapes.js'
import type { Profile } from '../control/profiles/profile.js'
import { evaluateShape } from '../datapath/inspect/fixed.js'
import { CUT_OFF, MATCH, NO, SHORT_OF } from '../datapath/inspect/found.js'

export type Result = 'matches' | 'no' | 'short' | 'cut'

export interface TestTrace {
  /** Bytes from the first payload byte. */
  readonly offset: number
  readonly width: number
  /** Hex, as are the next three. */
  readonly mask: string
  readonly low: string
  readonly high: string
  /** The bytes; null where they are not in the packet, or not in memory. */
  readonly seen: string | null
  readonly result: Result
  /** What the bytes are, and where that can be looked up; null where the profile does not say. */
  readonly field: string | null
  readonly source: string | null
}

/** What fixed offsets cannot tell. */
export interface ParserTrace {
  readonly name: Parser
  /** Of the payload, from its first byte, that it could look at. */
  readonly bytes: number
  readonly result: Result
}

export interface PatternTrace {
  readonly name: string | null
  /** Of the bounds and of the parser. */
  readonly source: string | null
  /** Bounds of the payload's length, both inclusive. */
  readonly minimum: number
  readonly maximum: number
  readonly result: Result
  /** Up to the first that did not hold; none where the length is out of bounds. */
  readonly tests: readonly TestTrace[]
  /** null where the pattern has none, or a test before it did not hold. */
  readonly parser: ParserTrace | null
}

export interface ShapeTrace {
  readonly shape: 'request' | 'reply'
  readonly result: Result
  /** How many patterns the shape has; those behind one that matches are not looked at. */
  readonly of: number
  readonly patterns: readonly PatternTrace[]
}

interface Payload {
  readonly image: Image
  readonly memory: Bytes
  readonly fields: Uint32Array
}

const NAMES: Readonly<Record<number, Result>> = { [NO]: 'no', [MATCH]: 'matches', [SHORT_OF]: 'short', [CUT_OFF]: 'cut' }

/**
 * The shapes that the candidate `entry` of a list was told by, in the order they were looked for: none where the header decided. `profile`
 * is the one that its block was compiled from.
 */
export function traceShapes(
  image: Image,
  entry: number,
  memory: Bytes,
  fields: Uint32Array,
  profile: Profile | null,
): readonly ShapeTrace[] {
  if ((entry & ENTRY_PORT) !== 0 || profile === null) return []
  const payload = { image, memory, fields }
  const word = (name: keyof typeof BLOCK) => image.blocks[(entry & ENTRY_BLOCK) * BLOCK_WORDS + BLOCK[name]]
  const request = () => traceShape(payload, 'request', word('requestAt'), profile.request ?? [])
  const reply = () => traceShape(payload, 'reply', word('replyAt'), (profile.class === 'A' ? NTP_REPLY : profile.reply) ?? [])
  switch (word('blockClass')) {
    case CLASS_A_BLOCK: {
      if ((entry & ENTRY_NTP_REPLY) === 0 || fields[SOURCE_PORT] !== NTP_PORT) return []
      const clock = reply()
      return clock.result === 'matches' && profile.request !== null ? [clock, request()] : [clock]
    }
    case CLASS_B_BLOCK: {
      const asked = request()
      return asked.result === 'no' ? [asked, reply()] : [asked]
    }
    default:
      return [word('stops') === STOPS_REPLY ? reply() : request()]
  }
}

function traceShape(payload: Payload, name: 'request' | 'reply', first: number, shape: Shape): ShapeTrace {
  const { image, memory, fields } = payload
  const patterns: PatternTrace[] = []
  for (const [index, pattern] of shape.entries()) {
    if (patterns.at(-1)?.result === 'matches') break
    patterns.push(tracePattern(payload, first + index, pattern))
  }
  const result = NAMES[evaluateShape(image, first, shape.length, memory, fields)] as Result
  return { shape: name, of: shape.length, result, patterns }
}

function tracePattern(payload: Payload, number: number, { name, source, parser, tests: said }: Pattern): PatternTrace {
  const { image, memory, fields } = payload
  const word = (name: keyof typeof PATTERN) => image.patterns[number * PATTERN_WORDS + PATTERN[name]]
  const [minimum, maximum, length] = [word('minimum'), word('maximum'), fields[PAYLOAD_LENGTH]]
  const inBounds = length >= minimum && length <= maximum
  const tests: TestTrace[] = []
  for (const [index, test] of said.entries()) {
    if (!inBounds || (tests.at(-1)?.result ?? 'matches') !== 'matches') break
    tests.push(traceTest(payload, word('testAt') + index, test))
  }
  const result = NAMES[evaluateShape(image, number, 1, memory, fields)] as Result
  const parsed = parser !== undefined && inBounds && tests.every((test) => test.result === 'matches')
  return {
    name: name ?? null,
    source: source ?? null,
    minimum,
    maximum,
    result,
    tests,
    // Where it was asked, what it says is what the pattern comes to.
    parser: parsed ? { name: parser, bytes: Math.min(PARSER_BYTES[parser], fields[PAYLOAD_COPIED]), result } : null,
  }
}

function traceTest({ image, memory, fields }: Payload, test: number, { field, source }: FixedTest): TestTrace {
  const word = (name: keyof typeof TEST) => image.tests[test * TEST_WORDS + TEST[name]]
  const [offset, width] = [word('offset'), word('width')]
  const hex = (value: number) => value.toString(16).padStart(2 * width, '0')
  // A pattern of this one test and of any length, for the engine to evaluate.
  const alone: Image = { ...image, patterns: Uint32Array.of(0, 0xffff, test, 1, 0, 0, 0, 0) }
  const result = evaluateShape(alone, 0, 1, memory, fields)
  const readable = result !== SHORT_OF && result !== CUT_OFF && offset + width <= fields[PAYLOAD_LENGTH]
  const at = fields[PAYLOAD_AT] + offset
  const seen = readable ? Array.from(memory.bytes.subarray(at, at + width), (byte) => byte.toString(16).padStart(2, '0')).join('') : null
  return {
    offset,
    width,
    mask: hex(word('mask')),
    low: hex(word('low')),
    high: hex(word('high')),
    seen,
    result: NAMES[result] as Result,
    field: field ?? null,
    source: source ?? null,
  }
}
