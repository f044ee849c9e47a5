// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import { FIELD_WORDS, PAYLOAD_AT, PAYLOAD_COPIED, PAYLOAD_HERE, PAYLOAD_LENGTH } from '../../../src/contract/fields.js'
import { PATTERN_WORDS } from '../../../src/contract/image.js'
import type { FixedTest, Pattern, Shape } from '../../../src/contract/shape.js'
import * as shapes from '../../../src/contract/shapes.js'
import { evaluateShape } from '../../../src/datapath/inspect/fixed.js'
import { CUT_OFF, MATCH, NO, SHORT_OF } from '../../../src/datapath/inspect/found.js'
import { buildImage } from '../image-builder.js'
import { fromHex } from '../packet-cases.js'

type Lengths = { readonly length?: number; readonly here?: number; readonly copied?: number }

/** Evaluates a shape on a payload that lies at index 9 of a slab full of 0xff. */
function evaluate(shape: Shape, hex: string, lengths: Lengths = {}): number {
  // A shape of another block comes first, so that an index taken for 0 shows.
  const image = buildImage({ blocks: [{ request: shapes.SSDP_REQUEST, reply: shapes.DNS_REPLY }, { request: shape }] })
  const payload = fromHex(hex)
  const bytes = new Uint8Array(payload.length + 64).fill(0xff)
  bytes.set(payload, 9)
  const fields = new Uint32Array(FIELD_WORDS)
  fields[PAYLOAD_AT] = 9
  fields[PAYLOAD_LENGTH] = lengths.length ?? payload.length
  fields[PAYLOAD_HERE] = lengths.here ?? payload.length
  fields[PAYLOAD_COPIED] = lengths.copied ?? lengths.here ?? payload.length
  const first = image.patterns.length / PATTERN_WORDS - shape.length
  return evaluateShape(image, first, shape.length, { bytes, view: new DataView(bytes.buffer) }, fields)
}

const pattern = (tests: FixedTest[], minimum = 0, maximum = 65535): Pattern => ({ minimum, maximum, tests })
const test = (offset: number, width: 1 | 2 | 4, low: number, high = low, mask = 0xffffffff): FixedTest => ({
  offset,
  width,
  mask,
  low,
  high,
})

t.test('width, mask and range, big-endian and unsigned', (t) => {
  t.equal(evaluate([pattern([test(1, 1, 0x34)])], '12345678'), MATCH)
  t.equal(evaluate([pattern([test(1, 1, 0x35)])], '12345678'), NO)
  t.equal(evaluate([pattern([test(1, 2, 0x3456)])], '12345678'), MATCH)
  t.equal(evaluate([pattern([test(0, 4, 0x12345678)])], '12345678'), MATCH)
  t.equal(evaluate([pattern([test(0, 4, 0xf2345678)])], 'f2345678'), MATCH)
  t.equal(evaluate([pattern([test(0, 4, 0x80000000, 0xffffffff)])], 'f2345678'), MATCH)
  t.equal(evaluate([pattern([test(0, 4, 0, 0x7fffffff)])], 'f2345678'), NO)
  t.equal(evaluate([pattern([test(0, 1, 0x02, 0x02, 0x0f)])], 'f2'), MATCH)
  for (const [byte, result] of [
    ['04', NO],
    ['05', MATCH],
    ['07', MATCH],
    ['08', NO],
  ] as const) {
    t.equal(evaluate([pattern([test(0, 1, 5, 7)])], byte), result, byte)
  }
  t.end()
})

t.test('bounds of the payload length, both inclusive [4.told-length]', (t) => {
  const shape = [pattern([], 2, 3)]
  t.strictSame(
    ['', '00', '0000', '000000', '00000000'].map((hex) => evaluate(shape, hex)),
    [NO, NO, MATCH, MATCH, NO],
  )
  t.equal(evaluate([pattern([], 100)], '00', { length: 100 }), MATCH, 'the length that the UDP header gives')
  t.end()
})

