// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import { destinationPortClass, sourcePortClass } from '../../../src/datapath/classify/ports.js'
import { buildImage } from '../image-builder.js'

const IMAGE = buildImage({
  ports: [
    ['udpDestination', 53, 53, 2],
    ['udpSource', 53, 53, 3],
    ['tcpDestination', 25, 26, 4],
    ['tcpSource', 65535, 65535, 5],
    ['udpDestination', 65535, 65535, 6],
    ['tcpSource', 0, 0, 7],
  ],
})

t.test('a table for each protocol and side', (t) => {
  t.strictSame(
    [52, 53, 54, 65535].map((port) => destinationPortClass(IMAGE, true, port)),
    [0, 2, 0, 6],
  )
  t.strictSame(
    [0, 53, 65535].map((port) => sourcePortClass(IMAGE, true, port)),
    [0, 3, 0],
  )
  t.strictSame(
    [24, 25, 26, 27, 53].map((port) => destinationPortClass(IMAGE, false, port)),
    [0, 4, 4, 0, 0],
  )
  t.strictSame(
    [0, 53, 65535].map((port) => sourcePortClass(IMAGE, false, port)),
    [7, 0, 5],
  )
  t.end()
})
