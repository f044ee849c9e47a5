// SPDX-License-Identifier: GPL-2.0-or-later
// How long a reload of a large policy takes, from SIGHUP to the event `reloaded`: 100,000 prefixes from a file, a hundred of them changed, as
// when customers come and go; all of them changed, so that nothing of the last reload can be used again; and a policy of a few prefixes. This
// figure is a time and not a ratio, because operators are promised a time; take it on a machine that has nothing else to do.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { printAddress } from './mixes.js'
import { readOptions, startRecord } from './record.js'
import { spreadOf } from './spread.js'
import { enterNamespace, run } from './topology.js'

const FULL = { rounds: 9, prefixes: 100_000 }
const TINY = { rounds: 1, prefixes: 1_000 }
const POOL = 0x0a00_0000 // 10.0.0.0/8
/** Prefixes stand apart, so that no tool may join them, in lengths that an access network has. */
const APART = 128
const LENGTHS = [25, 26, 28, 27] as const
const PATIENCE_MILLISECONDS = 60_000
const GOAL = 'under 1000'

const options = readOptions()
const size = options.tiny ? TINY : FULL

/** The first `changed` of `count` prefixes have another length in each round. */
const pool = (count: number, changed: number, round: number): string =>
  Array.from({ length: count }, (_, index) => {
    const length = LENGTHS[(index + (index < changed ? round : 0)) % LENGTHS.length] as number
    return `${printAddress(POOL + index * APART)}/${length}\n`
  }).join('')

const POLICY = `version: 1
timezone: UTC
networks:
  dynamic: { customers: true, prefixes: { file: pool.txt } }
blocks:
  - { profile: IP53B, protect: [dynamic], mode: enforce }
`

class Waited {
  readonly #child: ChildProcess
  readonly #lines: { event: string; time: string }[] = []
  #wake: () => void = () => {}

  constructor(policy: string) {
    const main = new URL('../src/main.js', import.meta.url).pathname
    this.#child = spawn(process.execPath, [main, 'run', '--policy', policy, '--metrics', 'off'], { stdio: ['ignore', 'inherit', 'pipe'] })
    createInterface({ input: this.#child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      this.#lines.push(JSON.parse(line))
      this.#wake()
    })
  }

  /** Resolves with the next such event; throws where another one says that it will not come. */
  async next(event: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MILLISECONDS
    for (;;) {
      const line = this.#lines.shift()
      if (line?.event === event) return
      if (line?.event === 'failed' || line?.event === 'reload-failed') throw new Error(JSON.stringify(line))
      if (performance.now() > deadline) throw new Error(`no event ${event}`)
      if (line !== undefined) continue
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        setTimeout(resolve, 1000)
      })
    }
  }

  reload(): void {
    this.#child.kill('SIGHUP')
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    await once(this.#child, 'exit')
  }
}

enterNamespace()
run('ip', 'link', 'set', 'lo', 'up')
const folder = mkdtempSync('/run/bench-')
const record = startRecord('reload', options)
for (const [count, changed, goal] of [
  [size.prefixes, size.prefixes / 1000, GOAL],
  [size.prefixes, size.prefixes, GOAL],
  [10, 10, null],
] as const) {
  writeFileSync(`${folder}/policy.yaml`, POLICY)
  writeFileSync(`${folder}/pool.txt`, pool(count, changed, 0))
  const appliance = new Waited(`${folder}/policy.yaml`)
  await appliance.next('started')
  const milliseconds: number[] = []
  for (let round = 1; round <= size.rounds; round++) {
    writeFileSync(`${folder}/pool.txt`, pool(count, changed, round))
    const begun = performance.now()
    appliance.reload()
    await appliance.next('reloaded')
    milliseconds.push(performance.now() - begun)
    record({ kind: 'round', prefixes: count, changed, milliseconds: milliseconds.at(-1) as number })
  }
  await appliance.stop()
  record({ kind: 'result', prefixes: count, changed, milliseconds: spreadOf(milliseconds), goal })
}
