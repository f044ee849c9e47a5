// SPDX-License-Identifier: GPL-2.0-or-later
// For how long a compilation holds, on both sides: clocks are set forward and back.

import t from 'tap'
import { ALWAYS, NEVER } from '../../../src/contract/image.js'
import { isWithin, windowAt } from '../../../src/control/compile/window.js'
import type { Block, Exemption, Policy } from '../../../src/control/policy/policy.js'

const policy = (blocks: readonly number[], exemptions: readonly number[]): Policy =>
  ({
    blocks: blocks.map((expires) => ({ expires, placement: 'userspace', since: 150 }) as Block),
    exemptions: exemptions.map((expires) => ({ expires }) as Exemption),
  }) as unknown as Policy

const CASES = [
  ['nothing ever runs out', [], [NEVER], 100, ALWAYS, NEVER],
  ['the next exemption that runs out ends it', [], [300, 200, NEVER], 100, ALWAYS, 200],
  ['at its expiry an exemption is over', [], [300, 200], 200, 200, 300],
  ['after the last one nothing more comes, and only a clock set back opens it again', [], [300, 200], 300, 300, NEVER],
  ['blocks count as well', [250, NEVER], [200, 300], 220, 200, 250],
] as const

for (const [title, blocks, exemptions, now, lastChange, nextChange] of CASES) {
  t.test(title, (t) => {
    const window = windowAt(policy(blocks, exemptions), now)
    t.same(window, { lastChange, nextChange })
    t.ok(isWithin(window, now))
    t.equal(isWithin(window, nextChange), false, 'the end does not belong to it')
    if (lastChange > 0) t.equal(isWithin(window, lastChange - 1), false, 'what was over is not over yet before it')
    t.ok(isWithin(window, lastChange), 'its beginning does')
    t.end()
  })
}

t.test('where the kernel may decide some block, blocks also begin', (t) => {
  const block = (placement: Block['placement'], since: number) => ({ expires: NEVER, placement, since }) as Block
  const at = (now: number) =>
    windowAt({ blocks: [block('userspace', 200), block('kernel', ALWAYS)], exemptions: [] } as unknown as Policy, now)
  t.same(at(100), { lastChange: ALWAYS, nextChange: 200 })
  t.same(at(200), { lastChange: 200, nextChange: NEVER })
  t.end()
})
