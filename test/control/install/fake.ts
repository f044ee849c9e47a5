// SPDX-License-Identifier: GPL-2.0-or-later
// A machine that answers as the kernel's tools do: for messages and for steps that fail, which a real one cannot be made to do at will. The
// texts are those of iptables 1.8.9 and ipset 7.17.

import type { Outcome, Run } from '../../../src/control/install/run.js'

export const MISSING: Outcome = { status: null, stdout: '', stderr: '' }
export const DONE: Outcome = { status: 0, stdout: '', stderr: '' }
export const failed = (stderr: string, status = 1): Outcome => ({ status, stdout: '', stderr })
export const said = (stdout: string): Outcome => ({ status: 0, stdout, stderr: '' })

export interface Call {
  readonly command: string
  readonly words: string
  readonly input: string
}

/** A run that asks `answer` first and else succeeds silently; the calls are kept in order. */
export function fakeRun(answer: (call: Call) => Outcome | undefined): { run: Run; calls: Call[] } {
  const calls: Call[] = []
  const run: Run = async (command, words, input = '') => {
    const call = { command, words: words.join(' '), input }
    calls.push(call)
    return answer(call) ?? DONE
  }
  return { run, calls }
}
