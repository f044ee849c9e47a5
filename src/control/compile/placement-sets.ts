// SPDX-License-Identifier: GPL-2.0-or-later
// The sets of a kernel plan, each made once and only where a rule asks for it. Whose an address is goes by the longest prefix, and so these
// sets are carved as those of steering are; `except` and exemptions go by containment, so theirs are plain lists.

import type { Policy, Prefixes } from '../policy/policy.js'
import type { Exemptions } from './exemptions.js'
import { SetNames } from './set-names.js'
import type { Carve, Carved } from './sets.js'
import type { SteeringSet } from './steering.js'

const NO_PREFIXES: Prefixes = { ipv4: new Uint32Array(), ipv6: new Uint32Array() }

export class PlacementSets {
  readonly #policy: Policy
  readonly #effects: Exemptions['effects']
  readonly #carve: Carve
  readonly #names = new SetNames()
  readonly #sets = new Map<string, SteeringSet>()

  constructor(policy: Policy, { effects }: Exemptions, carve: Carve) {
    this.#policy = policy
    this.#effects = effects
    this.#carve = carve
  }

  /** All sets asked for so far. */
  get list(): SteeringSet[] {
    return [...this.#sets.values()]
  }

  /** Addresses whose longest prefix is one of these networks'. */
  near(networks: readonly number[]): string {
    const sorted = ascending(networks)
    return this.#name(`near ${sorted}`, this.#spoken(sorted), () => this.#carve(sorted))
  }

  /** Addresses of all customers. */
  customers(): string {
    return this.near([...this.#policy.networks.keys()].filter((network) => this.#policy.networks[network]?.customers))
  }

  /** Addresses that any prefix of these networks contains; null: there are no networks. */
  except(networks: readonly number[]): string | null {
    if (networks.length === 0) return null
    const sorted = ascending(networks)
    return this.#name(`except ${sorted}`, `not-${this.#spoken(sorted)}`, () =>
      joined(sorted.map((network) => this.#policy.networks[network]?.prefixes as Prefixes)),
    )
  }

  /** Addresses that exemptions of these effects contain; null: there are no effects. */
  exempt(effects: readonly number[]): string | null {
    if (effects.length === 0) return null
    return this.#name(`exempt ${effects}`, 'exempt', () => joined(effects.flatMap((effect) => this.#effects[effect]?.prefixes ?? [])))
  }

  #name(key: string, spoken: string, make: () => Carved): string {
    const name = this.#names.of(key, spoken)
    if (!this.#sets.has(name)) this.#sets.set(name, { name, ...make() })
    return name
  }

  #spoken(networks: readonly number[]): string {
    return networks.map((network) => this.#policy.networks[network]?.name).join('-')
  }
}

const ascending = (numbers: readonly number[]): number[] => [...new Set(numbers)].sort((a, b) => a - b)

/** Many lists, of which most may have one prefix, in one. */
function joined(lists: readonly Prefixes[]): Carved {
  const column = (family: 'ipv4' | 'ipv6'): Uint32Array => {
    const words = new Uint32Array(lists.reduce((sum, list) => sum + list[family].length, 0))
    let at = 0
    // Word by word: of a hundred thousand lists most have two, and set() costs more than that.
    for (const { [family]: list } of lists) for (let from = 0; from < list.length; from++) words[at++] = list[from] as number
    return words
  }
  return { prefixes: { ipv4: column('ipv4'), ipv6: column('ipv6') }, exclusions: NO_PREFIXES }
}
