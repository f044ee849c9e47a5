// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses and the extension-header chain; every reason it can end in has rows in test/cases/packets/ipv6.yaml.

import t from 'tap'
import {
  DESTINATION,
  DESTINATION_PORT,
  FAMILY,
  FIELD_WORDS,
  PAYLOAD_AT,
  PAYLOAD_LENGTH,
  PROTOCOL,
  SOURCE,
  SOURCE_PORT,
} from '../../../src/contract/fields.js'
import { MAX_EXTENSION_BYTES, MAX_EXTENSION_HEADERS } from '../../../src/contract/numbers.js'
import { CUT, FRAGMENT, HEADER_CHAIN, MALFORMED, UNDECIDED } from '../../../src/contract/reasons.js'
import { parseIpv6 } from '../../../src/datapath/parse/ipv6.js'
import { fromHex, packetCases } from '../packet-cases.js'

const STATUS_BEHIND: Record<string, number> = {
  malformed: MALFORMED,
  cut: CUT,
  fragment: FRAGMENT,
  'header-chain': HEADER_CHAIN,
  request: UNDECIDED,
}
const ADDRESSES = '20010db8 f00d0002 00000003 00000004 20010db8 01000006 00000007 f0000008'

function parsed(hex: string): { status: number; fields: Uint32Array } {
  const packet = fromHex(hex)
  const fields = new Uint32Array(FIELD_WORDS).fill(77)
  return { status: parseIpv6(packet, 0, packet.length, packet.length, fields), fields }
}

t.test('addresses, and the transport behind two extension headers', (t) => {
  const { status, fields } = parsed(`60000000 001a 00 40 ${ADDRESSES} 3c00010400000000 1100010400000000 9c400035 000a0000 abcd`)
  t.equal(status, UNDECIDED)
  t.equal(fields[FAMILY], 6)
  t.strictSame([...fields.subarray(SOURCE, SOURCE + 4)], [0x20010db8, 0xf00d0002, 3, 4])
  t.strictSame([...fields.subarray(DESTINATION, DESTINATION + 4)], [0x20010db8, 0x01000006, 7, 0xf0000008])
  t.equal(fields[PROTOCOL], 17)
  t.equal(fields[PAYLOAD_AT], 40 + 16 + 8)
  t.equal(fields[PAYLOAD_LENGTH], 2)
  t.end()
})

t.test('a long packet, of which little was copied', (t) => {
  const packet = fromHex(`60000000 0321 11 40 ${ADDRESSES} 9c400035 03210000`)
  const fields = new Uint32Array(FIELD_WORDS)
  t.equal(parseIpv6(packet, 0, packet.length, 0x321 + 40, fields), UNDECIDED)
  t.equal(fields[PAYLOAD_LENGTH], 0x321 - 8)
  t.equal(parseIpv6(packet, 0, packet.length, 0x321 + 39, fields), MALFORMED)
  t.end()
})

t.test('every bit of the fragment offset counts', (t) => {
  for (let bit = 3; bit < 16; bit++) {
    const offset = (1 << bit).toString(16).padStart(4, '0')
    t.equal(parsed(`60000000 0008 2c 40 ${ADDRESSES} 3b00 ${offset} 00000001`).status, FRAGMENT, offset)
  }
  for (const reserved of ['0002', '0004']) t.equal(parsed(`60000000 0008 2c 40 ${ADDRESSES} 3b00 ${reserved} 00000001`).status, UNDECIDED)
  t.end()
})

t.test('an endless chain has addresses, and no ports of an earlier packet', (t) => {
  const { status, fields } = parsed(`60000000 0048 3c 40 ${ADDRESSES} 1108 0000 ${'00'.repeat(68)}`)
  t.equal(status, HEADER_CHAIN)
  t.strictSame([...fields.subarray(SOURCE, SOURCE + 4)], [0x20010db8, 0xf00d0002, 3, 4])
  t.strictSame([fields[SOURCE_PORT], fields[DESTINATION_PORT], fields[PAYLOAD_LENGTH]], [0, 0, 0])
  t.end()
})

t.test('the limits are those of the contract', (t) => {
  const chain = (headers: number, units: number) => {
    const one = `${units.toString(16).padStart(2, '0')}${'00'.repeat(units * 8 + 6)}`
    const body = `${`3c${one}`.repeat(headers - 1)}3b${one}`
    const length = (body.length / 2).toString(16).padStart(4, '0')
    return parsed(`60000000 ${length} 3c 40 ${ADDRESSES} ${body}`).status
  }
  t.equal(chain(MAX_EXTENSION_HEADERS, 0), UNDECIDED)
  t.equal(chain(MAX_EXTENSION_HEADERS + 1, 0), HEADER_CHAIN)
  t.equal(chain(1, MAX_EXTENSION_BYTES / 8 - 1), UNDECIDED)
  t.equal(chain(1, MAX_EXTENSION_BYTES / 8), HEADER_CHAIN)
  t.equal(chain(2, MAX_EXTENSION_BYTES / 16 - 1), UNDECIDED)
  t.equal(chain(2, MAX_EXTENSION_BYTES / 16), HEADER_CHAIN)
  t.end()
})

t.test('the rows of ipv6.yaml whose reason says how they were read', (t) => {
  const rows = packetCases().filter((row) => row.file === 'ipv6.yaml' && row.expect.reason in STATUS_BEHIND)
  t.ok(rows.length > 30)
  for (const { name, packet, copied, length, expect } of rows) {
    t.equal(parseIpv6(packet, 0, copied, length, new Uint32Array(FIELD_WORDS)), STATUS_BEHIND[expect.reason], name)
  }
  t.end()
})
