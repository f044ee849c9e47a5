// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { PORT } from '../../../src/contract/reasons.js'
import { equal } from '../../../src/contract/shape.js'
import type { KernelPlan } from '../../../src/control/compile/kernel-plan.js'
import { fenced, findRefused, refusedAtOnce } from '../../../src/control/install/drops-refused.js'
import { block, HEADER_RULES, kernelPlan, rule } from './kernel-plans.js'

const blocks = [2, 3, 5, 7, 11].map((index) => block(index, `udp/${index} udp/53`, HEADER_RULES))
const plan = kernelPlan(blocks)
const refused = (...indices: number[]) => indices.map((index) => ({ block: index, message: 'no' }))

t.test('a fence leaves alone what its block may match, and the last ones are nothing', (t) => {
  const left = fenced(plan, refused(3, 11))
  t.same(
    left.blocks.map((each) => each.block),
    [2, 3, 5, 7],
  )
  t.same(
    left.blocks[1]?.services.map(({ rules }) => rules),
    [[rule(null)], [rule(null)]],
  )
  t.equal(left.blocks[2], blocks[2])
  t.same(fenced(plan, refused(2, 3, 5, 7, 11)).blocks, [])
  t.same(fenced(kernelPlan([]), []).blocks, [])
  t.end()
})

t.test('found by halves', async (t) => {
  for (const bad of [[], [2], [11], [3, 7], [2, 3, 5, 7, 11]]) {
    let checks = 0
    const check = async ({ blocks: some }: KernelPlan): Promise<string | null> => {
      checks++
      return some.some((each) => bad.includes(each.block)) ? 'no' : null
    }
    t.same(await findRefused(plan, check), refused(...bad), `${bad}`)
    t.ok(checks < 10)
  }
  t.same(await findRefused(kernelPlan([]), async () => 'no'), [])
})

t.test('what nft has no words for', (t) => {
  t.same(refusedAtOnce(plan), [])
  const far = block(4, 'udp/9', [rule(PORT), rule(PORT, { tests: [equal(400, 1, 1, 1)] })])
  t.match(refusedAtOnce(kernelPlan([...blocks, far])), [{ block: 4, message: /payload byte 400/ }])
  t.equal(refusedAtOnce({ ...plan, outside: ['eth0', 'e"h'] }).length, 5)
  t.end()
})
