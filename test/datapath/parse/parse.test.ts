// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import { FIELD_WORDS, STATUS } from '../../../src/contract/fields.js'
import { CUT, MALFORMED, NOT_IP, UNDECIDED } from '../../../src/contract/reasons.js'
import { parse } from '../../../src/datapath/parse/parse.js'
import { fromHex } from '../packet-cases.js'

const IPV4 = fromHex('4500001c 00000000 40110000 cb0071c8 c6336407 9c400035 00080000')
const IPV6 = fromHex('60000000 00083b40 20010db8 00000000 00000000 00000001 20010db8 01000000 00000000 00000007 00000000 00000000')

function status(bytes: Uint8Array, copied = bytes.length, length = bytes.length): number {
  const fields = new Uint32Array(FIELD_WORDS).fill(99)
  const returned = parse(bytes, 0, copied, length, fields)
  t.equal(fields[STATUS], returned, 'STATUS is what is returned')
  return returned
}

t.test('the version says which header follows', (t) => {
  t.equal(status(IPV4), UNDECIDED)
  t.equal(status(IPV6), UNDECIDED)
  for (const version of [0, 1, 2, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15]) t.equal(status(Uint8Array.of(version << 4)), NOT_IP)
  t.equal(status(Uint8Array.of(0x45)), MALFORMED)
  t.equal(status(Uint8Array.of(0x60)), MALFORMED)
  t.end()
})

t.test('no bytes on the wire, none in memory', (t) => {
  t.equal(status(IPV4, 0, 0), NOT_IP)
  t.equal(status(IPV4, 0), CUT)
  t.end()
})

t.test('nothing behind the copied bytes is read', (t) => {
  for (const packet of [IPV4, IPV6]) {
    for (let copied = 0; copied <= packet.length; copied++) {
      const [zeros, ones] = [0, 0xff].map((filler) => {
        const slab = new Uint8Array(packet.length + 10).fill(filler)
        slab.set(packet.subarray(0, copied), 5)
        const fields = new Uint32Array(FIELD_WORDS)
        parse(slab, 5, copied, packet.length, fields)
        return fields
      })
      t.strictSame(zeros, ones, `${copied} bytes`)
    }
  }
  t.end()
})
