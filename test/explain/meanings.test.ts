// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { REASONS } from '../../src/contract/reasons.js'
import { MEANINGS } from '../../src/explain/meanings.js'
import { read } from '../rules/tree.js'

t.test('each reason has its sentence, here and in docs/explain.md', (t) => {
  const document = read('docs/explain.md')
  t.strictSame(Object.keys(MEANINGS).sort(), [...REASONS].sort())
  for (const reason of REASONS) t.ok(document.includes(`| \`${reason}\` | ${MEANINGS[reason]} |`), reason)
  t.end()
})
