// SPDX-License-Identifier: GPL-2.0-or-later
// `ipxxb run` as a process of its own inside a test network, for tests that do to it what they could not do to themselves. It is asked
// through its metrics.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'
import { MAIN, policyFile } from '../cli/command.js'
import { eventually } from './network.js'
import { scrape } from './running.js'

const METRICS = '127.0.0.1:9530'
/** Milliseconds: what is waited for takes a fraction of a second on a machine that has nothing else to do. */
export const PATIENCE = 15_000

/** Samples of the metrics page: `name{label="value"}` -> number. */
export type Samples = ReadonlyMap<string, number>

export interface Served {
  readonly process: ChildProcess
  /** Lines of its log so far. */
  readonly log: () => string
  samples(): Promise<Samples>
  stop(): Promise<void>
}

/** Starts it with `policy` as its policy's text, and returns when it is ready. It ends with the test. */
export async function serve(t: Test, policy: string, ...options: readonly string[]): Promise<Served> {
  const words = [MAIN, 'run', '--policy', policyFile(policy), '--metrics', METRICS, ...options]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'pipe'] })
  const ended = once(child, 'exit')
  t.teardown(() => child.kill('SIGKILL'))
  let log = ''
  child.stderr.on('data', (bytes) => {
    log += bytes
  })
  const ready = () =>
    fetch(`http://${METRICS}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    )
  if (!(await eventually(ready, PATIENCE))) throw new Error(`not ready: ${log}`)
  return {
    process: child,
    log: () => log,
    async samples() {
      const lines = [...(await scrape(METRICS)).matchAll(/^(ipxxb_\S+(?:\{.*\})?) (\S+)$/gm)]
      return new Map(lines.map(([, name, value]) => [name as string, Number(value)]))
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
