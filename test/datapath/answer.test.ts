// SPDX-License-Identifier: GPL-2.0-or-later
// A batch with rejected packets among others: who is answered, through which interface, and what is counted.

import t from 'tap'
import { createCounters, LOOSE_REJECTS_SENT, LOOSE_REJECTS_UNSENT, looseAt } from '../../src/contract/counters.js'
import { answerRejected, createDesk } from '../../src/datapath/answer.js'
import { createEngine, decide } from '../../src/datapath/decide.js'
import { openLoopback } from '../../src/datapath/packet/loopback.js'
import { imageNamed } from './images.js'
import { fromHex } from './packet-cases.js'

const knock = fromHex('45000028000100004006 0000 c6336407 cb0071c8 9c400019 00000001 00000000 5002ffff 00000000')
const query = fromHex('4500001c 00010000 40110000 c6336407 cb0071c8 9c400035 00080000')

/** A batch of a knock, a query and a knock, decided, and answered by a socket that says `results` in turn. */
function answer(results: readonly number[] | null) {
  const packets = [knock, query, knock].map((bytes, index) => ({ bytes, inInterface: 4 + index, outInterface: 2 }))
  const loopback = openLoopback(packets)
  const image = imageNamed('op25b')
  const counters = createCounters(image.blockCount)
  const engine = createEngine(loopback.batch, image, counters)
  const sent: { interface: number; flags: number; to: string }[] = []
  const socket = {
    send: (packet: Uint8Array, length: number, outInterface: number) => {
      t.equal(length, 40)
      sent.push({ interface: outInterface, flags: packet[33]!, to: packet.subarray(16, 20).join('.') })
      return results?.[sent.length - 1] ?? 0
    },
    close: () => undefined,
  }
  const count = loopback.exchange(0)
  decide(engine, count, 1500)
  const answered = () => answerRejected(engine, count, createDesk(), results === null ? null : socket)
  answered()
  answered()
  const loose = counters.subarray(looseAt(image.blockCount))
  return { sent, counted: [loose[LOOSE_REJECTS_SENT], loose[LOOSE_REJECTS_UNSENT]] }
}

t.test('each rejected packet is answered once, through the interface that it came by [7.answer-interface]', (t) => {
  const reset = { flags: 0x14, to: '198.51.100.7' }
  t.strictSame(answer([0, 0]), {
    sent: [
      { ...reset, interface: 4 },
      { ...reset, interface: 6 },
    ],
    counted: [2, 0],
  })
  t.end()
})

t.test('an answer that the kernel refuses is counted, and the next is sent all the same', (t) => {
  t.strictSame(answer([-101, 0]).counted, [1, 1])
  t.end()
})

t.test('without a socket all are counted as unsent', (t) => {
  t.strictSame(answer(null), { sent: [], counted: [0, 2] })
  t.end()
})
