// SPDX-License-Identifier: GPL-2.0-or-later
// Exemptions reduced to their effect: which services of which blocks leave an address alone. A hundred thousand hosts exempted from the same
// block have one effect, and so make one address class. Times are settled here: the image has none for exemptions, so those that are over
// are left out, and window.ts says when the policy must be compiled again.

import { NEVER } from '../../contract/image.js'
import type { Exemption, Policy, Prefixes } from '../policy/policy.js'
import type { Service } from '../profiles/profile.js'

/** In place of a named service: the exemption is from every service of the block. */
export const EVERY_SERVICE = 0

/** One block left alone: EVERY_SERVICE, or 1 + an index into Exemptions.services. */
export interface Exempted {
  readonly block: number
  readonly service: number
}

/** Which services of which blocks are left alone, and the prefixes where they are. */
export interface Effect {
  readonly exempted: readonly Exempted[]
  readonly prefixes: Prefixes[]
}

export class Exemptions {
  /** Distinct effects. */
  readonly effects: Effect[] = []
  /** Distinct services that exemptions name. */
  readonly services: Service[] = []
  readonly #serviceNumbers = new Map<string, number>()
  readonly #effectNumbers = new Map<string, number>()

  /** EVERY_SERVICE for null; else the number of `service`, undefined where no exemption names it yet. */
  serviceNumber(service: Service | null): number | undefined {
    return service === null ? EVERY_SERVICE : this.#serviceNumbers.get(keyOf(service))
  }

  addService(service: Service): number {
    const number = this.services.push(service)
    this.#serviceNumbers.set(keyOf(service), number)
    return number
  }

  /** Index of the effect of an exemption from these blocks; a new one has no prefixes. */
  effectOf(blocks: readonly number[], service: number): number {
    const distinct = [...new Set(blocks)].sort((a, b) => a - b)
    const key = `${service}:${distinct.join(',')}`
    const known = this.#effectNumbers.get(key)
    if (known !== undefined) return known
    this.#effectNumbers.set(key, this.effects.length)
    return this.effects.push({ exempted: distinct.map((block) => ({ block, service })), prefixes: [] }) - 1
  }
}

const keyOf = ({ protocol, side, first, last }: Service): string => `${protocol} ${side} ${first}-${last}`

/** The exemptions of `policy` that hold at `now`, seconds since 1970. */
export function reduceExemptions(policy: Policy, now: number): Exemptions {
  const exemptions = new Exemptions()
  for (const exemption of policy.exemptions) {
    if (isOver(exemption, now)) continue
    const service = exemptions.serviceNumber(exemption.service) ?? exemptions.addService(exemption.service as Service)
    const effect = exemptions.effects[exemptions.effectOf(exemption.blocks, service)] as Effect
    effect.prefixes.push(exemption.prefix)
  }
  return exemptions
}

const isOver = ({ expires }: Exemption, now: number): boolean => expires !== NEVER && now >= expires
