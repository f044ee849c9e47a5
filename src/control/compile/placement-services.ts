// SPDX-License-Identifier: GPL-2.0-or-later
// The services of a block, cut where exemptions by service and the ports of clocks begin and end: of each piece the kernel may say the same
// of every port. An exemption for ports of the other side is about pairs of ports, which no set of customers can tell: what may be of such
// a pair is left alone for everybody.

import { CLASS_A_NTP_PORTS, NTP_PORT } from '../../contract/shapes.js'
import type { Block } from '../policy/policy.js'
import type { Service } from '../profiles/profile.js'
import { EVERY_SERVICE, type Exemptions } from './exemptions.js'
import type { PortCondition } from './kernel-plan.js'
import { clocksOf } from './placement-rules.js'
import { isClassA } from './ports.js'

/** Ports at which class A may have to tell a clock's reply, by the side that its service is matched on. */
const CLOCK_PORTS = { destination: CLASS_A_NTP_PORTS, source: [NTP_PORT] } as const

/** What exempts somebody from a block: indices into Exemptions.effects; `service` as in Exempted. */
export interface Exempting {
  readonly service: number
  readonly effect: number
}

export interface Piece {
  readonly service: Service
  /** Indices into Exemptions.effects: who is exempt from all of it. */
  readonly effects: readonly number[]
  /** Where an exemption for the other side may hold: its port; null: it is about more than one. */
  readonly crossing: readonly (PortCondition | null)[]
}

/** By block, what exempts somebody from it. */
export function exemptingByBlock({ effects }: Exemptions): ReadonlyMap<number, readonly Exempting[]> {
  const byBlock = new Map<number, Exempting[]>()
  for (const [effect, { exempted }] of effects.entries()) {
    for (const { block, service } of exempted) {
      const known = byBlock.get(block)
      if (known === undefined) byBlock.set(block, [{ service, effect }])
      else known.push({ service, effect })
    }
  }
  return byBlock
}

/** By protocol and side in the order of the block's services, then ascending and disjoint. */
export function cutServices(block: Block, exempting: readonly Exempting[], services: Exemptions['services']): Piece[] {
  const first = new Map(block.services.map((service) => [`${service.protocol} ${service.side}`, service]))
  return [...first.values()].flatMap((like) => piecesOf(block, like, exempting, services))
}

/** Of the services on the side and of the protocol of `like`. */
function piecesOf(block: Block, like: Service, exempting: readonly Exempting[], services: Exemptions['services']): Piece[] {
  const own = block.services.filter(({ protocol, side }) => protocol === like.protocol && side === like.side)
  const named = exempting.flatMap(({ service, effect }) => {
    const by = service === EVERY_SERVICE ? null : (services[service - 1] as Service)
    return by !== null && by.protocol !== like.protocol ? [] : [{ by, effect }]
  })
  const sameSide = named.filter(({ by }) => by === null || by.side === like.side)
  const crossing = named.flatMap(({ by }) => (by === null || by.side === like.side ? [] : [conditionOf(by)]))
  const clocks = isClassA(block) ? CLOCK_PORTS[like.side].map((port) => ({ first: port, last: port })) : []
  const cuts = [...own, ...sameSide.flatMap(({ by }) => by ?? []), ...clocks]
  const starts = [...new Set(cuts.flatMap(({ first, last }) => [first, last + 1]))].sort((a, b) => a - b)
  const pieces: Piece[] = []
  for (const [index, start] of starts.slice(0, -1).entries()) {
    const last = (starts[index + 1] as number) - 1
    if (!own.some((service) => holds(service, start))) continue
    const service = { ...like, first: start, last }
    const effects = sameSide.filter(({ by }) => by === null || holds(by, start)).map(({ effect }) => effect)
    const before = pieces.at(-1)
    if (before !== undefined && continues(block, before, service, effects))
      pieces[pieces.length - 1] = { ...before, service: { ...before.service, last } }
    else pieces.push({ service, effects, crossing })
  }
  return pieces
}

const holds = ({ first, last }: { readonly first: number; readonly last: number }, port: number): boolean => first <= port && port <= last

const conditionOf = ({ side, first, last }: Service): PortCondition | null => (first === last ? { side, port: first, equal: true } : null)

/** It begins where `before` ends, and the same holds of both. */
function continues(block: Block, { service: before, effects }: Piece, service: Service, next: readonly number[]): boolean {
  const isClock = (of: Service) => clocksOf(block, of).length > 0
  return before.last + 1 === service.first && effects.join() === next.join() && isClock(before) === isClock(service)
}
