// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a policy can mean on this machine what it says: asked before anything is installed, and only where the answer is in doubt, because
// reading everybody's rules starts half a dozen processes.

import { type Needs, needsSurvey, requireFit, type WholePackets } from '../control/surroundings/fit.js'
import { survey } from '../control/surroundings/survey.js'
import type { Run } from '../control/install/run.js'
import type { Block, Policy } from '../control/policy/policy.js'
import type { Prepared } from '../control/reload.js'

function wholePackets({ networks }: Policy, { name, protect }: Block): WholePackets {
  const has = (family: 'ipv4' | 'ipv6') => protect.some((network) => (networks[network]?.prefixes[family].length ?? 0) > 0)
  return { block: name, ipv4: has('ipv4'), ipv6: has('ipv6') }
}

/** What the policy must find on the machine. */
export function needsOf({ policy, compiled }: Prepared): Needs {
  // An observed block drops nothing that the rest of a packet could slip past.
  const needing = policy.blocks.filter(({ profile, mode }) => profile?.needsDefragmentation === true && mode === 'enforce')
  return { plan: compiled.plan, wholePackets: needing.map((block) => wholePackets(policy, block)) }
}

/** Throws HOOK_REFUSED or NO_DEFRAGMENTATION. */
export async function requireFitness(prepared: Prepared, run: Run): Promise<void> {
  const needs = needsOf(prepared)
  if (needsSurvey(needs)) requireFit(needs, await survey(run))
}
