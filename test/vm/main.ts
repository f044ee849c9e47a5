// SPDX-License-Identifier: GPL-2.0-or-later
// `npm run test:vm [-- JOB...|all]`: does the jobs on Debian's stock kernel, two machines at a time, and prints each run as it ends: what failed with
// its output, and what was skipped with its reason. The last line is N passed, N failed[, N skipped]; exit status 1 where anything failed.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { JOBS, type Job, type Run } from './jobs.js'
import { bootMachine, whyNoMachine } from './machine.js'
import { judge, type Left, type Outcome } from './outcome.js'

/** A job takes two minutes where nothing else runs; one that takes longer than this hangs. */
const JOB_LIMIT_SECONDS = 900

const read = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8').trimEnd() : null)

function report({ name }: Run, { output, errors }: Left, { passed, failed, skipped, complaints, skips }: Outcome, seconds: number): void {
  const counts = [`${passed} passed`, `${failed} failed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(', ')
  const lines = [
    `-- ${name}: ${counts} (${seconds} s)`,
    ...skips.map((skip) => `   skipped: ${skip}`),
    ...complaints.map((complaint) => `   failed: ${complaint}`),
  ]
  if (failed > 0) lines.push(...[output, errors].filter(Boolean).map((text) => (text as string).replace(/^/gm, '   | ')))
  process.stdout.write(`${lines.join('\n')}\n`)
}

async function perform(job: Job, folder: string): Promise<Outcome[]> {
  mkdirSync(folder)
  const started = performance.now()
  const machine = bootMachine(folder, job.runs, JOB_LIMIT_SECONDS)
  const ended = await machine.off
  const seconds = Math.round((performance.now() - started) / 1000)
  return job.runs.map((run) => {
    const file = (ending: string) => read(join(machine.results, `${run.name}.${ending}`))
    const left = { output: file('out'), errors: file('err'), status: file('status') }
    const outcome = judge(run, left, ended)
    report(run, left, outcome, seconds)
    return outcome
  })
}

const why = whyNoMachine()
if (why !== false) {
  const counts = process.env.CI ? '0 passed, 1 failed' : '0 passed, 0 failed, 1 skipped'
  process.stdout.write(`no virtual machine here: ${why}\n${counts}\n`)
  process.exit(process.env.CI ? 1 : 0)
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => name !== 'all' && !JOBS.some((job) => job.name === name))
if (unknown.length > 0) {
  process.stderr.write(`no job is called ${unknown.join(', ')}; there are: ${JOBS.map(({ name }) => name).join(', ')}, or all\n`)
  process.exit(2)
}

const wanted = (job: Job): boolean => (asked.length === 0 ? !job.asked : asked.includes('all') || asked.includes(job.name))
const waiting = JOBS.filter(wanted)
const folder = mkdtempSync(join(tmpdir(), 'ipxxb-vm-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1))

const outcomes: Outcome[] = []
const work = async (): Promise<void> => {
  for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) outcomes.push(...(await perform(job, join(folder, job.name))))
}
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work))

const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0)
const skipped = sum((outcome) => outcome.skipped)
const failed = sum((outcome) => outcome.failed)
process.stdout.write(`${sum((outcome) => outcome.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = failed === 0 ? 0 : 1
