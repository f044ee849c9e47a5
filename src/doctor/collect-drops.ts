// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel drops by itself: what it would take of that, tried apart with the very rules that would be installed, and what of it is in
// force, whoever put it there.

import type { KernelPlan } from '../control/compile/kernel-plan.js'
import { DROPS_TABLE } from '../control/install/drops.js'
import { ALIVE } from '../control/install/drops-chains.js'
import { blocksRefused, EXAMPLE_PLAN, trialOf } from '../control/install/drops-trial.js'
import { LIST_WORDS, readListed } from '../control/install/nftables-listed.js'
import { tryApart } from './collect-kernel.js'
import type { Answer, DropsFacts, DropsInForce, PlacedFacts, PrivilegeFacts } from './facts.js'
import type { Machine } from './machine.js'

/** The part of a policy that the kernel is to decide. */
export interface DropsSubject {
  readonly plan: KernelPlan
  readonly overload: 'fail-open' | 'fail-closed'
  /** All of the policy, in its order; `demanded`: it says `placement: kernel`. */
  readonly blocks: readonly { readonly name: string; readonly demanded: boolean }[]
}

export async function collectDrops(machine: Machine, privileges: PrivilegeFacts, subject: DropsSubject | null): Promise<DropsFacts> {
  const attempt = (input: string) => tryApart(machine, privileges, input, 'nft', ['-f', '-'])
  const [able, inForce] = await Promise.all([attempt(trialOf(EXAMPLE_PLAN, 'fail-open')).then(withoutNft), lookInForce(machine)])
  return { able, placed: subject === null ? null : await tryPlaced(subject, able, attempt), inForce }
}

/** To the other checks a missing program tells nothing; here it is what tells that nothing is dropped by the kernel. */
const withoutNft = (answer: Answer): Answer =>
  answer.because === 'no such program: nft' ? { answer: 'no', because: 'there is no program nft' } : answer

async function tryPlaced(
  { plan, overload, blocks }: DropsSubject,
  able: Answer,
  attempt: (input: string) => Promise<Answer>,
): Promise<PlacedFacts> {
  const kernel = plan.placed.filter(({ place }) => place === 'kernel').map(({ block }) => block)
  const nameOf = (block: number): string => blocks[block]?.name ?? ''
  const names = kernel.map(nameOf)
  if (kernel.length === 0 || able.answer === 'unknown') return { names, refused: kernel.length === 0 ? [] : null }
  const refused = await blocksRefused(plan, overload, async (input) => {
    const { answer, because } = withoutNft(await attempt(input))
    return answer === 'yes' ? null : because
  })
  return {
    names,
    refused: refused
      .filter(({ block }) => kernel.includes(block))
      .map(({ block, message }) => ({ name: nameOf(block), demanded: blocks[block]?.demanded ?? false, why: message })),
  }
}

async function lookInForce({ run }: Machine): Promise<DropsInForce> {
  const listing = await run('nft', LIST_WORDS)
  if (listing.status !== 0) return 'unread'
  const listed = readListed(listing.stdout, 'ipxxb-drops')
  if (listed === null) return 'nothing'
  const gates = [...listed.chains.values()].filter(({ base, rules }) => base !== null && rules > 0)
  if (gates.length === 0) return 'empty'
  if (!listed.text.includes(`@${ALIVE} accept`)) return 'unguarded'
  const guard = await run('nft', ['list', 'set', ...DROPS_TABLE.split(' '), ALIVE])
  if (guard.status !== 0) return 'unread'
  return /^\s*elements\b/m.test(guard.stdout) ? 'alive' : 'lapsed'
}
