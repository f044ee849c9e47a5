// SPDX-License-Identifier: GPL-2.0-or-later
// Where a plan's addresses are in the kernel. A kernel set never changes once rules refer to it, and loading a hundred thousand prefixes takes
// the better part of a second: so a plan with the same addresses gets the sets that are there, and one with nearly the same those and two
// small ones beside them, of what came and what went.

import type { SteeringPlan, SteeringRule, SteeringSet } from '../compile/steering.js'
import { differ } from './differences.js'
import { columnsOf, FAMILIES, type Family, freeGeneration, hasFamily, type KernelSet, setName } from './sets.js'

/** One family of a set of the plan: the addresses of `base` without those of `gone`, and those of `come`. */
export interface PlacedSet {
  readonly set: SteeringSet
  readonly family: Family
  readonly base: KernelSet
  readonly gone: KernelSet | null
  readonly come: KernelSet | null
}

/** A plan, and where its sets are. */
export interface Layer {
  readonly plan: SteeringPlan
  readonly sets: readonly PlacedSet[]
}

/**
 * `plan`, with its sets placed: where one of `layers` has the same addresses, there; else beside what the newest layer has under the same
 * name; else anew. `existing`: names that are taken.
 */
export function layerOf(plan: SteeringPlan, existing: readonly string[] = [], layers: readonly Layer[] = []): Layer {
  return {
    plan,
    sets: placeSets(
      plan.sets,
      existing,
      layers.flatMap(({ sets }) => sets),
    ),
  }
}

/** Both families of each of `sets`; `there`: what is in the kernel, the newest last, and `existing` all names that are taken. */
export function placeSets(sets: readonly SteeringSet[], existing: readonly string[], there: readonly PlacedSet[]): PlacedSet[] {
  const maker = new SetMaker(existing)
  return sets.flatMap((set) => FAMILIES.filter((family) => hasFamily(set, family)).map((family) => place(set, family, there, maker)))
}

function place(set: SteeringSet, family: Family, all: readonly PlacedSet[], maker: SetMaker): PlacedSet {
  const placed = all.filter((other) => other.family === family)
  const same = placed.find((other) => isSame(columnsOf(other.set, family), columnsOf(set, family)))
  if (same !== undefined) return { ...same, set }
  const base = placed.findLast((other) => other.set.name === set.name)?.base
  const difference = base && differ(base.set, set, family)
  if (!difference) return { set, family, base: maker.make(set, family), gone: null, come: null }
  const { gone, come } = difference
  return { set, family, base, gone: gone && maker.makeBeside(gone, family), come: come && maker.makeBeside(come, family) }
}

class SetMaker {
  /** Of all that is made under its own name. */
  readonly #generation: number
  readonly #taken: string[]

  constructor(existing: readonly string[]) {
    this.#generation = freeGeneration(existing)
    this.#taken = [...existing]
  }

  make(set: SteeringSet, family: Family, generation = this.#generation): KernelSet {
    const name = setName(generation, set, family)
    this.#taken.push(name)
    return { name, family, set }
  }

  /** Under the name of a large set, and so of a generation of its own. */
  makeBeside(set: SteeringSet, family: Family): KernelSet {
    return this.make(set, family, freeGeneration([...this.#taken, setName(this.#generation, set, family)]))
  }
}

/** The kernel sets of all layers, each once. */
export const setsOf = (layers: readonly Layer[]): KernelSet[] => kernelSetsOf(layers.flatMap(({ sets }) => sets))

/** The kernel sets that hold `placed`, each once. */
export function kernelSetsOf(placed: readonly PlacedSet[]): KernelSet[] {
  const all = placed.flatMap(({ base, gone, come }) => [base, gone, come].filter((set) => set !== null))
  return [...new Map(all.map((set) => [set.name, set])).values()]
}

/** Where a rule's addresses of `family` are; undefined where there are none. */
export const setOf = ({ sets }: Layer, rule: SteeringRule, family: Family): PlacedSet | undefined =>
  sets.find((placed) => placed.set.name === rule.set && placed.family === family)

type Columns = ReturnType<typeof columnsOf>

const isSame = (a: Columns, b: Columns): boolean => areEqual(a.prefixes, b.prefixes) && areEqual(a.exclusions, b.exclusions)

function areEqual(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}
