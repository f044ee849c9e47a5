// SPDX-License-Identifier: GPL-2.0-or-later
// The class table, each cell of it. The same over whole packets: test/cases/packets/class-*.yaml.

import t from 'tap'
import { FIELD_WORDS, PAYLOAD_COPIED, PAYLOAD_HERE, PAYLOAD_LENGTH, SHAPE, SOURCE_PORT, STATUS } from '../../../src/contract/fields.js'
import {
  CLASS_A_BLOCK,
  CLASS_B_BLOCK,
  CLASS_C_BLOCK,
  CLASS_D_BLOCK,
  CLASS_NONE,
  ENTRY_EXEMPT,
  ENTRY_NTP_REPLY,
  ENTRY_PORT,
  STOPS_REPLY,
} from '../../../src/contract/image.js'
import { HEADER_CHAIN, REASONS, UNDECIDED } from '../../../src/contract/reasons.js'
import type { Shape } from '../../../src/contract/shape.js'
import { SHAPES } from '../../../src/contract/verdicts.js'
import { inspect } from '../../../src/datapath/inspect/inspect.js'
import { buildImage } from '../image-builder.js'

const is = (value: number, minimum: number): Shape => [
  { minimum, maximum: 65535, tests: [{ offset: minimum - 1, width: 1, mask: 0xff, low: value, high: value }] },
]
/** Byte 0 is 1: request. Byte 3 is 2: reply. */
const shapes = { request: is(1, 1), reply: is(2, 4), replySourcePort: 53 }
const IMAGE = buildImage({
  blocks: [
    { blockClass: CLASS_NONE },
    { blockClass: CLASS_A_BLOCK, reply: is(2, 4) },
    { blockClass: CLASS_B_BLOCK, ...shapes },
    { blockClass: CLASS_C_BLOCK, request: is(1, 1) },
    { blockClass: CLASS_D_BLOCK, request: is(1, 1) },
    { blockClass: CLASS_C_BLOCK, ...shapes, stops: STOPS_REPLY },
    { blockClass: CLASS_A_BLOCK, request: is(7, 6), reply: is(2, 4) },
  ],
})
const [NONE, A, B, C, D, ANSWERS, A_ASKED] = [0, 1, 2, 3, 4, 5, 6]

interface Payload {
  readonly bytes: readonly number[]
  readonly length?: number
  readonly here?: number
  readonly copied?: number
  readonly from?: number
  readonly status?: number
}

/** "reason/shape" that the entry gives to the payload. */
function seen(entry: number, payload: Payload): string {
  const fields = new Uint32Array(FIELD_WORDS).fill(5)
  const { bytes } = payload
  fields[STATUS] = payload.status ?? UNDECIDED
  fields[SOURCE_PORT] = payload.from ?? 53
  fields[PAYLOAD_LENGTH] = payload.length ?? bytes.length
  fields[PAYLOAD_HERE] = payload.here ?? bytes.length
  fields[PAYLOAD_COPIED] = payload.copied ?? payload.here ?? bytes.length
  const slab = new Uint8Array(64)
  slab.set(bytes, 5)
  return `${REASONS[inspect(IMAGE, entry, { bytes: slab, view: new DataView(slab.buffer) }, fields)]}/${SHAPES[fields[SHAPE] as 0]}`
}

const REQUEST = [1, 0, 0, 0]
const REPLY = [0, 0, 0, 2]
const NEITHER = [0, 0, 0, 0]

t.test('the header decides [3.header-only]', (t) => {
  t.equal(seen(B, { bytes: REPLY, status: HEADER_CHAIN }), 'header-chain/none')
  t.equal(seen(B | ENTRY_PORT, { bytes: REPLY, status: HEADER_CHAIN }), 'header-chain/none')
  t.equal(seen(B | ENTRY_PORT, { bytes: REPLY }), 'port/none')
  t.equal(seen(NONE, { bytes: REPLY }), 'port/none')
  t.end()
})

