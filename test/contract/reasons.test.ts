// SPDX-License-Identifier: GPL-2.0-or-later
import { readFileSync } from 'node:fs'
import t from 'tap'
import * as catalogue from '../../src/contract/reasons.js'

const { DROPS, REASON_COUNT, REASONS, ...numbers } = catalogue

t.test('names and numbers belong together, and fit into the decision word', (t) => {
  t.equal(Object.keys(numbers).length, REASON_COUNT)
  for (const [name, number] of Object.entries(numbers)) t.equal(REASONS[number], name.toLowerCase().replaceAll('_', '-'))
  t.ok(REASON_COUNT <= 64)
  t.end()
})

t.test('what drops is what docs/verdicts.md says in step 7', (t) => {
  const text = readFileSync(new URL('../../../docs/verdicts.md', import.meta.url), 'utf8')
  const [, sentence = ''] = /whose reason is one of ([^.]*?) drops/.exec(text) ?? []
  const dropping = [...sentence.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name)
  t.ok(dropping.length > 0)
  t.strictSame(
    REASONS.filter((_, reason) => DROPS[reason] === 1),
    dropping,
  )
  for (const reason of REASONS) t.match(text, `\`${reason}\``, `${reason} is explained`)
  t.end()
})
