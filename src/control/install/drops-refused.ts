// SPDX-License-Identifier: GPL-2.0-or-later
// Blocks whose rules a kernel does not take, found by giving it halves of the plan to check. Such a block is fenced: it leaves alone what it
// may match, so that it is decided in userspace, and no later block decides before it.

import type { KernelBlock, KernelPlan, KernelRule } from '../compile/kernel-plan.js'
import { unrenderable } from './drops-tests.js'

export interface Refused {
  /** Index in the policy. */
  readonly block: number
  /** In one line, what was refused. */
  readonly message: string
}

const LEAVE: KernelRule = { reason: null, minimum: 0, maximum: 65535, tests: [], port: null }

/** `plan`, in which the refused blocks drop nothing. Fences behind the last block that drops are left out. */
export function fenced(plan: KernelPlan, refused: readonly Refused[]): KernelPlan {
  const fence = (block: KernelBlock): KernelBlock => ({ ...block, services: block.services.map((each) => ({ ...each, rules: [LEAVE] })) })
  const blocks = plan.blocks.map((block) => (refused.some((each) => each.block === block.block) ? fence(block) : block))
  const last = blocks.findLastIndex((block) => block.services.some(({ rules }) => rules.some(({ reason }) => reason !== null)))
  return { ...plan, blocks: blocks.slice(0, last + 1) }
}

/** What nft has no words for, known without asking the kernel. */
export function refusedAtOnce({ blocks, outside }: KernelPlan): Refused[] {
  // nft has no way to write it, and what follows a quotation mark would be read as rules.
  const strange = outside.find((name) => name.includes('"'))
  return blocks.flatMap(({ block, services }) => {
    const why =
      strange === undefined
        ? services.flatMap(({ rules }) => rules.flatMap((rule) => unrenderable(rule) ?? []))[0]
        : `nft cannot name the interface ${strange}`
    return why === undefined ? [] : { block, message: why }
  })
}

/** `check` says in one line why the kernel does not take a plan, or null. Nothing found: the plan's fault is in none of its blocks alone. */
export async function findRefused(plan: KernelPlan, check: (plan: KernelPlan) => Promise<string | null>): Promise<Refused[]> {
  const { blocks } = plan
  const message = blocks.length === 0 ? null : await check(plan)
  if (message === null) return []
  if (blocks.length === 1) return [{ block: (blocks[0] as KernelBlock).block, message }]
  const half = blocks.length >> 1
  const first = await findRefused({ ...plan, blocks: blocks.slice(0, half) }, check)
  return [...first, ...(await findRefused({ ...plan, blocks: blocks.slice(half) }, check))]
}
