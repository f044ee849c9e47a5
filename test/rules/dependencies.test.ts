// SPDX-License-Identifier: GPL-2.0-or-later
// What we depend on is a decision: ARCHITECTURE.md lists it with its reason, package.json has that and nothing else, and all of it is used.

import { execFileSync } from 'node:child_process'
import t from 'tap'
import { FILES, quoted, ROOT, read, table } from './tree.js'

interface Manifest {
  readonly dependencies: Record<string, string>
  readonly devDependencies: Record<string, string>
}

const manifest = JSON.parse(read('package.json')) as Manifest
const rows = table('ARCHITECTURE.md', '## Dependencies')
const listed = (kind: string) => rows.flatMap(([name, where]) => (where === kind ? quoted(name as string) : [])).sort()

t.strictSame(Object.keys(manifest.dependencies).sort(), listed('run'), 'run-time packages')
t.strictSame(Object.keys(manifest.devDependencies).sort(), listed('build'), 'build-time packages')

t.test('each run-time package is used', (t) => {
  const sources = FILES.filter((path) => /^(src|native)\/.*\.(ts|gyp|cc|h)$/.test(path)).map(read)
  for (const name of Object.keys(manifest.dependencies)) {
    t.ok(
      sources.some((text) => text.includes(`'${name}'`) || text.includes(`"${name}"`)),
      name,
    )
  }
  t.end()
})

t.test('each Debian package that a part needs is named by the set-up', (t) => {
  const script = read('deploy/setup.sh')
  const packages = table('ARCHITECTURE.md', '## Debian packages').flatMap(([name]) => quoted(name as string))
  t.ok(packages.length > 0)
  for (const name of packages) t.ok(script.includes(name), name)
  t.match(execFileSync('bash', ['-n', `${ROOT}deploy/setup.sh`], { encoding: 'utf8' }), '', 'and it is a script')
  t.end()
})
