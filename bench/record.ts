// SPDX-License-Identifier: GPL-2.0-or-later
// Where results go: one JSON object a line on stdout and, with --save, into bench/results/NAME.jsonl. The first line names the machine,
// because absolute times mean nothing without it (and ratios little more).

import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The project's root, seen from the compiled file in build/bench/. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url))
export const RESULTS = `${PROJECT}bench/results`

export interface Options {
  /** Everything once and small, to see that it works; numbers of such a run mean nothing. */
  readonly tiny: boolean
  readonly save: boolean
  /** Sender and consumer get real-time priority: for a machine that others use meanwhile. */
  readonly realtime: boolean
}

export type Recorder = (line: Readonly<Record<string, unknown>>) => void

/** CPU time that this process has used: on a machine that does other things too, it says more than the clock on the wall. */
export function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

export function readOptions(args: readonly string[] = process.argv.slice(2)): Options {
  return { tiny: args.includes('--tiny'), save: args.includes('--save'), realtime: args.includes('--realtime') }
}

/** Where the results of a bench are: of its last run, of the run before, and of one that has not come to its results yet. */
export function resultsOf(name: string): Readonly<Record<'last' | 'before' | 'unfinished', string>> {
  const at = (suffix: string) => `${RESULTS}/${name}${suffix}.jsonl`
  return { last: at(''), before: at('.before'), unfinished: at('.unfinished') }
}

/** Begins the results of one bench; the recorder prints, and saves where asked. What was saved stays if the bench fails before it has any. */
export function startRecord(name: string, options: Options): Recorder {
  const { last, before, unfinished } = resultsOf(name)
  let hasResults = false
  if (options.save) {
    mkdirSync(RESULTS, { recursive: true })
    rmSync(unfinished, { force: true })
    process.once('exit', () => {
      if (!hasResults) return
      if (existsSync(last)) renameSync(last, before)
      renameSync(unfinished, last)
    })
  }
  const record: Recorder = (line) => {
    const text = `${JSON.stringify({ bench: name, ...line })}\n`
    hasResults ||= line.kind === 'result'
    process.stdout.write(text)
    if (options.save) appendFileSync(unfinished, text)
  }
  record({
    kind: 'machine',
    tiny: options.tiny,
    realtime: options.realtime,
    date: new Date().toISOString().slice(0, 10),
    ...machineFacts(),
  })
  return record
}

/** What the numbers depend on. No host name: results are published. */
export function machineFacts(): Record<string, string | number> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    virtual: /^flags.*\bhypervisor\b/m.test(readFileSync('/proc/cpuinfo', 'utf8')) ? 'yes' : 'no',
    kernel: release(),
    node: process.version,
  }
}
