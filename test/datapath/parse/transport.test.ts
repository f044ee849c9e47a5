// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import {
  DESTINATION_PORT,
  FIELD_WORDS,
  FIRST_FRAGMENT,
  PAYLOAD_AT,
  PAYLOAD_COPIED,
  PAYLOAD_HERE,
  PAYLOAD_LENGTH,
  PROTOCOL,
  SOURCE_PORT,
  TCP_FLAGS,
  TRANSPORT_AT,
  TRANSPORT_LENGTH,
} from '../../../src/contract/fields.js'
import { UNDECIDED } from '../../../src/contract/reasons.js'
import { clearTransport, parseTransport } from '../../../src/datapath/parse/transport.js'
import { fromHex } from '../packet-cases.js'

const CLEARED = [SOURCE_PORT, DESTINATION_PORT, TCP_FLAGS, PAYLOAD_AT, PAYLOAD_LENGTH, PAYLOAD_HERE, PAYLOAD_COPIED]
const used = () => new Uint32Array(FIELD_WORDS).fill(77)

t.test('UDP and TCP are read', (t) => {
  const udp = used()
  t.equal(parseTransport(17, fromHex('00350036 00080000'), 0, 8, 8, true, udp), UNDECIDED)
  t.strictSame([udp[PROTOCOL], udp[SOURCE_PORT], udp[DESTINATION_PORT], udp[TCP_FLAGS]], [17, 0x35, 0x36, 0])
  const tcp = used()
  t.equal(parseTransport(6, fromHex('00350036 00000000 00000000 50020000 00000000'), 0, 20, 20, true, tcp), UNDECIDED)
  t.strictSame([tcp[PROTOCOL], tcp[SOURCE_PORT], tcp[DESTINATION_PORT], tcp[TCP_FLAGS], tcp[PAYLOAD_LENGTH]], [6, 0x35, 0x36, 2, 0])
  t.end()
})

t.test('every other protocol has no ports, and none of the packet before', (t) => {
  for (const protocol of [0, 1, 2, 47, 50, 58, 59, 132, 136, 255]) {
    const fields = used()
    t.equal(parseTransport(protocol, new Uint8Array(0), 0, 0, 0, true, fields), UNDECIDED)
    t.equal(fields[PROTOCOL], protocol)
    for (const field of CLEARED) t.equal(fields[field], 0)
  }
  t.end()
})

t.test('where the transport header is, and whether all of what it speaks of is here', (t) => {
  for (const protocol of [6, 17, 47]) {
    for (const whole of [true, false]) {
      const fields = used()
      parseTransport(protocol, new Uint8Array(64).fill(0x50), 3, 30, 60, whole, fields)
      t.strictSame([fields[TRANSPORT_AT], fields[TRANSPORT_LENGTH], fields[FIRST_FRAGMENT]], [3, 57, whole ? 0 : 1])
    }
  }
  t.end()
})

t.test('clearing touches the transport words alone', (t) => {
  const fields = used()
  clearTransport(fields)
  for (const [word, value] of fields.entries()) t.equal(value, CLEARED.includes(word) ? 0 : 77)
  t.end()
})
