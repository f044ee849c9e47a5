// SPDX-License-Identifier: GPL-2.0-or-later
// The order of a change, and what is in force after a step that failed: the old policy, rules and image alike.

import t from 'tap'
import { NEVER } from '../../src/contract/image.js'
import type { Steering } from '../../src/control/install/install.js'
import { bringIntoForce, type Prepared, prepare, prepareAgain } from '../../src/control/reload.js'

const TEXT = `
version: 1
timezone: UTC
networks:
  dynamic: { customers: true, prefixes: [198.51.100.0/24] }
blocks:
  - { profile: IP53B, protect: [dynamic] }
exemptions:
  - { prefix: 198.51.100.53/32, blocks: [IP53B], expires: 2027-01-02 }
`
const BEFORE = Date.UTC(2027, 0, 1) / 1000
const AFTER = Date.UTC(2027, 0, 2) / 1000

const prepared = (generation: number): Prepared =>
  prepare({ path: 'policy.yaml', readFile: () => TEXT, nowSeconds: BEFORE, timezone: 'UTC' }, generation)

/** Runs one change, in which the steps `failing` throw; gives what was done, and the error. */
async function change(...failing: string[]): Promise<{ steps: string[]; error: string }> {
  const [old, ready] = [prepared(1), prepared(2)]
  const steps: string[] = []
  const step = async (name: string) => {
    steps.push(name)
    if (failing.includes(name) || failing.includes(`${name}#${steps.length}`)) throw new Error(name)
  }
  const nameOf = (plan: unknown) => (plan === old.compiled.plan ? 'old' : 'new')
  const steering = { widen: (plan: unknown) => step(`widen ${nameOf(plan)}`), narrow: () => step('narrow') } as unknown as Steering
  const error = await bringIntoForce(ready, steering, ({ compiled }) => step(`publish ${nameOf(compiled.plan)}`), old).then(
    () => '',
    (failure: Error) => failure.message,
  )
  return { steps, error }
}

t.test('widen, publish, narrow', async (t) => {
  t.same(await change(), { steps: ['widen new', 'publish new', 'narrow'], error: '' })
})

t.test('where widen fails nothing was changed, and nothing is put back', async (t) => {
  t.same(await change('widen new'), { steps: ['widen new'], error: 'widen new' })
})

t.test('where a later step fails the old image is published again, also where the old rules cannot be put back', async (t) => {
  const back = ['publish old', 'widen old', 'narrow']
  t.same(await change('publish new'), { steps: ['widen new', 'publish new', ...back], error: 'publish new' })
  t.same(await change('narrow#3'), { steps: ['widen new', 'publish new', 'narrow', ...back], error: 'narrow' })
  t.same(await change('narrow#3', 'widen old'), {
    steps: ['widen new', 'publish new', 'narrow', 'publish old', 'widen old'],
    error: 'narrow',
  })
})

t.test('between reading and compiling there is a moment to collect what reading left', (t) => {
  let moments = 0
  const reading = (text: string) => ({ path: 'policy.yaml', readFile: () => text, nowSeconds: BEFORE, timezone: 'UTC' })
  const ready = prepare(reading(TEXT), 1, () => moments++)
  t.same([moments, ready.generation, ready.policy.blocks.length], [1, 1, 1])
  t.throws(() => prepare(reading('version: 2\n'), 1, () => moments++), { code: 'POLICY_INVALID' })
  t.equal(moments, 1, 'what is refused is not compiled')
  t.end()
})

t.test('prepared again: the same policy without the exemption that ran out, and no file is read', async (t) => {
  const old = prepared(1)
  t.equal(old.compiled.nextChange, AFTER)
  const again = prepareAgain(old, AFTER, 2)
  t.equal(again.policy, old.policy)
  t.equal(again.generation, 2)
  t.equal(again.readAt, BEFORE)
  t.equal(again.compiled.nextChange, NEVER)
  t.not(again.compiled.image, old.compiled.image)
})
