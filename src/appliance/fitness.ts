// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a policy can mean on this machine what it says: asked before anything is installed, and only where the answer is in doubt, because
// reading everybody's rules starts half a dozen processes.

import { needsSurvey, requireFit, type WholePackets } from '../control/install/surroundings-fit.js'
import { survey } from '../control/install/surroundings.js'
import type { Run } from '../control/install/run.js'
import type { Block, Policy } from '../control/policy/policy.js'
import type { Prepared } from '../control/reload.js'

function wholePackets({ networks }: Policy, { name, protect }: Block): WholePackets {
  const has = (family: 'ipv4' | 'ipv6') => protect.some((network) => (networks[network]?.prefixes[family].length ?? 0) > 0)
  return { block: name, ipv4: has('ipv4'), ipv6: has('ipv6') }
}

/** Throws HOOK_REFUSED or NO_DEFRAGMENTATION. */
export async function requireFitness({ policy, compiled }: Prepared, run: Run): Promise<void> {
  // An observed block drops nothing that the rest of a packet could slip past.
  const needing = policy.blocks.filter(({ profile, mode }) => profile?.needsDefragmentation === true && mode === 'enforce')
  const needs = { plan: compiled.plan, wholePackets: needing.map((block) => wholePackets(policy, block)) }
  if (needsSurvey(needs)) requireFit(needs, await survey(run))
}
