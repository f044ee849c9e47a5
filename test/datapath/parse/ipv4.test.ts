// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses and limits of the IPv4 header; every reason it can end in has rows in test/cases/packets/ipv4.yaml.

import t from 'tap'
import {
  DESTINATION,
  FAMILY,
  FIELD_WORDS,
  PAYLOAD_AT,
  PAYLOAD_COPIED,
  PAYLOAD_HERE,
  PROTOCOL,
  SOURCE,
} from '../../../src/contract/fields.js'
import { CUT, FRAGMENT, MALFORMED, UNDECIDED } from '../../../src/contract/reasons.js'
import { parseIpv4 } from '../../../src/datapath/parse/ipv4.js'
import { fromHex, packetCases } from '../packet-cases.js'

const REASONS_HERE: Record<string, number> = { malformed: MALFORMED, cut: CUT, fragment: FRAGMENT }

t.test('addresses, protocol and where the payload lies', (t) => {
  const packet = fromHex('ffffff 46 00 0024 0000 4000 40 11 0000 cb0071c8 f6336407 01010101 9c400035 000c0000 abcd0000 00')
  const fields = new Uint32Array(FIELD_WORDS)
  t.equal(parseIpv4(packet, 3, packet.length - 3, packet.length - 3, fields), UNDECIDED)
  t.equal(fields[FAMILY], 4)
  t.equal(fields[SOURCE], 0xcb0071c8)
  t.equal(fields[DESTINATION], 0xf6336407)
  t.equal(fields[PROTOCOL], 17)
  t.equal(fields[PAYLOAD_AT], 3 + 24 + 8)
  t.equal(fields[PAYLOAD_HERE], 4, 'padding behind the total length is not counted')
  t.end()
})

t.test('a long packet, of which little was copied', (t) => {
  const packet = fromHex('45000321 00000000 40110000 cb0071c8 c6336407 9c400035 030d0000')
  const fields = new Uint32Array(FIELD_WORDS)
  t.equal(parseIpv4(packet, 0, packet.length, 0x321, fields), UNDECIDED)
  t.equal(fields[PAYLOAD_HERE], 0x321 - 28)
  t.equal(parseIpv4(packet, 0, packet.length, 0x320, fields), MALFORMED)
  t.end()
})

t.test('a first fragment counts down to a multiple of 8 bytes behind its header, a whole packet does not', (t) => {
  for (const [field, here] of [
    ['2000', 8],
    ['0000', 9],
  ] as const) {
    const packet = fromHex(`46000029 0000 ${field} 40110000 cb0071c8 c6336407 01010101 9c400035 00110000 0102030405060708 09`)
    const fields = new Uint32Array(FIELD_WORDS)
    t.equal(parseIpv4(packet, 0, packet.length, packet.length, fields), UNDECIDED)
    t.equal(fields[PAYLOAD_HERE], here)
    t.equal(fields[PAYLOAD_COPIED], here)
  }
  t.end()
})

t.test('every bit of the fragment offset counts', (t) => {
  for (let bit = 0; bit < 16; bit++) {
    const field = (1 << bit).toString(16).padStart(4, '0')
    const packet = fromHex(`45000014 0000 ${field} 40010000 cb0071c8 c6336407`)
    t.equal(parseIpv4(packet, 0, 20, 20, new Uint32Array(FIELD_WORDS)), bit < 13 ? FRAGMENT : UNDECIDED, field)
  }
  t.end()
})

t.test('the rows of ipv4.yaml that end here', (t) => {
  const rows = packetCases().filter((row) => row.file === 'ipv4.yaml' && row.expect.reason in REASONS_HERE && row.copied > 0)
  t.ok(rows.length > 10)
  for (const { name, packet, copied, length, expect } of rows) {
    const seen = Math.min(copied, packet.length)
    t.equal(parseIpv4(packet, 0, seen, length, new Uint32Array(FIELD_WORDS)), REASONS_HERE[expect.reason], name)
  }
  t.end()
})
