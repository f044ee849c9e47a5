// SPDX-License-Identifier: GPL-2.0-or-later
// What a run in the virtual machine came to, read from what it printed. Whatever is not clearly a pass is a failure: output that stops in
// the middle, a status that does not fit what was printed, a run of which nothing is there.

import type { Run } from './jobs.js'

/** What a run left; null where there is nothing. */
export interface Left {
  readonly output: string | null
  readonly errors: string | null
  readonly status: string | null
}

export interface Outcome {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** What failed, and why nothing more can be said where that is so. */
  readonly complaints: readonly string[]
  /** Tests that found the machine lacking something, with their reason. */
  readonly skips: readonly string[]
}

type Counted = Omit<Outcome, 'skips'> & { readonly skips?: readonly string[] }

/** tap ends with the totals of the file, in a comment: # { total: 3, pass: 1, fail: 1, skip: 1 } */
function countTap(output: string): Counted | null {
  const totals = [...output.matchAll(/^# \{ total: \d+.*\}$/gm)].at(-1)?.[0]
  const count = (name: string): number => Number(totals?.match(new RegExp(`\\b${name}: (\\d+)`))?.[1] ?? 0)
  const skips = [...output.matchAll(/^\s*(?:ok \d+ - (.*?)|1\.\.0) # SKIP ?(.*)$/gm)].map(([, name, why]) =>
    [name, why].filter(Boolean).join(': '),
  )
  if (totals === undefined) return skips.length > 0 ? { passed: 0, failed: 0, skipped: skips.length, complaints: [], skips } : null
  const complaints = [...output.matchAll(/^\s*not ok \d+ - (.*)$/gm)].map(([, name]) => name as string)
  return { passed: count('pass'), failed: count('fail') + count('todo'), skipped: count('skip'), complaints, skips }
}

/** The lab ends with a summary, once every row was measured. */
function countRows(output: string): Counted | null {
  const objects = output
    .trim()
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line)]
      } catch {
        return []
      }
    })
  const summary = objects.find(({ type }) => type === 'summary')
  if (summary === undefined) return null
  const complaints = objects
    .filter(({ type, passed }) => type === 'row' && !passed)
    .map(({ phase, title, objections }) => `${phase}: ${title}: ${objections.join('; ')}`)
  return { passed: summary.passed, failed: summary.failed, skipped: 0, complaints }
}

/** `ended` says why the machine ended, for a run that it did not get to the end of. */
export function judge({ prints }: Run, { output, status }: Left, ended: string): Outcome {
  const counted = (prints === 'tap' ? countTap : countRows)(output ?? '')
  const { passed = 0, failed = 0, skipped = 0, complaints = [], skips = [] } = counted ?? {}
  const more: string[] = []
  if (output === null) more.push(`never began: ${ended}`)
  else if (status === null) more.push(`not done: ${ended}`)
  else if (counted === null) more.push(`ended with status ${status} in the middle of its output`)
  else if (passed + failed + skipped === 0) more.push('tested nothing')
  else if (failed === 0 && status !== '0') more.push(`nothing failed, yet it ended with status ${status}`)
  return { passed, failed: failed + more.length, skipped, complaints: [...complaints, ...more], skips }
}
