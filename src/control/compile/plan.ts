// SPDX-License-Identifier: GPL-2.0-or-later
// The steering planner: which packets the kernel sends to which queues. Only those that some block could act on; a packet that an enforced
// block may drop goes to the enforce queues, and the observe queues get what only observed blocks look at, because the kernel takes the
// first rule that matches. What a rule cannot say (`except`, exemptions, shapes) is left to the engine.

import { NEVER } from '../../contract/image.js'
import type { Block, Policy } from '../policy/policy.js'
import type { Service } from '../profiles/profile.js'
import { SetNames } from './set-names.js'
import type { Carve } from './sets.js'
import type { SteeringPlan, SteeringRule, SteeringSet } from './steering.js'

type PortRange = readonly [first: number, last: number]

/** A rule in the making: its ports are gathered from all blocks that want the same packets for the same customers. */
interface Draft extends Omit<SteeringRule, 'ports'> {
  readonly ports: PortRange[]
}

/** The plan for `policy` at `now`, seconds since 1970. Blocks that are over are left out, those yet to come are in. */
export function planSteering(policy: Policy, now: number, carve: Carve): SteeringPlan {
  const names = new SetNames()
  const sets = new Map<string, SteeringSet>()
  const drafts = new Map<string, Draft>()
  for (const block of policy.blocks) {
    if (isOver(block, now)) continue
    const networks = [...new Set(block.protect)].sort((a, b) => a - b)
    const set = names.of(networks.join(), networks.map((network) => policy.networks[network]?.name).join('-'))
    if (!sets.has(set)) sets.set(set, { name: set, ...carve(networks) })
    for (const service of block.services) addService(drafts, block, service, set)
  }
  const rules = [...drafts.values()].map(({ ports, ...rule }) => ({ ...rule, ports: mergePorts(ports) }))
  const { hook, overload, observeRate } = policy
  return {
    hook,
    overload,
    observeRate,
    sets: [...sets.values()],
    rules: [...rules.filter(({ kind }) => kind === 'enforce'), ...rules.filter(({ kind }) => kind === 'observe')],
  }
}

/** Whether the block acts on nothing from `now` on. */
export const isOver = ({ expires }: Block, now: number): boolean => expires !== NEVER && now >= expires

function addService(drafts: Map<string, Draft>, { mode, direction }: Block, { protocol, side, first, last }: Service, set: string): void {
  const key = `${mode} ${direction} ${protocol} ${side} ${set}`
  const draft = drafts.get(key) ?? {
    protocol,
    side,
    ports: [],
    address: direction === 'inbound' ? 'destination' : 'source',
    set,
    kind: mode,
  }
  draft.ports.push([first, last])
  drafts.set(key, draft)
}

/** Ascending, and joined where they overlap or touch. */
function mergePorts(ranges: readonly PortRange[]): PortRange[] {
  const merged: [number, number][] = []
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = merged.at(-1)
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else merged.push([first, last])
  }
  return merged
}
