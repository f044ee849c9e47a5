// SPDX-License-Identifier: GPL-2.0-or-later
// What a check says: one line of what was found and, where something can be done about it, one line of how.

export const LEVELS = ['ok', 'note', 'warning', 'problem'] as const
/** `problem`: ipxxb cannot do here what it promises. `warning`: it can, and something deserves to be mended. `note`: good to know, or not to be told. */
export type Level = (typeof LEVELS)[number]

export interface Finding {
  /** Of the check; stable. */
  readonly id: string
  readonly level: Level
  readonly finding: string
  /** null: nothing to do. */
  readonly remedy: string | null
}

export type Judgement = Omit<Finding, 'id'>

export const ok = (finding: string): Judgement => ({ level: 'ok', finding, remedy: null })
export const note = (finding: string, remedy: string | null = null): Judgement => ({ level: 'note', finding, remedy })
export const warning = (finding: string, remedy: string): Judgement => ({ level: 'warning', finding, remedy })
export const problem = (finding: string, remedy: string): Judgement => ({ level: 'problem', finding, remedy })

/** What nobody could see is neither good nor bad. */
export const cannotTell = (what: string, why: string, remedy: string | null = null): Judgement =>
  note(`cannot tell ${what}: ${why}`, remedy)

/** `5300, 5301 and 2 more` */
export function listed(names: readonly (string | number)[], most = 3): string {
  const shown = names.slice(0, most).join(', ')
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}
