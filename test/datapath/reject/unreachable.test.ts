// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP and ICMPv6 by hand; test/property/answers.test.ts has any number of them, and test/native/rawsocket.test.ts lets a kernel judge.

import t from 'tap'
import { FIELD_WORDS } from '../../../src/contract/fields.js'
import { parse } from '../../../src/datapath/parse/parse.js'
import { ANSWER_BYTES, putUnreachable } from '../../../src/datapath/reject/unreachable.js'
import { checksum } from '../../oracle/answer.js'
import { fromHex } from '../packet-cases.js'

const AT = 5

/** The answer to a packet of which the first `copied` bytes are in memory. */
function answerTo(packet: Uint8Array, copied = packet.length, length = packet.length): Uint8Array {
  const fields = new Uint32Array(FIELD_WORDS)
  const slab = new Uint8Array(2048).fill(0x77)
  slab.set(packet.subarray(0, copied), AT)
  parse(slab, AT, copied, length, fields)
  const answer = new Uint8Array(ANSWER_BYTES).fill(0x99)
  return answer.subarray(0, putUnreachable(answer, slab, AT, copied, fields))
}

const pair = (value: number) => value.toString(16).padStart(4, '0')
const ipv4 = (payload: number, padding = 0) =>
  fromHex(
    `4500${pair(28 + payload)}0001000040110000c6336407cb0071c89c400035${pair(8 + payload)}0000${'ab'.repeat(payload)}${'00'.repeat(padding)}`,
  )
const ipv6 = (payload: number) =>
  fromHex(
    `60000000${pair(8 + payload)}113e20010db801000000000000000000000720010db8ffff000000000000000000099c400035${pair(8 + payload)}0000${'ab'.repeat(payload)}`,
  )
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

t.test('IPv4: type 3 code 13, from nobody yet, to the sender, with the packet [7.answer-udp]', (t) => {
  const packet = ipv4(12)
  const answer = answerTo(packet)
  t.equal(hexOf(answer.subarray(0, 10)), `45c0${pair(28 + packet.length)}000040004001`)
  t.equal(hexOf(answer.subarray(12, 20)), '00000000c6336407')
  t.equal(hexOf(answer.subarray(20, 22)), '030d')
  t.equal(hexOf(answer.subarray(24, 28)), '00000000')
  t.equal(hexOf(answer.subarray(28)), hexOf(packet))
  t.equal(checksum(answer.slice(20)), 0)
  t.end()
})

t.test('IPv6: type 1 code 1 [7.answer-udp]', (t) => {
  const packet = ipv6(12)
  const answer = answerTo(packet)
  t.equal(hexOf(answer.subarray(0, 8)), `60000000${pair(8 + packet.length)}3a40`)
  t.equal(hexOf(answer.subarray(8, 40)), `${'00'.repeat(16)}20010db8010000000000000000000007`)
  t.equal(hexOf(answer.subarray(40, 48)), '0101000000000000')
  t.equal(hexOf(answer.subarray(48)), hexOf(packet))
  t.end()
})

t.test('as much of the packet as is in memory, belongs to it, and fits', (t) => {
  t.equal(answerTo(ipv4(500), 128).length, 28 + 128)
  t.equal(answerTo(ipv4(12, 20)).length, 28 + 40, 'not the padding behind it')
  t.equal(answerTo(ipv4(1400)).length, 576)
  t.equal(answerTo(ipv6(1400)).length, 576)
  t.equal(checksum(answerTo(ipv4(1400)).slice(20)), 0)
  t.equal(checksum(answerTo(ipv4(13)).slice(20)), 0, 'an odd number of bytes')
  t.end()
})
