// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import { DESTINATION, FIELD_WORDS, SOURCE } from '../../../src/contract/fields.js'
import { NO_ADDRESS, pseudoHeader, putIpv4, putIpv6 } from '../../../src/datapath/reject/header.js'
import { checksum } from '../../oracle/answer.js'

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function fieldsOf(source: readonly number[], destination: readonly number[]): Uint32Array {
  const fields = new Uint32Array(FIELD_WORDS).fill(0xdeadbeef)
  fields.set(source, SOURCE)
  fields.set(destination, DESTINATION)
  return fields
}

t.test('IPv4', (t) => {
  const fields = fieldsOf([0xc6336407], [0xcb0071c8])
  const answer = new Uint8Array(20).fill(0xff)
  putIpv4(answer, 0x0128, 6, 0x55, fields, DESTINATION)
  t.equal(hexOf(answer).replace(/(?<=^.{20})..../, '----'), '455501280000400040060000cb0071c8c6336407'.replace(/(?<=^.{20})..../, '----'))
  t.equal(checksum(answer), 0)
  putIpv4(answer, 40, 1, 0, fields, NO_ADDRESS)
  t.equal(hexOf(answer.subarray(12)), '00000000c6336407')
  t.equal(checksum(answer), 0)
  t.end()
})

t.test('IPv6', (t) => {
  const fields = fieldsOf([0x20010db8, 0x01000000, 0, 7], [0x20010db8, 0xffff0000, 0, 9])
  const answer = new Uint8Array(40).fill(0xff)
  putIpv6(answer, 0x0128, 6, fields, DESTINATION)
  t.equal(hexOf(answer), '6000000001000640' + '20010db8ffff00000000000000000009' + '20010db8010000000000000000000007')
  putIpv6(answer, 60, 58, fields, NO_ADDRESS)
  t.equal(hexOf(answer), `6000000000143a40${'0'.repeat(32)}20010db8010000000000000000000007`)
  t.end()
})

t.test('the pseudo header is the addresses, the protocol and the length', (t) => {
  const answer = new Uint8Array(40)
  answer.set([1, 2, 3, 4, 5, 6, 7, 8], 12)
  t.equal(pseudoHeader(answer, true, 6, 20), 0x0102 + 0x0304 + 0x0506 + 0x0708 + 26)
  t.equal(pseudoHeader(new Uint8Array(40).fill(1, 8), false, 6, 20), 16 * 0x0101 + 26)
  t.end()
})
