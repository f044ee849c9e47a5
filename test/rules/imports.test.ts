// SPDX-License-Identifier: GPL-2.0-or-later
// Holds every import of src/ to the table in src/README.md. The table is the rule; this file only knows how to read it.

import t from 'tap'
import { type Import, importsOf } from './imports.js'
import { FILES, quoted, read, table } from './tree.js'

interface Rule {
  readonly from: string
  /** Tokens of the second column; `type ` before one: only `import type`. */
  readonly may: readonly string[]
  readonly mustNot: readonly string[]
}

const HEADING = '## Import rules'
const RULES: readonly Rule[] = table('src/README.md', HEADING).flatMap((row) => {
  const [from, may, mustNot] = row.map(quoted) as [string[], string[], string[]]
  return from.map((path) => ({ from: path, may, mustNot }))
})

const covers = (token: string, path: string): boolean => {
  if (token.endsWith('/') || token.endsWith('*')) return path.startsWith(token.replace(/\*$/, ''))
  return path === token || path.startsWith(`${token}/`) // a package's own subpath
}

/** The row of a file: its own, else that of the closest folder. */
export function ruleOf(file: string, rules: readonly Rule[] = RULES): Rule | undefined {
  const own = rules.filter((rule) => covers(rule.from, file))
  return own.sort((a, b) => b.from.length - a.from.length)[0]
}

/** Why `file` may not import so, or null. */
export function objection(file: string, { target, typeOnly }: Import, rule: Rule | undefined): string | null {
  if (rule === undefined) return `no row of the table covers src/${file}`
  if (rule.from.endsWith('/') && covers(rule.from, target)) return null
  if (rule.may.some((token) => covers(token, target))) return null
  if (rule.may.some((token) => token.startsWith('type ') && covers(token.slice(5), target))) {
    return typeOnly ? null : `${rule.from} may import only types of ${target}`
  }
  return `${rule.from} may import ${rule.may.join(', ') || 'nothing'}, not ${target}`
}

t.test('every import of src/ is allowed by the table in src/README.md', (t) => {
  const files = FILES.filter((path) => /^src\/.*\.ts$/.test(path)).map((path) => path.slice('src/'.length))
  t.ok(files.length > 0, 'there are sources')
  for (const file of files) {
    const rule = ruleOf(file)
    const objections = importsOf(file, read(`src/${file}`)).flatMap((one) => {
      const why = objection(file, one, rule)
      return why === null ? [] : [`src/${file}:${one.line}: ${why}`]
    })
    t.strictSame(objections, [], `src/${file}`)
  }
  t.end()
})

t.test('the table does not contradict itself and speaks of what exists', (t) => {
  const files = FILES.filter((path) => path.startsWith('src/')).map((path) => path.slice('src/'.length))
  for (const { from, may, mustNot } of RULES) {
    t.ok(
      files.some((file) => covers(from, file)),
      `${from} exists`,
    )
    const both = mustNot.filter((token) => may.some((allowed) => covers(allowed, token)))
    t.strictSame(both, [], `${from}: nothing is both allowed and forbidden`)
  }
  t.end()
})

t.test('the reader of the rules finds what it must', (t) => {
  const text = `import a from './b.js'
import type { C } from '../contract/c.js'
import { type D } from '../contract/d.js'
export * from 'yaml'
const e: import('./e.js').E = await import('node:fs')
new Worker(new URL('./thread.js', import.meta.url))
await import(name)`
  t.strictSame(
    importsOf('worker/pool.ts', text).map(({ target, typeOnly, line }) => [target, typeOnly, line]),
    [
      ['worker/b.ts', false, 1],
      ['contract/c.ts', true, 2],
      ['contract/d.ts', true, 3],
      ['yaml', false, 4],
      ['worker/e.ts', true, 5],
      ['node:fs', false, 5],
      ['worker/thread.ts', false, 6],
      ['(computed)', false, 7],
    ],
  )
  const rules: Rule[] = [
    { from: 'datapath/', may: ['contract/', 'type control/policy/', 'node:*'], mustNot: [] },
    { from: 'datapath/decide.ts', may: ['contract/'], mustNot: [] },
  ]
  const ask = (file: string, target: string, typeOnly = false) => objection(file, { target, typeOnly, line: 1 }, ruleOf(file, rules))
  t.equal(ask('datapath/a.ts', 'contract/x.ts'), null)
  t.equal(ask('datapath/a.ts', 'datapath/b.ts'), null, 'its own folder')
  t.equal(ask('datapath/a.ts', 'node:fs'), null)
  t.equal(ask('datapath/a.ts', 'control/policy/p.ts', true), null)
  t.match(ask('datapath/a.ts', 'control/policy/p.ts'), /only types/)
  t.match(ask('datapath/a.ts', 'yaml'), /not yaml/)
  t.match(ask('datapath/a.ts', '../test/x.ts'), /not \.\.\/test/)
  t.match(ask('datapath/decide.ts', 'datapath/b.ts'), /not datapath/, 'a row of its own replaces that of the folder')
  t.match(ask('elsewhere/a.ts', 'contract/x.ts'), /no row/)
  t.end()
})
