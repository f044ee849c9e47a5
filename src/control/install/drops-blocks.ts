// SPDX-License-Identifier: GPL-2.0-or-later
// The blocks of a kernel plan as chains of nft: for each service that differs from the block's others a chain that asks for exceptions, exemptions
// and rules, and returns where the next block is to be asked. Two families are two chains, since their sets are.

import { REASONS } from '../../contract/reasons.js'
import type { KernelBlock, KernelPlan, KernelRule, KernelService } from '../compile/kernel-plan.js'
import type { SteeringPlan } from '../compile/steering.js'
import { renderConditions } from './drops-tests.js'
import type { PlacedSet } from './layers.js'
import type { Family } from './sets.js'

export type Direction = KernelBlock['direction']
export const SHORT = { inbound: 'in', outbound: 'out' } as const

export interface Chain {
  readonly name: string
  readonly rules: readonly string[]
}

/** A named counter of the kernel. */
export interface Counter {
  readonly name: string
  /** Index in the policy; null: the packets that were dropped and spoofed. */
  readonly block: number | null
  readonly reason: number
}

export interface Rendered {
  readonly plan: KernelPlan
  readonly overload: SteeringPlan['overload']
  readonly sets: readonly PlacedSet[]
  readonly generation: number
}

/** Of all names that are of one plan, so that the old one's stand beside them: nft wants a letter first. */
export const prefixOf = ({ generation }: Rendered): string => `g${generation}-`

/** One service in one family, with its own rules in a chain. */
export interface Entry {
  /** Index in the policy. */
  readonly block: number
  readonly service: KernelService['service']
  readonly first: number
  readonly last: number
  readonly direction: Direction
  readonly family: Family
  /** Alternatives, one of which holds where the near address is protected. */
  readonly near: readonly string[]
  /** Alternatives, one of which holds where the near address is exempt. */
  readonly exempt: readonly string[]
  readonly chain: string
}

/** Names of the plan's sets that rules refer to; the others are not loaded. */
export function usedSets({ blocks, customers, outside, hook }: KernelPlan): Set<string> {
  const used = blocks.flatMap(({ near, except, services }) => [near, except, ...services.map(({ exempt }) => exempt)])
  const asksCustomers = outside.length === 0 || blocks.some(({ direction }) => direction === 'inbound' || hook === 'prerouting')
  if (blocks.length > 0 && asksCustomers) used.push(customers)
  return new Set(used.filter((name) => name !== null))
}

/** Alternatives, one of which holds where the address is in the set; none: it never is. */
export function membership(sets: readonly PlacedSet[], name: string | null, family: Family, side: 'saddr' | 'daddr'): string[] {
  const placed = sets.find((each) => each.set.name === name && each.family === family)
  if (placed === undefined) return []
  const address = `${family === 4 ? 'ip' : 'ip6'} ${side}`
  const { base, gone, come } = placed
  return [
    `${address} @${base.name}${gone === null ? '' : ` ${address} != @${gone.name}`}`,
    ...(come === null ? [] : [`${address} @${come.name}`]),
  ]
}

/** What becomes of a packet of one block and service, in a chain for each that differs; it returns where the next block is to be asked. */
export class BlockChains {
  readonly chains: Chain[] = []
  readonly counters: Counter[] = []
  readonly #rendered: Rendered

  constructor(rendered: Rendered) {
    this.#rendered = rendered
  }

  entriesOf(block: KernelBlock, family: Family): Entry[] {
    const { sets } = this.#rendered
    const side = block.direction === 'inbound' ? 'daddr' : 'saddr'
    const near = membership(sets, block.near, family, side)
    if (near.length === 0) return []
    /** Most services of a block are told apart by their ports alone. */
    const known = new Map<string, string>()
    return block.services.map(({ service, exempt, rules }) => {
      const key = JSON.stringify([service.protocol, exempt, rules])
      const chain = known.get(key) ?? `${prefixOf(this.#rendered)}${block.block}-${SHORT[block.direction]}-${family}-${known.size}`
      if (!known.has(key)) this.#add(chain, block, { service, exempt, rules }, family)
      known.set(key, chain)
      const { first, last } = service
      return {
        block: block.block,
        service,
        first,
        last,
        direction: block.direction,
        family,
        near,
        exempt: membership(sets, exempt, family, side),
        chain,
      }
    })
  }

  #add(name: string, block: KernelBlock, { service, exempt, rules }: KernelService, family: Family): void {
    const { sets } = this.#rendered
    const [near, far] = block.direction === 'inbound' ? (['daddr', 'saddr'] as const) : (['saddr', 'daddr'] as const)
    const others = [...membership(sets, block.except, family, far), ...membership(sets, exempt, family, near)]
    const lines = rules.map((rule) => [renderConditions(rule, service.protocol), this.#endOf(rule, block, family)].join(' ').trim())
    this.chains.push({ name, rules: [...others.map((match) => `${match} return`), ...lines] })
  }

  #endOf({ reason }: KernelRule, { block, direction }: KernelBlock, family: Family): string {
    if (reason === null) return 'accept'
    const name = this.#counter(`${block}-${REASONS[reason]}`, block, reason)
    return `counter name "${name}" ${direction === 'inbound' ? this.#dropInbound(family) : 'drop'}`
  }

  /** Who comes from outside with a customer's address is counted, of the packets that are dropped. */
  #dropInbound(family: Family): string {
    const { plan, sets } = this.#rendered
    const fromCustomer = plan.outside.length === 0 ? [] : membership(sets, plan.customers, family, 'saddr')
    if (fromCustomer.length === 0) return 'drop'
    const name = `${prefixOf(this.#rendered)}drop-${family}`
    if (!this.chains.some((chain) => chain.name === name)) {
      const counter = this.#counter('spoofed', null, 0)
      this.chains.unshift({ name, rules: [...fromCustomer.map((match) => `${match} counter name "${counter}" drop`), 'drop'] })
    }
    return `goto ${name}`
  }

  #counter(rest: string, block: number | null, reason: number): string {
    const name = `${prefixOf(this.#rendered)}${rest}`
    if (!this.counters.some((counter) => counter.name === name)) this.counters.push({ name, block, reason })
    return name
  }
}
