// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a policy can mean here what it says. Two promises hang on the kernel around our rules: the hook prerouting sees every packet once
// and with the addresses that customers have, and a block that must see whole packets gets whole packets. What cannot be shown is refused.

import type { SteeringPlan } from '../compile/steering.js'
import { OperationalError } from '../../errors.js'
import type { Surroundings } from './survey.js'
import { touches } from './ranges.js'
import { type Translation, VERSIONS } from './rules.js'

/** A block that stops only the first fragment of a packet unless fragments are put together before it. */
export interface WholePackets {
  readonly block: string
  /** Which of its protected networks have prefixes of. */
  readonly ipv4: boolean
  readonly ipv6: boolean
}

export interface Needs {
  readonly plan: Pick<SteeringPlan, 'hook' | 'sets'>
  readonly wholePackets: readonly WholePackets[]
}

/** Whether the answer of requireFit depends on the surroundings at all: with the hook forward and the usual blocks it does not. */
export function needsSurvey({ plan, wholePackets }: Needs): boolean {
  return plan.hook === 'prerouting' || wholePackets.length > 0
}

/** Throws HOOK_REFUSED or NO_DEFRAGMENTATION with what was found. */
export function requireFit({ plan, wholePackets }: Needs, surroundings: Surroundings): void {
  const refusal = plan.hook === 'prerouting' ? hookRefusal(plan.sets, surroundings) : null
  if (refusal !== null) throw new OperationalError('HOOK_REFUSED', `hook \`prerouting\`: ${refusal}`)
  for (const { block, ipv4, ipv6 } of wholePackets) {
    for (const version of [4, 6] as const) {
      const { answer, because } = surroundings.defragments[version]
      if (answer === 'yes' || !(version === 4 ? ipv4 : ipv6)) continue
      const found = answer === 'no' ? 'nothing puts IPv$ fragments together' : 'it cannot be told whether IPv$ fragments are put together'
      throw new OperationalError('NO_DEFRAGMENTATION', `block \`${block}\`: ${found.replace('$', String(version))} (${because})`)
    }
  }
}

function hookRefusal(sets: SteeringPlan['sets'], { vrfs, translations, unread }: Surroundings): string | null {
  if (vrfs === null) return 'VRF devices could not be listed (ip link)'
  if (vrfs.length > 0) return `packets of the VRF device ${vrfs[0]} pass it twice`
  const found = translations.find((one) => concerns(one, sets))
  if (found !== undefined) return `addresses are translated, and nothing shows that protected ones are not: ${found.place}`
  const [first] = unread
  return first === undefined ? null : `rules that may translate addresses could not be read (${first.tool}: ${first.why})`
}

/** Whether the rule may change an address of the sets, or to one. A set's exclusions do not count: whom they belong to is another's matter. */
export function concerns({ family, from, to }: Translation, sets: SteeringPlan['sets']): boolean {
  const versions = VERSIONS[family] ?? []
  if (!sets.some((set) => versions.some((version) => set.prefixes[`ipv${version}`].length > 0))) return false
  if (from === null || to === null) return true
  return [...from, ...to].some((range) => sets.some(({ prefixes }) => touches(range, prefixes)))
}
