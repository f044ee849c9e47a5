// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { gatesOf } from '../../../src/control/install/ports.js'
import { rule } from './plans.js'

t.test('one gate a protocol and side, with every port once', (t) => {
  t.same(gatesOf([]), [])
  t.same(
    gatesOf([
      rule('udp', 'destination', [53, 53], [2000, 2005]),
      rule('tcp', 'destination', [25, 25]),
      rule('udp', 'source', [53, 53]),
      rule('udp', 'destination', [53, 53], [54, 60], [1000, 1999], [2004, 2010], [65_535, 65_535]),
    ]),
    [
      {
        protocol: 'udp',
        side: 'destination',
        ports: [
          [53, 60],
          [1000, 2010],
          [65_535, 65_535],
        ],
      },
      { protocol: 'tcp', side: 'destination', ports: [[25, 25]] },
      { protocol: 'udp', side: 'source', ports: [[53, 53]] },
    ],
  )
  t.same(gatesOf([rule('udp', 'destination', [1, 9]), rule('udp', 'destination', [2, 3])])[0]?.ports, [[1, 9]], 'one in another')
  t.end()
})
