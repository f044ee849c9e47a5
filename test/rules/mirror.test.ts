// SPDX-License-Identifier: GPL-2.0-or-later
// Tests mirror sources: each test outside the named folders has its source, and each file of a held folder is tested by its mirror, or is
// part of one that is. Without this, a source that no test loads would not show up in the coverage at all.

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import t from 'tap'
import { importsOf } from './imports.js'
import { FILES, ROOT, read } from './tree.js'

const map = (await import(`${ROOT}test/coverage-map.js`)) as { HELD: RegExp; EXEMPT: string[]; default: (test: string) => string[] | null }

/** Tests of no single source: rules over the tree, the oracle, properties of the whole engine, engine and kernel, the addon and its half of the slab, what must hold for long, the virtual machine, captures of others and our own, regressions by report. */
const FREE =
  /^test\/(rules|oracle|property|native|network|equivalence|endurance|vm|corpus|record|deploy|bench|regressions)\/|^test\/contract\/native-mirror\.test\.ts$/

const SOURCES = FILES.filter((path) => /^src\/.*\.ts$/.test(path))
const TESTS = FILES.filter((path) => /^test\/.*\.test\.ts$/.test(path))
const held = SOURCES.filter((path) => map.HELD.test(dirname(path)) && !map.EXEMPT.includes(path))
const mirrorOf = (source: string): string => source.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts')

/** The sources of one folder that run when `source` is loaded, itself among them. */
function loadedWith(source: string, found = new Set<string>()): Set<string> {
  if (found.has(source)) return found
  found.add(source)
  for (const { target, typeOnly } of importsOf(source, read(source))) {
    if (!typeOnly && dirname(target) === dirname(source) && SOURCES.includes(target)) loadedWith(target, found)
  }
  return found
}

t.test('each held source is loaded by a mirror in its folder, and the map gives it to that', (t) => {
  const tested = new Set(held.filter((source) => TESTS.includes(mirrorOf(source))).flatMap((source) => [...loadedWith(source)]))
  t.ok(held.length > 0)
  for (const source of held) {
    t.ok(tested.has(source), `${source} is reached by a test of its folder`)
    t.ok(map.default(`build/${mirrorOf(source).replace(/\.ts$/, '.js')}`)?.includes(source), `${source} is mapped`)
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
