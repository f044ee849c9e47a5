// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import {
  DESTINATION_PORT,
  FAMILY,
  FIELD_WORDS,
  PAYLOAD_AT,
  PAYLOAD_COPIED,
  PAYLOAD_HERE,
  PAYLOAD_LENGTH,
  SOURCE_PORT,
  TCP_FLAGS,
} from '../../../src/contract/fields.js'
import { CUT, MALFORMED, UNDECIDED } from '../../../src/contract/reasons.js'
import { parseUdp } from '../../../src/datapath/parse/udp.js'
import { fromHex } from '../packet-cases.js'

/** A header with this length field at index 3, and what is behind it. */
function parsed(length: number, seen: number, end: number, whole: boolean, family = 4): { status: number; fields: Uint32Array } {
  const bytes = new Uint8Array(80).fill(0xee)
  bytes.set(fromHex(`fffe0035 ${length.toString(16).padStart(4, '0')} 0000`), 3)
  const fields = new Uint32Array(FIELD_WORDS).fill(77)
  fields[FAMILY] = family
  return { status: parseUdp(bytes, 3, 3 + seen, 3 + end, whole, fields), fields }
}
const lengths = ({ fields }: { fields: Uint32Array }) => [fields[PAYLOAD_LENGTH], fields[PAYLOAD_HERE], fields[PAYLOAD_COPIED]]

t.test('ports and the three lengths', (t) => {
  const whole = parsed(28, 28, 28, true)
  t.equal(whole.status, UNDECIDED)
  t.strictSame([whole.fields[SOURCE_PORT], whole.fields[DESTINATION_PORT]], [0xfffe, 53])
  t.strictSame([whole.fields[TCP_FLAGS], whole.fields[PAYLOAD_AT]], [0, 11])
  t.strictSame(lengths(whole), [20, 20, 20])
  t.strictSame(lengths(parsed(28, 18, 28, true)), [20, 20, 10], 'cut in memory')
  t.strictSame(lengths(parsed(28, 28, 40, true)), [20, 20, 20], 'less than IP carries')
  t.strictSame(lengths(parsed(1480, 28, 28, false)), [1472, 20, 20], 'first fragment')
  t.strictSame(lengths(parsed(1480, 8, 28, false)), [1472, 20, 0], 'first fragment, payload not copied')
  t.strictSame(lengths(parsed(8, 8, 8, true)), [0, 0, 0], 'no payload')
  t.end()
})

t.test('a length of 0 reaches to the end of an IPv6 packet, and of an IPv4 packet nowhere', (t) => {
  const six = (seen: number, end: number, whole: boolean) => parsed(0, seen, end, whole, 6)
  t.equal(six(28, 28, true).status, UNDECIDED)
  t.strictSame(lengths(six(28, 28, true)), [20, 20, 20])
  t.strictSame(lengths(six(18, 28, true)), [20, 20, 10], 'cut in memory')
  t.strictSame(lengths(six(8, 8, true)), [0, 0, 0], 'no payload')
  t.strictSame(lengths(six(28, 28, false)), [65527, 20, 20], 'first fragment')
  t.equal(six(7, 7, true).status, MALFORMED)
  t.equal(six(7, 28, true).status, CUT)
  t.equal(parsed(0, 28, 28, true, 4).status, MALFORMED)
  t.equal(parsed(1, 28, 28, true, 6).status, MALFORMED)
  t.end()
})

t.test('malformed before cut', (t) => {
  t.equal(parsed(8, 7, 7, true).status, MALFORMED)
  t.equal(parsed(8, 0, 7, true).status, MALFORMED)
  t.equal(parsed(7, 8, 8, true).status, MALFORMED)
  t.equal(parsed(7, 6, 8, false).status, MALFORMED)
  t.equal(parsed(29, 28, 28, true).status, MALFORMED)
  t.equal(parsed(29, 6, 28, true).status, MALFORMED)
  t.equal(parsed(28, 5, 28, true).status, CUT)
  t.equal(parsed(28, 7, 28, true).status, CUT)
  t.end()
})
