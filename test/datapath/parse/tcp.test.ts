// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import { DESTINATION_PORT, FIELD_WORDS, SOURCE_PORT, TCP_ACK, TCP_FLAGS, TCP_SYN } from '../../../src/contract/fields.js'
import { CUT, MALFORMED, UNDECIDED } from '../../../src/contract/reasons.js'
import { parseTcp } from '../../../src/datapath/parse/tcp.js'
import { fromHex } from '../packet-cases.js'

/** A header with this data offset at index 1. */
function parsed(words: number, seen: number, end: number, whole: boolean): { status: number; fields: Uint32Array } {
  const bytes = new Uint8Array(70)
  bytes.set(fromHex(`fffe1d19 00000000 00000000 ${words.toString(16)}0120000 00000000`), 1)
  const fields = new Uint32Array(FIELD_WORDS)
  return { status: parseTcp(bytes, 1, 1 + seen, 1 + end, whole, fields), fields }
}

t.test('ports and flags', (t) => {
  const { status, fields } = parsed(5, 14, 20, true)
  t.equal(status, UNDECIDED)
  t.strictSame([fields[SOURCE_PORT], fields[DESTINATION_PORT], fields[TCP_FLAGS]], [0xfffe, 0x1d19, TCP_SYN | TCP_ACK])
  t.equal(parsed(15, 60, 60, true).status, UNDECIDED)
  t.equal(parsed(15, 20, 20, false).status, UNDECIDED)
  t.end()
})

t.test('a first fragment that ends before the flags opens a connection, whatever lies behind its end', (t) => {
  for (const [seen, end] of [
    [4, 8],
    [8, 8],
    [13, 13],
  ] as const) {
    const { status, fields } = parsed(5, seen, end, false)
    t.equal(status, UNDECIDED)
    t.strictSame([fields[SOURCE_PORT], fields[DESTINATION_PORT], fields[TCP_FLAGS]], [0xfffe, 0x1d19, TCP_SYN])
  }
  t.equal(parsed(5, 16, 16, false).fields[TCP_FLAGS], TCP_SYN | TCP_ACK)
  t.equal(parsed(4, 16, 16, false).status, MALFORMED)
  t.equal(parsed(5, 13, 16, false).status, CUT)
  t.equal(parsed(5, 3, 8, false).status, CUT)
  t.equal(parsed(5, 0, 7, false).status, MALFORMED)
  t.equal(parsed(5, 8, 8, true).status, MALFORMED)
  t.end()
})

t.test('malformed before cut', (t) => {
  t.equal(parsed(5, 19, 19, true).status, MALFORMED)
  t.equal(parsed(5, 0, 19, true).status, MALFORMED)
  t.equal(parsed(4, 20, 20, true).status, MALFORMED)
  t.equal(parsed(4, 13, 20, false).status, MALFORMED)
  t.equal(parsed(6, 20, 20, true).status, MALFORMED)
  t.equal(parsed(6, 13, 20, true).status, MALFORMED)
  t.equal(parsed(5, 12, 20, true).status, CUT)
  t.equal(parsed(5, 13, 20, true).status, CUT)
  t.end()
})
