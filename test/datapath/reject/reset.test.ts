// SPDX-License-Identifier: GPL-2.0-or-later
// Resets by hand; test/property/answers.test.ts has any number of them, and test/native/rawsocket.test.ts lets a kernel judge.

import t from 'tap'
import { FIELD_WORDS } from '../../../src/contract/fields.js'
import { parse } from '../../../src/datapath/parse/parse.js'
import { putReset } from '../../../src/datapath/reject/reset.js'
import { fromHex } from '../packet-cases.js'

/** The reset to a packet, as hexadecimal. */
function resetTo(packet: Uint8Array): string {
  const fields = new Uint32Array(FIELD_WORDS)
  const slab = new Uint8Array(256).fill(0x77)
  slab.set(packet, 3)
  parse(slab, 3, packet.length, packet.length, fields)
  const answer = new Uint8Array(256).fill(0x99)
  return Buffer.from(answer.subarray(0, putReset(answer, slab, fields))).toString('hex')
}

const ipv4 = (tcp: string) =>
  fromHex(`4500${(20 + tcp.replaceAll(' ', '').length / 2).toString(16).padStart(4, '0')}0001000040060000c6336407cb0071c8${tcp}`)
/** Bytes 4 to 11 of the reset's TCP header. */
const numbers = (reset: string): string => reset.slice(48, 64)

t.test('ports and addresses change places [7.answer-tcp]', (t) => {
  const reset = resetTo(ipv4('9c400019 01020304 00000000 5002ffff 00000000'))
  t.equal(reset.slice(0, 20), '45000028000040004006')
  t.equal(reset.slice(24, 40), 'cb0071c8c6336407')
  t.equal(reset.slice(40, 72), '00199c40' + '00000000' + '01020305' + '50140000')
  t.equal(reset.slice(-4), '0000')
  t.equal(reset.length, 80)
  t.end()
})

t.test('what is acknowledged: SYN, FIN and data, but no options', (t) => {
  t.equal(numbers(resetTo(ipv4('9c400019 ffffffff 12345678 5002ffff 00000000'))), '0000000000000000', 'it wraps')
  t.equal(numbers(resetTo(ipv4('9c400019 7fffffff 00000000 5003ffff 00000000'))), '0000000080000001')
  t.equal(numbers(resetTo(ipv4('9c400019 00000010 00000000 6002ffff 00000000 020405b4'))), '0000000000000011')
  t.equal(numbers(resetTo(ipv4('9c400019 00000010 00000000 6002ffff 00000000 020405b4 aabbcc'))), '0000000000000014')
  t.end()
})

t.test('IPv6', (t) => {
  const [source, destination] = ['20010db8010000000000000000000007', '20010db8ffff00000000000000000009']
  const reset = resetTo(fromHex(`600000000014063e${source}${destination}9c40001901020304000000005002ffff00000000`))
  t.equal(reset.slice(0, 16), '6000000000140640')
  t.equal(reset.slice(16, 80), destination + source)
  t.equal(reset.slice(80, 112), '00199c40' + '00000000' + '01020305' + '50140000')
  t.equal(reset.length, 120)
  t.end()
})
