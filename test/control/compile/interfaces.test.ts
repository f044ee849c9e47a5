// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { IMAGE_HEADER, INTERFACE_SLOTS, MAX_OUTSIDE_INTERFACES, openImage } from '../../../src/contract/image.js'
import { compile } from '../../../src/control/compile/compile.js'
import { publishInterfaces } from '../../../src/control/compile/interfaces.js'
import { policy } from '../../property/policies.js'

const fresh = () => openImage(compile(policy({ outside: ['eth*'] }), { digest: new Uint32Array(8), generation: 1 }).image)
type Image = ReturnType<typeof fresh>
const half = (image: Image, number: number) => image.interfaces.subarray(number * INTERFACE_SLOTS, (number + 1) * INTERFACE_SLOTS)
const held = (image: Image, number: number) => [...half(image, number)].filter((index) => index !== 0).sort((a, b) => a - b)
const active = (image: Image) => image.header[IMAGE_HEADER.activeInterfaces] as number

t.test('the halves take turns, and the old one stays whole', (t) => {
  const image = fresh()
  t.same(held(image, active(image)), [])
  publishInterfaces(image, [2, 3, 3])
  t.equal(active(image), 1)
  t.same(held(image, 1), [2, 3])
  publishInterfaces(image, [7])
  t.equal(active(image), 0)
  t.same(held(image, 0), [7])
  t.same(held(image, 1), [2, 3])
  publishInterfaces(image, [])
  t.equal(active(image), 1)
  t.same(held(image, 1), [])
  t.end()
})

t.test('collisions go to the next slot, past the end to the first', (t) => {
  const image = fresh()
  publishInterfaces(image, [1023, 2047, 3071, 5])
  const table = half(image, active(image))
  t.same([table[1023], table[0], table[1], table[5]], [1023, 2047, 3071, 5])
  t.end()
})

t.test('more than the limit are refused, and the old set stays', (t) => {
  const image = fresh()
  publishInterfaces(image, [2])
  const many = Array.from({ length: MAX_OUTSIDE_INTERFACES + 1 }, (_, index) => index + 1)
  t.throws(() => publishInterfaces(image, many), { code: 'POLICY_TOO_LARGE', message: /513 outside interfaces; at most 512/ })
  t.same(held(image, active(image)), [2])
  publishInterfaces(image, many.slice(1))
  t.equal(held(image, active(image)).length, MAX_OUTSIDE_INTERFACES)
  t.end()
})
