// SPDX-License-Identifier: GPL-2.0-or-later
// Address classes folded into what they are as the customer's side (near: which blocks protect it, and which of them leave it alone) and as
// the other side (far: which blocks except it). Two small numbers in place of a large one keep the decision table small.

import type { Policy } from '../policy/policy.js'
import type { AddressClass } from './address-classes.js'
import { MAX_ROWS, requireAtMost } from './limits.js'

/** A block that protects the near side, and what the near side is exempted from: services as in Exempted, ascending. */
export interface Protection {
  readonly block: number
  readonly exempted: readonly number[]
}

/** Directions that have rows: INBOUND and OUTBOUND. */
export const ROW_DIRECTIONS = 2

export class Sides {
  /** By address class. */
  readonly nearOf: number[] = []
  readonly farOf: number[] = []
  readonly #nears = new Interned<readonly Protection[]>([], (near) => near.map(({ block, exempted }) => `${block}:${exempted}`).join(' '))
  readonly #fars = new Interned<readonly number[]>([], (far) => far.join())
  readonly #protecting: readonly number[][]
  readonly #excepting: readonly number[][]

  constructor(policy: Policy) {
    this.#protecting = blocksByNetwork(policy, ({ protect }) => protect)
    this.#excepting = blocksByNetwork(policy, ({ except }) => except)
  }

  /** By near number, blocks ascending; 0 is protected by none. */
  get nears(): readonly (readonly Protection[])[] {
    return this.#nears.list
  }

  /** By far number: the blocks that do not match it, ascending; 0 is excepted by none. */
  get fars(): readonly (readonly number[])[] {
    return this.#fars.list
  }

  /** Folds the next address class. */
  fold({ network, exempted, excepts }: AddressClass): void {
    const near = (this.#protecting[network] ?? []).map((block) => ({
      block,
      exempted: exempted.filter((one) => one.block === block).map(({ service }) => service),
    }))
    const far = new Set(excepts.flatMap((except) => this.#excepting[except] as number[]))
    this.nearOf.push(this.#nears.numberOf(near))
    this.farOf.push(this.#fars.numberOf([...far].sort((a, b) => a - b)))
  }
}

export function foldSides(policy: Policy, classes: readonly AddressClass[]): Sides {
  const sides = new Sides(policy)
  for (const each of classes) sides.fold(each)
  requireAtMost(MAX_ROWS, ROW_DIRECTIONS * sides.nears.length * sides.fars.length, 'pairs of customers and far networks to tell apart')
  return sides
}

/** For each network, the blocks that name it, ascending. */
function blocksByNetwork(policy: Policy, named: (block: Policy['blocks'][number]) => readonly number[]): number[][] {
  const blocks: number[][] = policy.networks.map(() => [])
  for (const [number, block] of policy.blocks.entries()) {
    for (const network of new Set(named(block))) blocks[network]?.push(number)
  }
  return blocks
}

/** Distinct values numbered as they come; number 0 is given at the start. */
export class Interned<Value> {
  readonly list: Value[] = []
  readonly #numbers = new Map<string, number>()
  readonly #keyOf: (value: Value) => string

  constructor(first: Value, keyOf: (value: Value) => string) {
    this.#keyOf = keyOf
    this.numberOf(first)
  }

  numberOf(value: Value): number {
    const key = this.#keyOf(value)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.list.length)
    return this.list.push(value) - 1
  }
}
