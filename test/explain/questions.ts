// SPDX-License-Identifier: GPL-2.0-or-later
// The policy that test/cases/explain asks about, and questions as a command line has them.

import { readFileSync } from 'node:fs'
import { loadPolicy } from '../../src/control/policy/load.js'
import type { Policy } from '../../src/control/policy/policy.js'
import type { Spoken } from '../../src/explain/question.js'

export const FOLDER = new URL('../../../test/cases/explain/', import.meta.url)

const readFile = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8')
export const { policy } = loadPolicy('policy.yaml', readFile, 0, { timezone: 'UTC' }) as { policy: Policy }

/** `--to A --tcp-flags ack` as commander gives it. */
export function spokenIn(line: string): Spoken {
  const words = line.split(' ').filter(Boolean)
  const pairs = Array.from({ length: words.length / 2 }, (_, at) => {
    const name = (words[2 * at] as string).slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
    return [name, words[2 * at + 1] as string] as const
  })
  return Object.fromEntries(pairs)
}
