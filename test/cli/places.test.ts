// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { placesOf, renderPlaces } from '../../src/cli/places.js'
import { PLACE_CAUSES } from '../../src/control/compile/kernel-plan.js'
import type { KernelPlan } from '../../src/control/compile/kernel-plan.js'
import type { Policy } from '../../src/control/policy/policy.js'

const policy = { blocks: [{ name: 'IP53B' }, { name: 'a\u001b[2J' }] } as unknown as Policy
const planOf = (placed: KernelPlan['placed']) => ({ placed }) as KernelPlan

t.test('a line for each block, a comment to the kernel’s tools', async (t) => {
  const text = renderPlaces(
    policy,
    planOf([
      { block: 0, place: 'userspace', cause: 'observed', behind: null },
      { block: 1, place: 'userspace', cause: 'behind', behind: 0 },
    ]),
    'en',
  )
  t.ok(text.split('\n').every((line) => line === '' || line.startsWith('#')))
  t.match(text, /^# {3}IP53B +userspace {2}observed: what it would drop is counted there$/m)
  t.match(text, /for the same packets: IP53B$/m)
  t.notMatch(text, '\u001b', 'names move no cursor')
  t.notMatch(text, /plain packets/, 'nothing is decided in the kernel')
})

t.test('every cause has words of its own, in both languages', async (t) => {
  const lines = (['en', 'ja'] as const).flatMap((language) =>
    PLACE_CAUSES.map((cause) => renderPlaces(policy, planOf([{ block: 0, place: 'kernel', cause, behind: null }]), language)),
  )
  t.equal(new Set(lines).size, 2 * PLACE_CAUSES.length)
  t.notMatch(lines.join(''), 'undefined')
  for (const line of lines) t.match(line, /^# (kernel: plain packets alone|kernel: 通常のパケットのみ)/m)
})

t.test('the block in the way is named, whatever its name is', async (t) => {
  const odd = { blocks: [{ name: 'a$&b' }, { name: 'later' }] } as unknown as Policy
  const plan = planOf([{ block: 1, place: 'userspace', cause: 'behind', behind: 0 }])
  t.match(renderPlaces(odd, plan, 'en'), /for the same packets: a\$&b$/m)
  t.match(renderPlaces(odd, plan, 'ja'), /先行するブロック a\$&b が/)
})

t.test('as data, with names', async (t) => {
  t.strictSame(placesOf(policy, planOf([{ block: 1, place: 'userspace', cause: 'behind', behind: 0 }])), [
    { block: 'a\u001b[2J', place: 'userspace', cause: 'behind', behind: 'IP53B' },
  ])
})
