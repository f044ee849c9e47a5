// SPDX-License-Identifier: GPL-2.0-or-later
// Address classes: what the policy knows of an address. A class is found by walking inwards from "no network": each prefix that is entered
// leads from the class around it to the class within, and the same step leads to the same class wherever it is taken.

import type { Policy } from '../policy/policy.js'
import { EVERY_SERVICE, type Exempted, type Exemptions } from './exemptions.js'

export interface AddressClass {
  /** Index of the network with the longest prefix; -1 for none. */
  readonly network: number
  /** Networks around the address that some `except` names, ascending. */
  readonly excepts: readonly number[]
  /** What leaves the address alone, by block and service, ascending; nothing beside EVERY_SERVICE of the same block. */
  readonly exempted: readonly Exempted[]
}

const NOWHERE: AddressClass = { network: -1, excepts: [], exempted: [] }

export class AddressClasses {
  /** By class number; 0 is "no network". */
  readonly list: AddressClass[] = [NOWHERE]
  readonly #networks: number
  readonly #owners: number
  readonly #named: ReadonlySet<number>
  readonly #effects: Exemptions['effects']
  readonly #numbers = new Map<string, number>([[keyOf(NOWHERE), 0]])
  readonly #steps = new Map<number, number>()
  // A file of prefixes takes the same step a million times in a row.
  #lastStep = -1
  #lastClass = 0

  constructor(policy: Policy, exemptions: Exemptions) {
    this.#networks = policy.networks.length
    this.#owners = policy.networks.length + exemptions.effects.length
    this.#named = new Set(policy.blocks.flatMap(({ except }) => except))
    this.#effects = exemptions.effects
  }

  /** The class within a prefix of `owner` (SortedPrefixes) that lies in addresses of the class `outer`. */
  enter(outer: number, owner: number): number {
    const step = outer * this.#owners + owner
    if (step === this.#lastStep) return this.#lastClass
    let inner = this.#steps.get(step)
    if (inner === undefined) {
      inner = this.#number(this.#within(this.list[outer] as AddressClass, owner))
      this.#steps.set(step, inner)
    }
    this.#lastStep = step
    this.#lastClass = inner
    return inner
  }

  #within(outer: AddressClass, owner: number): AddressClass {
    if (owner >= this.#networks) {
      const { exempted } = this.#effects[owner - this.#networks] as Exemptions['effects'][number]
      return { ...outer, exempted: unite(outer.exempted, exempted) }
    }
    const excepts =
      this.#named.has(owner) && !outer.excepts.includes(owner) ? [...outer.excepts, owner].sort((a, b) => a - b) : outer.excepts
    return { ...outer, network: owner, excepts }
  }

  #number(of: AddressClass): number {
    const key = keyOf(of)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.list.length)
    return this.list.push(of) - 1
  }
}

const keyOf = ({ network, excepts, exempted }: AddressClass): string =>
  `${network}|${excepts.join()}|${exempted.map(({ block, service }) => `${block}.${service}`).join()}`

function unite(one: readonly Exempted[], other: readonly Exempted[]): Exempted[] {
  const sorted = [...one, ...other].sort((a, b) => a.block - b.block || a.service - b.service)
  // EVERY_SERVICE sorts first within its block and makes the rest of the block superfluous.
  const united: Exempted[] = []
  for (const next of sorted) {
    const last = united.at(-1)
    const covered = last?.block === next.block && (last.service === EVERY_SERVICE || last.service === next.service)
    if (!covered) united.push(next)
  }
  return united
}
