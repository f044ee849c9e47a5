// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import { ENTRY_EXEMPT, ENTRY_PORT, NEVER } from '../../../src/contract/image.js'
import { DORMANT, EXEMPT, UNDECIDED } from '../../../src/contract/reasons.js'
import { createInForce, leftOut, refreshInForce } from '../../../src/datapath/classify/in-force.js'
import { buildImage } from '../image-builder.js'

const IMAGE = buildImage({ blocks: [{}, { since: 1000 }, { expires: 2000 }, { since: 1000, expires: 2000 }] })

function inForceAt(now: number): number[] {
  const inForce = createInForce(IMAGE)
  refreshInForce(IMAGE, inForce, now)
  return [...inForce.blocks]
}

t.test('since <= now < expires', (t) => {
  t.strictSame(inForceAt(0), [1, 0, 1, 0])
  t.strictSame(inForceAt(999.999), [1, 0, 1, 0])
  t.strictSame(inForceAt(1000), [1, 1, 1, 1])
  t.strictSame(inForceAt(1999.999), [1, 1, 1, 1])
  t.strictSame(inForceAt(2000), [1, 1, 0, 0])
  t.strictSame(inForceAt(NEVER + 5), [1, 1, 0, 0], 'NEVER is no date')
  t.end()
})

t.test('worked out anew when the second changes, also backwards, and only then', (t) => {
  const inForce = createInForce(IMAGE)
  refreshInForce(IMAGE, inForce, 1500)
  inForce.blocks[0] = 7
  refreshInForce(IMAGE, inForce, 1500.9)
  t.equal(inForce.blocks[0], 7)
  refreshInForce(IMAGE, inForce, 1499)
  t.equal(inForce.blocks[0], 1)
  t.end()
})

t.test('who is left out, and why', (t) => {
  const inForce = createInForce(IMAGE)
  refreshInForce(IMAGE, inForce, 0)
  t.equal(leftOut(inForce, 0), UNDECIDED)
  t.equal(leftOut(inForce, ENTRY_PORT | 0), UNDECIDED)
  t.equal(leftOut(inForce, ENTRY_EXEMPT | 0), EXEMPT)
  t.equal(leftOut(inForce, 1), DORMANT)
  t.equal(leftOut(inForce, ENTRY_EXEMPT | 1), DORMANT)
  t.end()
})
