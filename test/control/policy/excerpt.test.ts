// SPDX-License-Identifier: GPL-2.0-or-later
// The window of a line, and what a terminal must not see.

import t from 'tap'
import { excerpt, printable, quoted } from '../../../src/control/policy/excerpt.js'

t.test('short lines stand as they are', (t) => {
  t.strictSame(excerpt('mode: on', 6, 2), { excerpt: 'mode: on', underline: '      ^^' })
  t.strictSame(excerpt('', 0, 1), { excerpt: '', underline: '^' })
  t.strictSame(excerpt('\tmode', 1, 4), { excerpt: ' mode', underline: ' ^^^^' }, 'a tab is one cell')
  t.end()
})

t.test('the underline stands below wide and combining letters', (t) => {
  t.strictSame(excerpt('理由: x', 4, 1), { excerpt: '理由: x', underline: '      ^' })
  t.strictSame(excerpt('e\u0301: 理', 4, 1), { excerpt: 'e\u0301: 理', underline: '   ^^' })
  t.end()
})

t.test('long lines are cut around the fault, never through it while it fits', (t) => {
  for (const at of [0, 1, 30, 50, 150, 500, 5000, 9990]) {
    const line = `${'a'.repeat(at)}FAULT${'b'.repeat(10_000 - at)}`
    const cut = excerpt(line, at, 5)
    t.equal(cut.excerpt.slice(cut.underline.indexOf('^')).slice(0, 5), 'FAULT', `at ${at}`)
    t.ok(cut.excerpt.length <= 102, `at ${at}: ${cut.excerpt.length} wide`)
    t.equal(cut.excerpt.startsWith('…'), at > 40, `at ${at}: cut before`)
    t.equal(cut.excerpt.endsWith('…'), at < 9950, `at ${at}: cut behind`)
  }
  const whole = excerpt('x'.repeat(5000), 0, 5000)
  t.equal(whole.excerpt, `${'x'.repeat(100)}…`)
  t.equal(whole.underline, '^'.repeat(100))
  const end = excerpt(`${'a'.repeat(200)}FAULT`, 200, 5)
  t.strictSame(end, { excerpt: `…${'a'.repeat(40)}FAULT`, underline: `${' '.repeat(41)}^^^^^` })
  t.end()
})

t.test('nothing that a terminal obeys is printed', (t) => {
  t.equal(printable('a\u001b[31mb\u202ec\ud800d\u2028e\nf'), 'a\ufffd[31mb\ufffdc\ufffdd\ufffde\ufffdf')
  t.equal(printable('𝒳 家 é'), '𝒳 家 é')
  t.end()
})

t.test('quoted names are cut', (t) => {
  t.equal(quoted('name'), '`name`')
  t.equal(quoted('x'.repeat(60)), `\`${'x'.repeat(60)}\``)
  t.equal(quoted('x'.repeat(1000)), `\`${'x'.repeat(60)}…\``)
  t.end()
})
