// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel plan as chains of nft, cheapest miss first: ports, the dead man's switch, our own mark, what is no plain packet, direction, the
// services of the port in the policy's order, and of each the protected addresses, exceptions, exemptions and rules. `accept` leaves a packet
// alone: it ends this table and none behind it, the steering's among them. Whoever finds no rule that holds is accepted too.

import { OWN_MARK } from '../../contract/numbers.js'
import { BlockChains, type Chain, type Counter, type Direction, type Entry, prefixOf, type Rendered, SHORT } from './drops-blocks.js'
import { groupByPort } from './drops-ports.js'
import { directionRules, plainRules } from './drops-ways.js'
import { sharedBits } from './envelopes.js'
import { portMatch } from './nftables.js'
import { type Gate, gatesOf } from './ports.js'
import { FAMILIES, type Family } from './sets.js'

export const ALIVE = 'alive'

export interface Drops {
  /** Rules of the base chain. */
  readonly gates: readonly string[]
  /** In an order in which each refers to those before it. */
  readonly chains: readonly Chain[]
  readonly counters: readonly Counter[]
}

const PROTOCOLS = ['udp', 'tcp'] as const
type Protocol = (typeof PROTOCOLS)[number]
const NFPROTO = { 4: 'ipv4', 6: 'ipv6' } as const
export function renderChains(rendered: Rendered): Drops {
  const blocks = new BlockChains(rendered)
  const entries = rendered.plan.blocks.flatMap((block) => FAMILIES.flatMap((family) => blocks.entriesOf(block, family)))
  const ways = PROTOCOLS.flatMap((protocol) => renderProtocol(rendered, protocol, entries))
  const gates = gatesOf(entries.map(({ service: { protocol, side, first, last } }): Gate => ({ protocol, side, ports: [[first, last]] })))
  return {
    gates: gates.map(
      (gate) =>
        `${sharedBits(gate)}${gate.protocol === 'tcp' ? `${OPENING} ` : ''}${portMatch(gate)} goto ${prefixOf(rendered)}${gate.protocol}`,
    ),
    chains: [...blocks.chains, ...ways],
    counters: blocks.counters,
  }
}

/** The opening segment of a connection, in four bytes, which nft tests without a call. What is shorter is no plain packet. */
const OPENING = '@th,96,32 & 0x00120000 == 0x00020000'

/** Chains behind the gates of a protocol, the last of them the one that the gates lead to; none where no service is of it. */
function renderProtocol(rendered: Rendered, protocol: Protocol, all: readonly Entry[]): Chain[] {
  const { plan, overload } = rendered
  const name = `${prefixOf(rendered)}${protocol}`
  const entries = all.filter(({ service }) => service.protocol === protocol)
  const families = FAMILIES.filter((family) => entries.some((entry) => entry.family === family))
  if (families.length === 0) return []
  const rules = [
    ...(overload === 'fail-open' ? [`meta nfproto != @${ALIVE} accept`] : []),
    `meta mark 0x${OWN_MARK.toString(16)} accept`,
    ...(plan.hook === 'prerouting' ? ['fib daddr type local accept'] : []),
    `meta nfproto vmap { ${families.map((family) => `${NFPROTO[family]} : goto ${name}-${family}`).join(', ')} }`,
  ]
  const ways = families.flatMap((family) => {
    const here = entries.filter((entry) => entry.family === family)
    return renderFamily(rendered, protocol, family, here)
  })
  return [...ways, { name, rules }]
}

function renderFamily(rendered: Rendered, protocol: Protocol, family: Family, entries: readonly Entry[]): Chain[] {
  const name = `${prefixOf(rendered)}${protocol}-${family}`
  const ways = (['inbound', 'outbound'] as const).flatMap((direction) => {
    const here = entries.filter((entry) => entry.direction === direction)
    return here.length === 0 ? [] : renderPorts(`${name}-${SHORT[direction]}`, protocol, here)
  })
  const lead = (direction: Direction): string => {
    const chain = `${name}-${SHORT[direction]}`
    return ways.some((way) => way.name === chain) ? `goto ${chain}` : 'accept'
  }
  return [...ways, { name, rules: [...plainRules(protocol, family), ...directionRules(rendered, family, lead)] }]
}

/** The chain `name`, which leads to the services of a packet's ports, and before it those that it leads to. */
function renderPorts(name: string, protocol: Protocol, entries: readonly Entry[]): Chain[] {
  const to = groupByPort(entries.filter(({ service }) => service.side === 'destination'))
  const sources = entries.filter(({ service }) => service.side === 'source')
  const from = groupByPort(sources)
  const chains: Chain[] = []
  const lead = (kind: string, groups: typeof to): string[] => {
    if (groups.length === 0) return []
    const leads = groups.flatMap(({ ports }, index) => ports.map((range) => `${portText(range)} : goto ${name}-${kind}-${index}`))
    return [`${protocol} ${kind === 'to' ? 'dport' : 'sport'} vmap { ${leads.join(', ')} }`]
  }
  for (const [index, { members }] of from.entries()) chains.push({ name: `${name}-from-${index}`, rules: ask(members, null) })
  const named = from.length === 0 ? '' : portMatch({ protocol, side: 'source', ports: from.flatMap(({ ports }) => ports) })
  for (const [index, { members }] of to.entries()) {
    // A packet may be of one service by its destination port and of another by its source port: all of them in the policy's order.
    if (named !== '') {
      const both = entries.filter((entry) => entry.service.side === 'source' || members.includes(entry))
      chains.push({ name: `${name}-both-${index}`, rules: ask(both, protocol) })
    }
    const crossing = named === '' ? [] : [`${named} goto ${name}-both-${index}`]
    chains.push({ name: `${name}-to-${index}`, rules: [...crossing, ...ask(members, null)] })
  }
  return [...chains, { name, rules: [...lead('to', to), ...lead('from', from)] }]
}

const portText = ([first, last]: readonly [number, number]): string => (first === last ? `${first}` : `${first}-${last}`)

/**
 * The services of a packet, one after the other. `protocol`: their source ports are still to be asked for; null: the packet has them all. Who is
 * exempt from one service of a block that the packet is of is exempt from the block, whatever its others say: that is left to the engine.
 */
function ask(entries: readonly Entry[], protocol: Protocol | null): string[] {
  const rules = entries.flatMap((entry, index) => {
    const before = entries[index - 1]
    const same = entry.block === before?.block ? [] : entries.filter(({ block }) => block === entry.block)
    const exempt = same.length < 2 ? [] : same.flatMap((each) => each.exempt.map((match) => ({ each, match })))
    return [
      ...exempt.flatMap(({ each, match }) => each.near.map((near) => `${sourcePort(each, protocol)}${near} ${match} accept`)),
      ...entry.near.map((match) => `${sourcePort(entry, protocol)}${match} jump ${entry.chain}`),
    ]
  })
  return [...new Set(rules)]
}

const sourcePort = ({ service: { side, first, last } }: Entry, protocol: Protocol | null): string =>
  side === 'source' && protocol !== null ? `${portMatch({ protocol, side, ports: [[first, last]] })} ` : ''
