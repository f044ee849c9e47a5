// SPDX-License-Identifier: GPL-2.0-or-later
// Closed catalogues, held against their documents both ways, and against the code and the tests that ought to reach them.

import t from 'tap'
import { REASONS } from '../../src/contract/reasons.js'
import { DIRECTIONS, SHAPES, VERDICTS } from '../../src/contract/verdicts.js'
import { ERRORS } from '../../src/errors.js'
import { EVENTS } from '../../src/observe/events.js'
import { METRICS } from '../../src/observe/metrics.js'
import { FILES, quoted, read, table } from './tree.js'

const text = (path: RegExp, but: RegExp = /^$/): string =>
  FILES.filter((file) => path.test(file) && !but.test(file))
    .map(read)
    .join('\n')

/** Rows of a document's table by the name in their first cell. */
const documented = (path: string, heading: string): Map<string, string[]> =>
  new Map(table(path, heading).map((row) => [quoted(row[0] as string)[0] as string, row]))

t.test('reasons: documented, and reached by a test or a case', (t) => {
  const specification = read('docs/verdicts.md')
  // Neither the oracle, which names them all, nor the rules count as reaching one.
  const tests = text(/^test\//, /^test\/(oracle|rules)\//)
  for (const reason of REASONS) {
    t.ok(specification.includes(`\`${reason}\``), `${reason} is documented`)
    const constant = new RegExp(`\\b${reason.toUpperCase().replaceAll('-', '_')}\\b`)
    t.ok(constant.test(tests) || tests.includes(`'${reason}'`) || tests.includes(`"${reason}"`), `${reason} is reached`)
  }
  t.end()
})

t.test('reasons: what the specification calls accepted or dropped is one', (t) => {
  const words = [...read('docs/verdicts.md').matchAll(/(?:accept|drop) `([a-z-]+)`|`([a-z-]+)` \((?:accept|drop)/g)]
  t.ok(words.length > 10)
  for (const [, before, after] of words) t.ok((REASONS as readonly string[]).includes((before ?? after) as string), before ?? after)
  t.end()
})

t.test('a name means one thing in one catalogue', (t) => {
  for (const names of [REASONS, VERDICTS, DIRECTIONS, SHAPES]) t.equal(new Set<string>(names).size, names.length)
  t.end()
})

t.test('errors: documented both ways with their exit status, and used', (t) => {
  const rows = documented('docs/errors.md', '# Errors')
  t.strictSame([...rows.keys()].sort(), Object.keys(ERRORS).sort())
  const sources = text(/^src\/.*\.ts$/, /^src\/errors\.ts$/)
  for (const [code, { exit, remedy }] of Object.entries(ERRORS)) {
    t.equal(rows.get(code)?.[1], String(exit), `${code}: exit status`)
    t.ok(sources.includes(`'${code}'`), `${code} is used`)
    t.match(remedy, /\S/, `${code} has a remedy`)
  }
  t.end()
})

// docs/events.md and docs/metrics.md are generated: test/observe/ holds them to the catalogues word for word.

t.test('events: each is emitted somewhere', (t) => {
  const sources = text(/^src\/.*\.ts$/, /^src\/observe\/events\.ts$/)
  for (const name of Object.keys(EVENTS)) t.ok(sources.includes(`'${name}'`), name)
  t.end()
})

t.test('metrics: each is filled, and named as its kind is', (t) => {
  const filled = read('src/observe/metrics.ts')
  for (const [name, { type, help }] of Object.entries(METRICS)) {
    t.ok(filled.includes(`put('${name}'`), `${name} is filled`)
    t.match(name, type === 'counter' ? /_total$/ : /(?<!_total)$/, `${name}: counters, and they alone, end in _total`)
    t.match(help, /\.$/, `${name}: a sentence`)
  }
  t.end()
})
