// SPDX-License-Identifier: GPL-2.0-or-later
// Runs a fast-check property as one assertion. A failure prints what runs the same case again, and the difference, in that order; the
// whole path is left out, because a hundred packets made smaller fill pages with zeros.

import fc from 'fast-check'

interface Assertions {
  pass(message: string): unknown
  fail(message: string, extra: { readonly difference: string }): unknown
}

/** `runs` is never lowered: the environment may raise it by IPXXB_PROPERTY_RUNS, and name one case by its seed and path. */
export function hold<T>(t: Assertions, message: string, property: fc.IRawProperty<T>, runs: number): boolean {
  const { IPXXB_PROPERTY_RUNS, IPXXB_PROPERTY_SEED, IPXXB_PROPERTY_PATH } = process.env
  const asked = Number(IPXXB_PROPERTY_RUNS ?? runs)
  const result = fc.check(property, {
    numRuns: Math.max(runs, Number.isSafeInteger(asked) ? asked : runs),
    ...(IPXXB_PROPERTY_SEED ? { seed: Number(IPXXB_PROPERTY_SEED) } : {}),
    ...(IPXXB_PROPERTY_PATH ? { path: IPXXB_PROPERTY_PATH } : {}),
  }) as fc.RunDetails<T>
  if (!result.failed) {
    t.pass(`${message}: ${result.numRuns} runs`)
    return true
  }
  const first = result.counterexamplePath?.split(':')[0]
  const cause = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance)
  t.fail(`${message}: run it again with IPXXB_PROPERTY_SEED=${result.seed} IPXXB_PROPERTY_PATH=${first}`, { difference: cause })
  return false
}
