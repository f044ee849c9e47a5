// SPDX-License-Identifier: GPL-2.0-or-later
// Starts programs. What ends by itself is waited for and its output returned; what stays is a child that the pid namespace will end.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { OperationalError } from '../errors.js'
import { patiently } from './waiting.js'

/** A program that has not ended after this long never will. */
const PATIENCE_MILLISECONDS = 20_000

/** Runs a program to its end and returns its stdout. Throws OperationalError where it fails or hangs. */
export function runToEnd(command: readonly string[], input = ''): Promise<string> {
  const [program, ...args] = command as [string, ...string[]]
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: patiently(PATIENCE_MILLISECONDS),
      killSignal: 'SIGKILL',
    })
    let output = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text
    })
    child.on('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT'
      reject(new OperationalError(missing ? 'LAB_TOOL_MISSING' : 'LAB_FAILED', missing ? `there is no ${program}` : error.message))
    })
    child.on('close', (status, signal) => {
      if (status === 0) resolve(output)
      else
        reject(
          new OperationalError('LAB_FAILED', `${command.join(' ').slice(0, 200)}: ${errors.trim() || `ended with ${status ?? signal}`}`),
        )
    })
    child.stdin.on('error', () => undefined) // it ended without reading; its status says why
    child.stdin.end(input)
  })
}

/** Runs a program to its end, hears nothing of what it says, and returns its exit status; null: a signal ended it. */
export async function runToStatus(command: readonly string[]): Promise<number | null> {
  const [program, ...args] = command as [string, ...string[]]
  const child = spawn(program, args, { stdio: 'ignore', timeout: patiently(PATIENCE_MILLISECONDS), killSignal: 'SIGKILL' })
  const [status] = (await once(child, 'exit')) as [number | null]
  return status
}

/** A program that stays, writing both its streams to a log. */
export interface Running {
  readonly name: string
  readonly child: ChildProcess
  readonly log: string
  /** The last line of its log that says what went wrong, else the last line, for messages. */
  lastWords(): string
}

/** Starts a program that stays. The caller looks whether it serves. */
export function startRunning(name: string, command: readonly string[], environment: Record<string, string>, log: string): Running {
  const [program, ...args] = command as [string, ...string[]]
  const file = openSync(log, 'a')
  const child = spawn(program, args, { stdio: ['ignore', file, file], env: { ...process.env, ...environment } })
  closeSync(file)
  child.on('error', () => undefined) // shows as a program that never serves
  const lastWords = (): string => {
    const lines = readFileSync(log, 'utf8').trim().split('\n')
    return lines.findLast((line) => /error|fail|cannot/i.test(line))?.trim() || lines.at(-1) || 'it said nothing'
  }
  return { name, child, log, lastWords }
}

export const hasEnded = ({ child }: Running): boolean => child.exitCode !== null || child.signalCode !== null

/** Asks a program to end and waits until it has. */
export async function stopRunning(running: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (hasEnded(running)) return
  const ended = new Promise((resolve) => running.child.once('exit', resolve))
  running.child.kill(signal)
  await ended
}