t.test('bytes that are not there: beyond the payload, beyond this packet, beyond memory [4.beyond-payload]', (t) => {
  const shape = [pattern([test(2, 2, 0x0506)])]
  t.equal(evaluate(shape, '03040506'), MATCH)
  t.equal(evaluate(shape, '03040506', { length: 3, here: 3 }), NO)
  t.equal(evaluate(shape, '03040506', { length: 4, here: 3 }), SHORT_OF)
  t.equal(evaluate(shape, '03040506', { copied: 3 }), CUT_OFF)
  t.equal(evaluate(shape, '03040506', { here: 3, copied: 1, length: 9 }), SHORT_OF, 'short before cut')
  t.end()
})

t.test('tests in their order: the first that fails or cannot be read ends the pattern [4.first-failure]', (t) => {
  const shape = [pattern([test(0, 1, 1), test(3, 1, 4)])]
  t.equal(evaluate(shape, '01020304'), MATCH)
  t.equal(evaluate(shape, '09020304', { copied: 2 }), NO)
  t.equal(evaluate(shape, '01020304', { copied: 2 }), CUT_OFF)
  t.equal(evaluate([pattern([test(3, 1, 4), test(0, 1, 1)])], '09020304', { copied: 2 }), CUT_OFF)
  t.end()
})

t.test('the parser comes after the tests, and is not asked where one of them failed [4.parser-last]', (t) => {
  const question = { ...pattern([test(2, 1, 0)], 17), parser: 'dns-question' } as const
  const query = '0000 00 00 0001 0000 0000 0000 0161 00 000c 0001'
  t.equal(evaluate([question], query), MATCH)
  t.equal(evaluate([question], query.replace('0161', '4161')), NO)
  t.equal(evaluate([question], query, { copied: 13 }), CUT_OFF)
  t.equal(evaluate([question], query.replace('0000 00', '0000 84'), { copied: 13 }), NO)
  t.equal(evaluate([{ ...question, maximum: 18 }], query), NO, 'nor where the length is out of bounds')
  t.end()
})

t.test('a shape matches if any pattern does; else the first that could not be read says why [4.patterns]', (t) => {
  const no = pattern([test(0, 1, 9)])
  const yes = pattern([test(0, 1, 1)])
  const short = pattern([test(2, 1, 1)])
  const cut = pattern([test(1, 1, 1)])
  const lengths = { length: 3, here: 2, copied: 1 }
  t.equal(evaluate([], '01'), NO)
  t.equal(evaluate([no, no], '0102', lengths), NO)
  t.equal(evaluate([no, short, cut, yes], '0102', lengths), MATCH)
  t.equal(evaluate([no, short, cut], '0102', lengths), SHORT_OF)
  t.equal(evaluate([cut, no, short], '0102', lengths), CUT_OFF)
  t.end()
})

t.test('the shapes of the contract', (t) => {
  const rows: [string, string, number][] = [
    ['DNS_REQUEST', '0000 01', MATCH],
    ['DNS_REQUEST', '0000 81', NO],
    ['DNS_REPLY', '0000 8180 0001 0000 0000 0000', MATCH],
    ['DNS_REPLY', '0000 8180 0002 0000 0000 0000', NO],
    ['NTP_REQUEST', '23', MATCH],
    ['NTP_REQUEST', '24', NO],
    ['NTP_REPLY', `24 01 ${'00'.repeat(46)}`, MATCH],
    ['NTP_REPLY', `04 01 ${'00'.repeat(46)}`, NO],
    ['MSSQL_REQUEST', '03', MATCH],
    ['MSSQL_REQUEST', '0300', NO],
    ['MSSQL_REQUEST', `04 ${'01'.repeat(375)}`, MATCH],
    ['MSSQL_REQUEST', `04 ${'01'.repeat(374)}`, NO],
    ['STUN_REQUEST', `0001 0000 2112a442 ${'00'.repeat(12)}`, MATCH],
    ['STUN_REQUEST', `0101 0000 2112a442 ${'00'.repeat(12)}`, NO],
    ['SSDP_REQUEST', '4d2d5345 41524348', MATCH],
    ['SSDP_REQUEST', '4d2d5345 41524349', NO],
  ]
  const byName = new Map(Object.entries(shapes))
  for (const [name, hex, result] of rows) t.equal(evaluate(byName.get(name) as Shape, hex), result, `${name}: ${hex}`)
  t.end()
})
