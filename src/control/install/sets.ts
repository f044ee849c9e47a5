// SPDX-License-Identifier: GPL-2.0-or-later
// Sets of the steering plan and their names in the kernel, one kernel set a family. A kernel set never changes once rules refer to it: a plan
// with other addresses gets sets of another generation, and a plan with the same addresses the sets that are there, because loading a hundred
// thousand prefixes takes the better part of a second.

import type { SteeringPlan, SteeringRule, SteeringSet } from '../compile/steering.js'

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

/** A plan, and which kernel set each of its sets is. */
export interface Layer {
  readonly plan: SteeringPlan
  readonly sets: readonly KernelSet[]
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

/** `plan` with a kernel set for each of its sets: one of `layers` that has the same addresses, else a new one of `generation`. */
export function layerOf(plan: SteeringPlan, generation: number, layers: readonly Layer[] = []): Layer {
  const existing = setsOf(layers)
  const sets = plan.sets.flatMap((set) =>
    FAMILIES.filter((family) => hasFamily(set, family)).map((family) => {
      const same = existing.find((other) => other.family === family && isSame(columnsOf(other.set, family), columnsOf(set, family)))
      return { name: same?.name ?? setName(generation, set, family), family, set }
    }),
  )
  return { plan, sets }
}

/** The kernel sets of all layers, each once. */
export function setsOf(layers: readonly Layer[]): KernelSet[] {
  return [...new Map(layers.flatMap(({ sets }) => sets.map((set) => [set.name, set]))).values()]
}

/** The kernel set that a rule's addresses of `family` are in; undefined where there are none. */
export const setOf = ({ sets }: Layer, rule: SteeringRule, family: Family): KernelSet | undefined =>
  sets.find((kernelSet) => kernelSet.set.name === rule.set && kernelSet.family === family)

type Columns = ReturnType<typeof columnsOf>

const isSame = (a: Columns, b: Columns): boolean => areEqual(a.prefixes, b.prefixes) && areEqual(a.exclusions, b.exclusions)

function areEqual(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}
