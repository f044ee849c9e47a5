// SPDX-License-Identifier: GPL-2.0-or-later
// What can be wrong with a policy: the closed catalogue of codes, and the report that collects them. A diagnostic holds all that is
// printed of it, and no more, so that it outlives the texts. Every code has a case under test/cases/policies.

import { excerpt, printable } from './excerpt.js'
import { lineAt, type Span, type TextFile } from './text.js'

export const DIAGNOSTICS = {
  // Errors: the policy is refused.
  'yaml-syntax': 'error',
  'too-large': 'error',
  'unreadable-file': 'error',
  'duplicate-key': 'error',
  'duplicate-name': 'error',
  'missing-version': 'error',
  'bad-version': 'error',
  'unknown-key': 'error',
  'missing-key': 'error',
  'wrong-type': 'error',
  'wrong-value': 'error',
  'bad-name': 'error',
  'reserved-name': 'error',
  'bad-interface': 'error',
  'bad-timezone': 'error',
  'bad-date': 'error',
  'empty-period': 'error',
  'bad-prefix': 'error',
  'host-bits': 'error',
  'mapped-prefix': 'error',
  'ambiguous-prefix': 'error',
  'bad-service': 'error',
  'bad-rate': 'error',
  'bad-burst': 'error',
  'bad-port': 'error',
  'bad-offset': 'error',
  'bad-length': 'error',
  'bad-bytes': 'error',
  'bad-test': 'error',
  'empty-shape': 'error',
  'never-matches': 'error',
  'class-conflict': 'error',
  'unknown-profile': 'error',
  'unknown-network': 'error',
  'unknown-block': 'error',
  'empty-protect': 'error',
  'empty-exemption': 'error',
  'not-customers': 'error',
  'profile-conflict': 'error',
  'emergency-without-expires': 'error',
  'reject-inbound': 'error',
  'class-d-enforced': 'error',
  'custom-udp': 'error',
  'no-shapes': 'error',
  'no-kernel': 'error',
  overlap: 'error',
  // Warnings: the policy is accepted.
  'no-interfaces': 'warning',
  expired: 'warning',
  'overdue-review': 'warning',
  shadowed: 'warning',
  'carved-out': 'warning',
  'empty-network': 'warning',
  'duplicate-prefix': 'warning',
  'idle-exemption': 'warning',
  'idle-limit': 'warning',
  'unused-profile': 'warning',
  'weak-pattern': 'warning',
} as const satisfies Record<string, 'error' | 'warning'>

export type DiagnosticCode = keyof typeof DIAGNOSTICS
export type Severity = 'error' | 'warning'

export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in characters. */
  readonly column: number
  readonly message: string
  readonly hint: string | null
  /** The offending line, cut to a window around the column, and the underline below it. */
  readonly excerpt: string
  readonly underline: string
}

/** Of each severity, so many are kept: a wrong file of a million lines must not become a million messages. The rest is counted. */
export const MAX_DIAGNOSTICS = 100

type Lazy<T extends string | object | null> = T | (() => T)

const now = <T extends string | object | null>(value: Lazy<T>): T => (typeof value === 'function' ? value() : value)

/** Collects what the stages find. */
export class Report {
  readonly counts: Record<Severity, number> = { error: 0, warning: 0 }
  readonly #kept: { readonly diagnostic: Diagnostic; readonly span: Span }[] = []

  /** What costs something to find out is given as a function, which is called only for what is kept. */
  add(code: DiagnosticCode, at: Lazy<Span>, what: Lazy<string>, remedy: Lazy<string | null> = null): void {
    const severity = DIAGNOSTICS[code]
    if (++this.counts[severity] > MAX_DIAGNOSTICS) return
    const [span, message, hint] = [now(at), now(what), now(remedy)]
    const line = lineAt(span.file, span.start)
    const diagnostic = {
      code,
      severity,
      file: span.file.path,
      line: line.number,
      column: [...span.file.text.slice(line.start, span.start)].length + 1,
      message: printable(message),
      hint: hint === null ? null : printable(hint),
      ...excerpt(span.file.text.slice(line.start, line.end), span.start - line.start, Math.max(1, span.end - span.start)),
    }
    this.#kept.push({ diagnostic, span })
  }

  /** How many of each severity are not among the diagnostics. */
  get omitted(): number {
    return Math.max(0, this.counts.error - MAX_DIAGNOSTICS) + Math.max(0, this.counts.warning - MAX_DIAGNOSTICS)
  }

  /** In the order of `files` and of the places in them, as a reader goes through them. */
  diagnostics(files: readonly TextFile[]): readonly Diagnostic[] {
    const order = new Map(files.map((file, index) => [file, index]))
    const rank = (span: Span) => order.get(span.file) ?? 0
    return this.#kept.toSorted((a, b) => rank(a.span) - rank(b.span) || a.span.start - b.span.start).map((kept) => kept.diagnostic)
  }
}

/**
 * The text that an operator sees: for each diagnostic a line that editors can jump from (file:line:column), the offending line, a caret
 * and a hint. Empty for none.
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], omitted = 0): string {
  let text = ''
  for (const { file, line, column, severity, code, message, hint, excerpt, underline } of diagnostics) {
    const gutter = String(line)
    text += `${printable(file)}:${line}:${column}: ${severity}: ${message} [${code}]\n`
    text += `  ${gutter} | ${excerpt}\n`.replace(/ +\n$/, '\n')
    text += `  ${' '.repeat(gutter.length)} | ${underline}\n`
    if (hint !== null) text += `  ${' '.repeat(gutter.length)} = ${hint}\n`
  }
  return omitted > 0 ? `${text}and ${omitted} more\n` : text
}
