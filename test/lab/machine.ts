// SPDX-License-Identifier: GPL-2.0-or-later
// What the lab's tests share: whether this machine can have a lab, and the compiled command started as a user starts it.

import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { OperationalError } from '../../src/errors.js'
import { needDaemons } from '../../src/lab/daemons.js'
import { needNamespaces } from '../../src/lab/namespaces.js'

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url))

/** false, or why there can be no lab here. */
export async function whyNoLab(): Promise<string | false> {
  try {
    needDaemons()
    await needNamespaces()
    return false
  } catch (error) {
    if (error instanceof OperationalError) return error.line()
    throw error
  }
}

/** `ipxxb lab ...` in a process of its own. Without NODE_OPTIONS: tap's would slow each of the lab's many programs. */
export const startLab = (...args: string[]): ChildProcess =>
  spawn('env', ['-u', 'NODE_OPTIONS', '-u', 'NODE_V8_COVERAGE', process.execPath, MAIN, 'lab', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
