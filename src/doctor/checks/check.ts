// SPDX-License-Identifier: GPL-2.0-or-later
// What a check is: a name and a pure judgement over the facts, always exactly one.

import { matchesInterface } from '../../contract/interfaces.js'
import type { Facts, InterfaceFacts } from '../facts.js'
import { cannotTell, type Judgement } from '../finding.js'

export interface Check {
  /** Stable: scripts look for it. */
  readonly id: string
  judge(facts: Facts): Judgement
}

/** The interfaces that the policy calls outside; without a policy, or where they could not be listed, none. */
export function outsideOf({ interfaces, policy }: Facts): readonly InterfaceFacts[] {
  const patterns = policy?.outside ?? []
  return (interfaces ?? []).filter(({ name }) => patterns.some((pattern) => matchesInterface(pattern, name)))
}

/** Where nothing was found among the rules of others and not all of them could be read; null: all were. */
export function unreadRules({ surroundings: { unread } }: Facts, what: string): Judgement | null {
  const [first] = unread
  return first === undefined ? null : cannotTell(what, `${first.tool}: ${first.why}`)
}
