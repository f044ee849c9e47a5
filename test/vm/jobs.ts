// SPDX-License-Identifier: GPL-2.0-or-later
// What runs on the stock kernel: phases of lab scenarios, and the tests whose subject is the kernel. Each job has a machine of its own, so
// that one which takes its kernel down takes no other job with it. A new scenario or test file is a word here.

export interface Run {
  readonly name: string
  /** What it prints: rows of the lab, one JSON object a line, or tap's format. */
  readonly prints: 'rows' | 'tap'
  /** Arguments of node, relative to the folder of the compiled tests. */
  readonly words: readonly string[]
}

export interface Job {
  readonly name: string
  readonly runs: readonly Run[]
}

const lab = (scenario: string, ...options: string[]): Job => ({
  name: scenario,
  runs: [{ name: scenario, prints: 'rows', words: ['src/main.js', 'lab', scenario, ...options, '--json'] }],
})

const tests = (name: string, ...files: string[]): Job => ({
  name,
  runs: files.map((file) => ({ name: file.replaceAll('/', '-'), prints: 'tap', words: [`test/${file}.test.js`] })),
})

export const JOBS: readonly Job[] = [
  lab('ip53b', '--phase', 'shape'),
  tests('run', 'cli/run'),
  tests('steering', 'control/install/install'),
  tests('queue', 'native/queue', 'native/life'),
]
