// SPDX-License-Identifier: GPL-2.0-or-later
// The small C programs of the network tests, compiled when a test first needs them, into a folder that goes with the process.

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../cli/command.js'

const WORDS = ['-std=gnu17', '-O1', '-Wall', '-Wextra', '-Werror']
const compiled = new Map<string, string>()

/** Compiles test/network/`name`.c and gives the path of what came of it; `words` are more for the compiler. Throws where it refuses. */
export function program(name: string, ...words: readonly string[]): string {
  const known = compiled.get(name)
  if (known !== undefined) return known
  // This file is compiled to BUILD/test/network/, the sources stay where they are.
  const source = fileURLToPath(new URL(`../../../test/network/${name}.c`, import.meta.url))
  const target = join(temporaryFolder(), name)
  execFileSync('cc', [...WORDS, ...words, '-o', target, source], { stdio: ['ignore', 'inherit', 'inherit'] })
  compiled.set(name, target)
  return target
}
