// SPDX-License-Identifier: GPL-2.0-or-later
// From a policy file to a Policy: the stages in their order, for whoever runs, checks, plans, explains or replays one.

import { check } from './check.js'
import { type Diagnostic, Report, renderDiagnostics } from './diagnostics.js'
import { normalise } from './normalise.js'
import type { Policy } from './policy.js'
import { type ReadFile, read } from './read.js'

export interface LoadOptions {
  /** IANA name of the machine's timezone, for policies that give none. */
  readonly timezone: string
  /** Warnings refuse the policy too. Default: false. */
  readonly strict?: boolean
}

export interface Loaded {
  /** Null where the policy is refused; then there is at least one diagnostic. */
  readonly policy: Policy | null
  /** In the order of the texts and of the places in them; of a severity at most MAX_DIAGNOSTICS. */
  readonly diagnostics: readonly Diagnostic[]
  /** How many were found, those left out of `diagnostics` included. */
  readonly errors: number
  readonly warnings: number
  /** All that was read, in order: the policy, then its prefix files. The digest of the policy is taken of these. */
  readonly texts: readonly string[]
  /** What an operator sees: empty where nothing is to be said. */
  render(): string
}

/**
 * Reads, checks and normalises the policy at `path`. Whatever the files hold, the result is a policy or diagnostics; only where the policy
 * file itself cannot be read is OperationalError POLICY_UNREADABLE thrown. `now` in seconds since 1970 (UTC).
 */
export function loadPolicy(path: string, readFile: ReadFile, now: number, { timezone, strict = false }: LoadOptions): Loaded {
  const report = new Report()
  const source = read(path, readFile, report)
  const checked = check(source, now, timezone, report)
  const { error: errors, warning: warnings } = report.counts
  const refused = errors > 0 || (strict && warnings > 0)
  const diagnostics = report.diagnostics(source.texts)
  return {
    policy: checked === null || refused ? null : normalise(checked),
    diagnostics,
    errors,
    warnings,
    texts: source.texts.map(({ text }) => text),
    render: () => renderDiagnostics(diagnostics, report.omitted),
  }
}
