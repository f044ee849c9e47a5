// SPDX-License-Identifier: GPL-2.0-or-later
// Tests mirror sources: each file that the coverage map holds has its test, and each test outside the named folders has its source.
// Without this, a source that no test loads would not show up in the coverage at all.

import { existsSync } from 'node:fs'
import t from 'tap'
import { FILES, ROOT, read } from './tree.js'

const map = (await import(`${ROOT}test/coverage-map.js`)) as { HELD: RegExp; EXEMPT: string[]; default: (test: string) => string[] | null }

/** Tests of no single source: rules over the tree, the oracle, properties of the whole engine, real kernels, regressions by report. */
const FREE = /^test\/(rules|oracle|property|native|lab|deploy|bench|regressions)\//

const SOURCES = FILES.filter((path) => /^src\/.*\.ts$/.test(path))
const TESTS = FILES.filter((path) => /^test\/.*\.test\.ts$/.test(path))
const held = SOURCES.filter((path) => map.HELD.test(path) && !map.EXEMPT.includes(path))

t.test('each held source has its mirror, and the map gives it to no other', (t) => {
  t.ok(held.length > 0)
  for (const source of held) {
    const mirror = source.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts')
    t.ok(TESTS.includes(mirror), `${source} is tested by ${mirror}`)
    t.strictSame(map.default(`build/${mirror.replace(/\.ts$/, '.js')}`), [source])
  }
  t.end()
})

t.test('an exempt source exists and holds nothing that could run', (t) => {
  for (const source of map.EXEMPT) {
    t.ok(SOURCES.includes(source), `${source} exists`)
    const compiled = `build/${source.replace(/\.ts$/, '.js')}`
    if (!existsSync(ROOT + compiled)) continue
    const code = read(compiled)
      .split('\n')
      .filter((line) => !/^(\/\/.*|\s*|export \{\};)$/.test(line))
    for (const line of code) t.match(line, /^export const \w+ = \d+;$/, `${source}: a plain number at most`)
  }
  t.end()
})

t.test('each test has its source', (t) => {
  for (const test of TESTS.filter((path) => !FREE.test(path))) {
    const source = test.replace(/^test/, 'src').replace(/\.test\.ts$/, '.ts')
    t.ok(SOURCES.includes(source), `${test} mirrors ${source}`)
  }
  t.end()
})
