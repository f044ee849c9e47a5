// SPDX-License-Identifier: GPL-2.0-or-later
// `npm run bench`: builds the references, runs every bench in a process of its own, saves the results and renders them into
// bench/README.md. With --tiny nothing is saved. Names after the options choose benches: `node build/bench/main.js engine prefixes`.

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { PROJECT } from './record.js'
import { renderResults } from './render.js'
import { obstacle } from './topology.js'

const BENCHES = ['prefixes', 'compile', 'engine', 'replay', 'reload', 'forward', 'flood', 'two-queues', 'roundtrip', 'queue'] as const
/** Those that take root, and tools of the kernel. */
const END_TO_END: readonly string[] = ['reload', 'forward', 'flood', 'two-queues', 'roundtrip', 'queue']
/** What those that run programs in C need of them; nothing named: all. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  engine: ['engine'],
  prefixes: ['lpm'],
  reload: [],
  forward: [],
  flood: ['sender'],
  'two-queues': ['sender', 'packed', 'drain', 'cores'],
  roundtrip: [],
  queue: [],
}
const README = `${PROJECT}bench/README.md`
const MARKERS = /(<!-- results -->\n)[\s\S]*(<!-- end of results -->)/

const OPTIONS: readonly string[] = ['--tiny', '--realtime']

const words = process.argv.slice(2)
const tiny = words.includes('--tiny')
const flags = words.filter((word) => word === '--realtime')
const named = words.filter((word) => !OPTIONS.includes(word))
const chosen = BENCHES.filter((name) => named.length === 0 || named.includes(name))

function succeeds(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0
}

const isWrong = named.length > 0 && chosen.length !== named.length
let failed = isWrong
if (isWrong) process.stderr.write(`bench: there are ${BENCHES.join(', ')}; and ${OPTIONS.join(', ')}\n`)
for (const name of isWrong ? [] : chosen) {
  const hindrance = END_TO_END.includes(name) ? obstacle() : null
  if (hindrance !== null) {
    process.stderr.write(`bench: ${name} cannot run here: ${hindrance}\n`)
    failed = true
    continue
  }
  process.stderr.write(`bench: ${name}\n`)
  const programs = PROGRAMS[name]
  if (programs !== undefined && !succeeds(`${PROJECT}bench/build.sh`, ...programs)) failed = true
  else if (!succeeds(process.execPath, `${PROJECT}build/bench/${name}.bench.js`, ...flags, tiny ? '--tiny' : '--save')) failed = true
}

// Also where a bench failed: with a single round that was not valid it has results all the same, and says so.
if (!tiny && !isWrong) {
  const text = renderResults(BENCHES)
  writeFileSync(
    README,
    readFileSync(README, 'utf8').replace(MARKERS, (_all, first: string, last: string) => `${first}\n${text}\n${last}`),
  )
  process.stderr.write('bench: bench/README.md has the results\n')
}
process.exitCode = failed ? 1 : 0
