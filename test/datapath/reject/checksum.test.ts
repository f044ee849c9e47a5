// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import { addWords, putChecksum } from '../../../src/datapath/reject/checksum.js'
import { checksum } from '../../oracle/answer.js'
import { fromHex } from '../packet-cases.js'

t.test('the example of RFC 1071 section 3', (t) => {
  const bytes = fromHex('0001 f203 f4f5 f6f7 0000')
  t.equal(addWords(bytes, 0, 8, 0), 0x2ddf0)
  putChecksum(bytes, 8, 0x2ddf0)
  t.equal((bytes[8]! << 8) | bytes[9]!, 0xffff & ~0xddf2)
  t.end()
})

t.test('a carry of the carry', (t) => {
  for (const [sum, written] of [
    [0x1ffff, 0xfffe],
    [0x1fffe, 0x0000],
    [0xffff, 0x0000],
    [0x10000, 0xfffe],
    [0, 0xffff],
  ] as const) {
    const place = new Uint8Array(2)
    putChecksum(place, 0, sum)
    t.equal((place[0]! << 8) | place[1]!, written)
  }
  t.end()
})

t.test('parts, odd ends and carries', (t) => {
  const bytes = Uint8Array.from({ length: 577 }, (_, at) => (at * 89 + 7) & 255)
  t.equal(addWords(bytes, 10, 20, addWords(bytes, 0, 10, 0)), addWords(bytes, 0, 20, 0))
  t.equal(addWords(bytes, 5, 5, 3), 3)
  t.equal(addWords(fromHex('0102 03'), 0, 3, 0), 0x0102 + 0x0300)
  for (const of of [
    bytes,
    bytes.subarray(0, 576),
    new Uint8Array(576).fill(255),
    fromHex('ffff'),
    fromHex('fffe 0001'),
    fromHex('8000 8000'),
  ]) {
    const place = new Uint8Array(2)
    putChecksum(place, 0, addWords(of, 0, of.length, 0))
    t.equal((place[0]! << 8) | place[1]!, checksum(of))
  }
  t.end()
})
