// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { envelopeOf, sharedBits } from '../../../src/control/install/envelopes.js'
import type { Gate, PortRange } from '../../../src/control/install/ports.js'

const gate = (ports: readonly PortRange[], side: Gate['side'] = 'destination'): Gate => ({ protocol: 'udp', side, ports })

t.test('an envelope goes from the lowest port to the highest', (t) => {
  t.same(envelopeOf(gate([[53, 53]])), [53, 53])
  t.same(
    envelopeOf(
      gate([
        [19, 19],
        [137, 139],
        [1900, 1902],
      ]),
    ),
    [19, 1902],
  )
  t.end()
})

t.test('the bits that all ports share, in the four bytes of both ports', (t) => {
  const cases: readonly (readonly [name: string, Gate, string])[] = [
    ['one port: all of its bits', gate([[53, 53]]), '@th,0,32 & 0x0000ffff == 0x00000035 '],
    [
      'from a source port',
      gate(
        [
          [53, 53],
          [123, 123],
        ],
        'source',
      ),
      '@th,0,32 & 0xff800000 == 0x00000000 ',
    ],
    ['a source port with its first bit set', gate([[40_000, 40_000]], 'source'), '@th,0,32 & 0xffff0000 == 0x9c400000 '],
    [
      'none at the end',
      gate([
        [19, 19],
        [1900, 1900],
      ]),
      '@th,0,32 & 0x0000f800 == 0x00000000 ',
    ],
    [
      'the first bit alone',
      gate([
        [53, 53],
        [32_767, 32_767],
      ]),
      '@th,0,32 & 0x00008000 == 0x00000000 ',
    ],
    [
      'none',
      gate([
        [53, 53],
        [32_768, 32_768],
      ]),
      '',
    ],
  ]
  for (const [name, of, expected] of cases) t.equal(sharedBits(of), expected, name)
  t.end()
})

t.test('every port of the gate has those bits', (t) => {
  for (let first = 0; first < 65_536; first += 37) {
    const last = Math.min(65_535, first + (first % 1_013))
    const [, mask = '0', value = '0'] = /& (\S+) == (\S+)/.exec(sharedBits(gate([[first, last]]))) ?? []
    for (const port of [first, last, (first + last) >> 1]) if ((port & Number(mask)) !== Number(value)) t.fail(`${first}-${last}: ${port}`)
  }
  t.end()
})
