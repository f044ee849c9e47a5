// SPDX-License-Identifier: GPL-2.0-or-later
// What documents show is true: policies in them are accepted as they stand, npm commands exist, and so do the program's commands.

import t from 'tap'
import { loadPolicy } from '../../src/control/policy/load.js'
import { FILES, read } from './tree.js'

const DOCUMENTS = FILES.filter((path) => path.endsWith('.md'))
const fenced = (path: string, language: string): string[] =>
  [...read(path).matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].flatMap(([, found, text]) => (found === language ? [text as string] : []))

t.test('policies in documents are good, without a warning', (t) => {
  const day = Date.UTC(2027, 0, 1) / 1000
  let found = 0
  for (const path of DOCUMENTS) {
    for (const text of fenced(path, 'yaml').filter((text) => /^version:/m.test(text))) {
      found++
      // A prefix file that a document speaks of is not there; one line stands for it.
      const readFile = (asked: string) => (asked === path ? text : '192.0.2.0/28\n')
      const loaded = loadPolicy(path, readFile, day, { timezone: 'UTC' })
      t.equal(loaded.render(), '', `${path}: policy ${found}`)
    }
  }
  t.ok(found > 0)
  t.end()
})

t.test('npm commands in documents exist', (t) => {
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts)
  for (const path of DOCUMENTS) {
    for (const [, name] of read(path).matchAll(/\bnpm run (?:--silent )?([\w:]+)/g))
      t.ok(scripts.includes(name as string), `${path}: npm run ${name}`)
  }
  t.end()
})

t.test('commands of the program in documents exist', (t) => {
  const commands = FILES.filter((path) => /^src\/cli\/.*\.ts$/.test(path))
    .map(read)
    .join('\n')
  for (const path of DOCUMENTS) {
    for (const [, name] of read(path).matchAll(/(?:`|\bsudo |^)(?:ipxxb|node dist\/main\.js) ([a-z]+)\b/gm)) {
      t.ok(commands.includes(`new Command('${name}')`), `${path}: ipxxb ${name}`)
    }
  }
  t.end()
})

t.test('the set-up script knows each part that a command asks it for', (t) => {
  const script = read('deploy/setup.sh')
  for (const [, part] of read('package.json').matchAll(/deploy\/setup\.sh (\w+)/g)) {
    t.match(script, new RegExp(`(^|[ |])${part}( \\||\\))`, 'm'), part)
  }
  t.end()
})
