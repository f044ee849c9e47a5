// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import { IMAGE_HEADER, type Image, INTERFACE_SLOTS } from '../../../src/contract/image.js'
import { activeHalf, isOutside } from '../../../src/datapath/classify/interfaces.js'
import { buildImage } from '../image-builder.js'

t.test('without a table, direction is told by prefixes', (t) => {
  t.equal(activeHalf(buildImage({})), -1)
  t.end()
})

t.test('the half in force', (t) => {
  const image = buildImage({ outside: [2, 1026], outsideNext: [4] })
  const first = activeHalf(image)
  t.strictSame(
    [0, 2, 4, 1026, 2050, 1].map((index) => isOutside(image, first, index)),
    [false, true, false, true, false, false],
  )
  image.header[IMAGE_HEADER.activeInterfaces] = 1
  const second = activeHalf(image)
  t.not(second, first)
  t.strictSame(
    [0, 2, 4].map((index) => isOutside(image, second, index)),
    [false, false, true],
  )
  t.end()
})

t.test('probing goes round the end of the half, and never past it', (t) => {
  const last = INTERFACE_SLOTS - 1
  const image = buildImage({ outside: [last, last + INTERFACE_SLOTS], outsideNext: [7] })
  t.ok(isOutside(image, 0, last))
  t.ok(isOutside(image, 0, last + INTERFACE_SLOTS))
  t.notOk(isOutside(image, 0, last + 2 * INTERFACE_SLOTS))
  t.end()
})

t.test('a full half ends the search all the same', (t) => {
  const full: Image = { ...buildImage({ outside: [] }), interfaces: new Uint32Array(2 * INTERFACE_SLOTS).fill(9) }
  t.notOk(isOutside(full, 0, 3))
  t.end()
})
