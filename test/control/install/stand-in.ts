// SPDX-License-Identifier: GPL-2.0-or-later
// nft's queue statement, or on a kernel without it another statement in its place: all else of a rule set is still the real kernel's to judge.

import { spawnSync } from 'node:child_process'
import { TRIAL } from '../../../src/control/install/nftables.js'
import { type Run, run } from '../../../src/control/install/run.js'

const STATEMENT = /\bqueue (?:flags \S+ )?to \S+/g

/** Of this kernel. It is asked in the namespace where the test runs. */
export const hasQueueStatement = (): boolean => spawnSync('nft', ['--check', '-f', '-'], { input: TRIAL }).status === 0

export const WITHOUT_STATEMENT = 'this kernel has no queue statement for nft; test/vm runs this on one that has it'

export const withoutQueue = (text: string): string => text.replace(STATEMENT, 'accept')

/** Starts the real tools; where the kernel has no queue statement, nft's input comes with the stand-in. */
export function runWithStandIn(): Run {
  if (hasQueueStatement()) return run
  return (command, words, input = '') => run(command, words, command === 'nft' ? withoutQueue(input) : input)
}
