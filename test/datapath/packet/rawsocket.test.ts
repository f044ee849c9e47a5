// SPDX-License-Identifier: GPL-2.0-or-later
// What is checked before the addon is asked, and what becomes of its refusals. What a kernel does: test/native/rawsocket.test.ts.

import t from 'tap'
import { OWN_MARK } from '../../../src/contract/numbers.js'
import type { NativeAddon } from '../../../src/datapath/packet/native.js'
import { openRawSocket } from '../../../src/datapath/packet/rawsocket.js'

function fake(result = 0) {
  const calls: unknown[][] = []
  const addon = {
    openRawSocket: (mark: number) => {
      calls.push(['open', mark])
      return {
        send: (packet: Uint8Array, length: number, outInterface: number) => {
          calls.push(['send', packet.length, length, outInterface])
          return result
        },
        close: () => calls.push(['close']),
      }
    },
  } as unknown as NativeAddon
  return { addon, calls }
}

const refusing = (errno: number): NativeAddon =>
  ({
    openRawSocket: () => {
      throw Object.assign(new Error('raw socket: refused'), { errno })
    },
  }) as unknown as NativeAddon

t.test('packets go to the addon as they are, under our mark', (t) => {
  const { addon, calls } = fake(-101)
  const socket = openRawSocket(addon)
  t.equal(socket.send(new Uint8Array(60), 40, 3), -101)
  socket.close()
  socket.close()
  t.strictSame(calls, [['open', OWN_MARK], ['send', 60, 40, 3], ['close']])
  t.throws(() => socket.send(new Uint8Array(60), 40, 3), TypeError)
  t.end()
})

t.test('no packet leaves without its bytes or its interface', (t) => {
  const { addon, calls } = fake()
  const socket = openRawSocket(addon)
  for (const length of [61, -1, Number.NaN]) t.throws(() => socket.send(new Uint8Array(60), length, 3), TypeError)
  t.equal(socket.send(new Uint8Array(60), 40, 0), -19, 'ENODEV')
  t.equal(calls.length, 1)
  t.end()
})

t.test('refusals have codes', (t) => {
  t.throws(() => openRawSocket(refusing(1)), { code: 'NO_PRIVILEGE', message: /CAP_NET_RAW/ })
  t.throws(() => openRawSocket(refusing(24)), { code: 'WORKER_FAILED', message: 'raw socket: refused' })
  t.end()
})
