// SPDX-License-Identifier: GPL-2.0-or-later
// Starting the kernel's tools: the only place of the control path that starts a process. Arguments are a list and never a shell line, the
// input goes through a pipe, and what the tool said comes back whole.

import { spawn } from 'node:child_process'
import { OperationalError } from '../../errors.js'

export interface Outcome {
  /** null: there is no such program. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `command` with `input` on its standard input, and resolves whatever its exit status is. */
export type Run = (command: string, words: readonly string[], input?: string) => Promise<Outcome>

/** A set of a million prefixes takes 5 s of a processor to load, a minute on a machine that is busy; what takes longer than this is stuck. */
export const TOOL_SECONDS = 300

/** Not on an ordinary user's path, and there the tools are. */
const SYSTEM_PATHS = '/usr/sbin:/sbin'

export const run: Run = (command, words, input = '') =>
  new Promise((resolve, reject) => {
    const child = start(command, words)
    const out = { stdout: '', stderr: '' }
    // Without a file descriptor to spare there are no pipes, and the event below tells.
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        out[name] += text
      })
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), TOOL_SECONDS * 1000)
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      // EACCES: it is nowhere we may look; a folder of the path was closed to us.
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve({ status: null, ...out })
      else reject(notStarted(command, error))
    })
    child.on('close', (status, signal) => {
      clearTimeout(timer)
      if (signal !== null) out.stderr += `ended by ${signal}`
      resolve({ status: status ?? 1, ...out })
    })
    // A tool that refuses its input closes the pipe early; its status and message say why.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })

function start(command: string, words: readonly string[]) {
  try {
    return spawn(command, words, {
      // The messages are compared with known ones.
      env: { ...process.env, PATH: `${process.env.PATH ?? '/usr/bin:/bin'}:${SYSTEM_PATHS}`, LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C in the terminal must not end a tool in the middle of our stopping.
      detached: true,
    })
  } catch (error) {
    // Node throws some reasons (no memory, too long a line) and reports others by an event.
    throw notStarted(command, error as Error)
  }
}

const notStarted = (command: string, error: Error): OperationalError =>
  new OperationalError('STEERING_FAILED', `${command} could not be started: ${error.message}`, { cause: error })
