// SPDX-License-Identifier: GPL-2.0-or-later
// Address classes: what the policy knows of an address. A class is found by walking inwards from "no network": each prefix that is entered
// leads from the class around it to the class within, and the same step leads to the same class wherever it is taken. A class remembers
// each exemption around it, also where another says the same, so that a step into an exemption can be taken back (exempting.ts).

import type { Policy } from '../policy/policy.js'
import { EVERY_SERVICE, type Exempted, type Exemptions } from './exemptions.js'

export interface AddressClass {
  /** Index of the network with the longest prefix; -1 for none. */
  readonly network: number
  /** Networks around the address that some `except` names, ascending. */
  readonly excepts: readonly number[]
  /** What leaves the address alone, by block and service, ascending; nothing beside EVERY_SERVICE of the same block. */
  readonly exempted: readonly Exempted[]
  /** Effects (Exemptions.effects) of the exemptions around the address, ascending; one for each, so the same may be there twice. */
  readonly effects: readonly number[]
}

const NOWHERE: AddressClass = { network: -1, excepts: [], exempted: [], effects: [] }
/** Owners are fewer: the sources of prefixes have numbers of 24 bits. */
const OWNERS = 1 << 24

export class AddressClasses {
  /** By class number; 0 is "no network". */
  readonly list: AddressClass[] = [NOWHERE]
  readonly #networks: number
  readonly #named: ReadonlySet<number>
  readonly #effects: Exemptions['effects']
  readonly #numbers = new Map<string, number>([[keyOf(NOWHERE), 0]])
  readonly #steps = new Map<number, number>()
  // A file of prefixes takes the same step a million times in a row.
  #lastStep = -1
  #lastClass = 0

  constructor(policy: Policy, exemptions: Exemptions) {
    this.#networks = policy.networks.length
    this.#named = new Set(policy.blocks.flatMap(({ except }) => except))
    this.#effects = exemptions.effects
  }

  /** The class within a prefix of `owner` (Entered) that lies in addresses of the class `outer`. */
  enter(outer: number, owner: number): number {
    const step = outer * OWNERS + owner
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

  /** The class that `inner` becomes without one exemption of `effect`; -1 where none is around it. */
  leave(inner: number, effect: number): number {
    const { network, excepts, effects } = this.list[inner] as AddressClass
    const at = effects.indexOf(effect)
    return at === -1 ? -1 : this.#number({ network, excepts, ...this.#exemptedBy(effects.toSpliced(at, 1)) })
  }

  #within(outer: AddressClass, owner: number): AddressClass {
    if (owner >= this.#networks) {
      return { ...outer, ...this.#exemptedBy([...outer.effects, owner - this.#networks].sort((a, b) => a - b)) }
    }
    const excepts =
      this.#named.has(owner) && !outer.excepts.includes(owner) ? [...outer.excepts, owner].sort((a, b) => a - b) : outer.excepts
    return { ...outer, network: owner, excepts }
  }

  #exemptedBy(effects: readonly number[]): Pick<AddressClass, 'exempted' | 'effects'> {
    return { effects, exempted: unite(effects.flatMap((effect) => (this.#effects[effect] as Exemptions['effects'][number]).exempted)) }
  }

  #number(of: AddressClass): number {
    const key = keyOf(of)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.list.length)
    return this.list.push(of) - 1
  }
}

const keyOf = ({ network, excepts, effects }: AddressClass): string => `${network}|${excepts.join()}|${effects.join()}`

function unite(all: readonly Exempted[]): Exempted[] {
  const sorted = [...all].sort((a, b) => a.block - b.block || a.service - b.service)
  // EVERY_SERVICE sorts first within its block and makes the rest of the block superfluous.
  const united: Exempted[] = []
  for (const next of sorted) {
    const last = united.at(-1)
    const covered = last?.block === next.block && (last.service === EVERY_SERVICE || last.service === next.service)
    if (!covered) united.push(next)
  }
  return united
}