t.test('class A', (t) => {
  t.equal(seen(A, { bytes: REPLY, from: 123 }), 'class-a/none')
  t.equal(seen(A | ENTRY_NTP_REPLY, { bytes: REPLY, from: 124 }), 'class-a/none')
  t.equal(seen(A | ENTRY_NTP_REPLY, { bytes: REPLY, from: 123 }), 'reply/reply')
  t.equal(seen(A | ENTRY_NTP_REPLY, { bytes: NEITHER, from: 123 }), 'class-a/other')
  t.equal(seen(A | ENTRY_NTP_REPLY, { bytes: REPLY, from: 123, copied: 3 }), 'cut/cut')
  t.equal(seen(A | ENTRY_NTP_REPLY, { bytes: REPLY, from: 123, here: 3 }), 'class-a/short')
  t.end()
})

t.test('class A: what begins like a clock and is a request [5.class-a-request]', (t) => {
  const [clock, forged] = [
    [0, 0, 0, 2, 0, 0],
    [0, 0, 0, 2, 0, 7],
  ]
  const block = A_ASKED | ENTRY_NTP_REPLY
  t.equal(seen(block, { bytes: clock, from: 123 }), 'reply/reply')
  t.equal(seen(block, { bytes: forged, from: 123 }), 'class-a/request')
  t.equal(seen(block, { bytes: forged, from: 123, copied: 5 }), 'cut/cut')
  t.equal(seen(block, { bytes: forged, from: 123, here: 5 }), 'class-a/short')
  t.equal(seen(block, { bytes: forged, from: 124 }), 'class-a/none')
  t.equal(seen(block, { bytes: [0, 0, 0, 0, 0, 7], from: 123 }), 'class-a/other', 'no clock, whatever else it is')
  t.equal(seen(A_ASKED, { bytes: clock, from: 123 }), 'class-a/none')
  t.end()
})

t.test('class B [3.by-shape]', (t) => {
  t.equal(seen(B, { bytes: REQUEST }), 'request/request')
  t.equal(seen(B, { bytes: [1] }), 'request/request')
  t.equal(seen(B, { bytes: REQUEST, copied: 0 }), 'cut/cut')
  t.equal(seen(B, { bytes: REQUEST, here: 0 }), 'short/short')
  t.equal(seen(B, { bytes: [0, 0, 0] }), 'short/short')
  t.equal(seen(B, { bytes: [] }), 'short/short')
  t.equal(seen(B, { bytes: [0, 0, 0], length: 4, here: 3 }), 'short/short')
  t.equal(seen(B, { bytes: REPLY, copied: 3 }), 'cut/cut')
  t.equal(seen(B, { bytes: NEITHER }), 'not-reply/other')
  t.equal(seen(B, { bytes: REPLY }), 'reply/reply')
  t.equal(seen(B, { bytes: REPLY, from: 54 }), 'wrong-source-port/reply')
  t.end()
})

t.test('classes C and D [5.class-c-cut]', (t) => {
  for (const block of [C, D]) {
    t.equal(seen(block, { bytes: REQUEST }), 'request/request')
    t.equal(seen(block, { bytes: REQUEST, copied: 0 }), 'cut/cut')
    t.equal(seen(block, { bytes: REQUEST, here: 0 }), 'short/short')
    t.equal(seen(block, { bytes: REPLY }), 'other/other')
    t.equal(seen(block, { bytes: [] }), 'other/other')
  }
  t.end()
})

t.test('class C that stops replies [5.answer]', (t) => {
  t.equal(seen(ANSWERS, { bytes: REPLY }), 'answer/reply')
  t.equal(seen(ANSWERS, { bytes: REPLY, from: 54 }), 'answer/reply')
  t.equal(seen(ANSWERS, { bytes: REPLY, copied: 3 }), 'cut/cut')
  t.equal(seen(ANSWERS, { bytes: REPLY, here: 3 }), 'short/short')
  t.equal(seen(ANSWERS, { bytes: REQUEST }), 'other/other')
  t.equal(seen(ANSWERS, { bytes: [0, 0, 2] }), 'other/other')
  t.end()
})

t.test('flags of the entry that are not ours change nothing', (t) => {
  t.equal(seen(C | ENTRY_EXEMPT, { bytes: REQUEST }), 'request/request')
  t.equal(seen(B | ENTRY_NTP_REPLY, { bytes: REPLY, from: 123 }), 'wrong-source-port/reply')
  t.end()
})
