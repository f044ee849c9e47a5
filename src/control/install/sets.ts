// SPDX-License-Identifier: GPL-2.0-or-later
// Sets of the steering plan and of the kernel: one kernel set a family, named so that ours are told from everybody else's.

import type { SteeringSet } from '../compile/steering.js'

export const FAMILIES = [4, 6] as const
export type Family = (typeof FAMILIES)[number]

/** Every set of ours, of any generation, and none of anybody else's. */
const OURS = /^ipxxb-(\d{1,6})-[a-z0-9-]+-[46]$/
/** ipset's names have 31 bytes: `ipxxb-`, generation, `-`, at most 16 of the plan's, `-4`. */
const GENERATIONS = 1_000_000

export interface KernelSet {
  readonly name: string
  readonly family: Family
  readonly set: SteeringSet
}

export const setName = (generation: number, { name }: Pick<SteeringSet, 'name'>, family: Family): string =>
  `ipxxb-${generation}-${name}-${family}`

export const isOurSet = (name: string): boolean => OURS.test(name)

/** A generation that none of the sets `existing` is of: one more than theirs, so that names in a listing tell which are newer. */
export function freeGeneration(existing: readonly string[]): number {
  const taken = new Set(existing.map((name) => Number(OURS.exec(name)?.[1] ?? 0)))
  let free = (Math.max(0, ...taken) + 1) % GENERATIONS
  while (taken.has(free)) free = (free + 1) % GENERATIONS
  return free
}

/** Whether the set has addresses of the family: without, there is neither a kernel set nor a rule. */
export const hasFamily = (set: SteeringSet, family: Family): boolean => columnsOf(set, family).prefixes.length > 0

export function columnsOf({ prefixes, exclusions }: SteeringSet, family: Family): { prefixes: Uint32Array; exclusions: Uint32Array } {
  return family === 4 ? { prefixes: prefixes.ipv4, exclusions: exclusions.ipv4 } : { prefixes: prefixes.ipv6, exclusions: exclusions.ipv6 }
}
