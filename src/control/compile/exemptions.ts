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

export interface Exemptions {
  /** Distinct effects, and for each of them the prefixes that have it. */
  readonly effects: readonly { readonly exempted: readonly Exempted[]; readonly prefixes: readonly Prefixes[] }[]
  /** Distinct services that exemptions name. */
  readonly services: readonly Service[]
}

const serviceKey = ({ protocol, side, first, last }: Service): string => `${protocol} ${side} ${first}-${last}`

/** The exemptions of `policy` that hold at `now`, seconds since 1970. */
export function reduceExemptions(policy: Policy, now: number): Exemptions {
  const services: Service[] = []
  const numbers = new Map<string, number>()
  const numberOf = (service: Service | null): number => {
    if (service === null) return EVERY_SERVICE
    const key = serviceKey(service)
    if (!numbers.has(key)) numbers.set(key, services.push(service))
    return numbers.get(key) as number
  }

  const effects = new Map<string, { exempted: Exempted[]; prefixes: Prefixes[] }>()
  for (const exemption of policy.exemptions) {
    if (isOver(exemption, now)) continue
    const service = numberOf(exemption.service)
    const blocks = [...new Set(exemption.blocks)].sort((a, b) => a - b)
    const key = `${service}:${blocks.join(',')}`
    const known = effects.get(key)
    if (known === undefined) effects.set(key, { exempted: blocks.map((block) => ({ block, service })), prefixes: [exemption.prefix] })
    else known.prefixes.push(exemption.prefix)
  }
  return { effects: [...effects.values()], services }
}

const isOver = ({ expires }: Exemption, now: number): boolean => expires !== NEVER && now >= expires
