// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel plan as chains of nft, cheapest miss first: ports, the dead man's switch, our own mark, what is no plain packet, direction, the
// services of the port in the policy's order, and of each the protected addresses, exceptions, exemptions and rules. `accept` leaves a packet
// alone: it ends this table and none behind it, the steering's among them. Whoever finds no rule that holds is accepted too.
//
// A plain packet is told by header fields that cannot lie to the engine: no IPv4 options, no fragment, no extension header, and a UDP length
// that is what the IP length leaves. nft has no arithmetic: pairs of both lengths are a set, up to LONGEST_PLAIN_PACKET; a longer datagram
// goes the way of steering. So does a reassembled or joined one that is longer.

import { OWN_MARK } from '../../contract/numbers.js'
import { REASONS } from '../../contract/reasons.js'
import type { KernelBlock, KernelPlan, KernelRule, KernelService } from '../compile/kernel-plan.js'
import type { SteeringPlan } from '../compile/steering.js'
import { groupByPort } from './drops-ports.js'
import { renderConditions } from './drops-tests.js'
import type { PlacedSet } from './layers.js'
import { portMatch } from './nftables.js'
import { type Gate, gatesOf } from './ports.js'
import { FAMILIES, type Family } from './sets.js'

/** Bytes of IP. What is longer was cut into fragments, or put together, by most networks; a set of all lengths would be 6 MB. */
export const LONGEST_PLAIN_PACKET = 1500
export const ALIVE = 'alive'
export const lengthsName = (family: Family): string => `lengths-${family}`

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

export interface Drops {
  /** Rules of the base chain. */
  readonly gates: readonly string[]
  /** In an order in which each refers to those before it. */
  readonly chains: readonly Chain[]
  readonly counters: readonly Counter[]
}

export interface Rendered {
  readonly plan: KernelPlan
  readonly overload: SteeringPlan['overload']
  readonly sets: readonly PlacedSet[]
  readonly generation: number
}

/** Of all names that are of one plan, so that the old one's stand beside them: nft wants a letter first. */
const prefixOf = ({ generation }: Rendered): string => `g${generation}-`

/** One service in one family, with its own rules in a chain. */
interface Entry {
  readonly service: KernelService['service']
  readonly first: number
  readonly last: number
  readonly direction: Direction
  readonly family: Family
  /** Alternatives, one of which holds where the near address is protected. */
  readonly near: readonly string[]
  readonly chain: string
}

type Direction = KernelBlock['direction']
const PROTOCOLS = ['udp', 'tcp'] as const
type Protocol = (typeof PROTOCOLS)[number]
const NFPROTO = { 4: 'ipv4', 6: 'ipv6' } as const
const SHORT = { inbound: 'in', outbound: 'out' } as const
/** Words of four bytes in a TCP header. */
const TCP_WORDS = { least: 5, most: 15 } as const

export function renderChains(rendered: Rendered): Drops {
  const blocks = new BlockChains(rendered)
  const entries = rendered.plan.blocks.flatMap((block) => FAMILIES.flatMap((family) => blocks.entriesOf(block, family)))
  const ways = PROTOCOLS.flatMap((protocol) => renderProtocol(rendered, protocol, entries))
  const gates = gatesOf(entries.map(({ service: { protocol, side, first, last } }): Gate => ({ protocol, side, ports: [[first, last]] })))
  return {
    gates: gates.map(
      (gate) => `${gate.protocol === 'tcp' ? `${OPENING} ` : ''}${portMatch(gate)} goto ${prefixOf(rendered)}${gate.protocol}`,
    ),
    chains: [...blocks.chains, ...ways],
    counters: blocks.counters,
  }
}

/** The opening segment of a connection. */
const OPENING = 'tcp flags & (syn | ack) == syn'

/** Names of the plan's sets that rules refer to; the others are not loaded. */
export function usedSets({ blocks, customers, outside, hook }: KernelPlan): Set<string> {
  const used = blocks.flatMap(({ near, except, services }) => [near, except, ...services.map(({ exempt }) => exempt)])
  const asksCustomers = outside.length === 0 || blocks.some(({ direction }) => direction === 'inbound' || hook === 'prerouting')
  if (blocks.length > 0 && asksCustomers) used.push(customers)
  return new Set(used.filter((name) => name !== null))
}

/** Alternatives, one of which holds where the address is in the set; none: it never is. */
function membership(sets: readonly PlacedSet[], name: string | null, family: Family, side: 'saddr' | 'daddr'): string[] {
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
class BlockChains {
  readonly chains: Chain[] = []
  readonly counters: Counter[] = []
  readonly #rendered: Rendered

  constructor(rendered: Rendered) {
    this.#rendered = rendered
  }

  entriesOf(block: KernelBlock, family: Family): Entry[] {
    const { sets } = this.#rendered
    const near = membership(sets, block.near, family, block.direction === 'inbound' ? 'daddr' : 'saddr')
    if (near.length === 0) return []
    /** Most services of a block are told apart by their ports alone. */
    const known = new Map<string, string>()
    return block.services.map(({ service, exempt, rules }) => {
      const key = JSON.stringify([service.protocol, exempt, rules])
      const chain = known.get(key) ?? `${prefixOf(this.#rendered)}${block.block}-${SHORT[block.direction]}-${family}-${known.size}`
      if (!known.has(key)) this.#add(chain, block, { service, exempt, rules }, family)
      known.set(key, chain)
      const { first, last } = service
      return { service, first, last, direction: block.direction, family, near, chain }
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

function plainRules(protocol: Protocol, family: Family): string[] {
  const network = family === 4 ? ['ip hdrlength != 5 accept', 'ip frag-off & 0x3fff != 0 accept'] : [`ip6 nexthdr != ${protocol} accept`]
  if (protocol === 'udp') return [...network, `${family === 4 ? 'ip' : 'ip6'} length . udp length != @${lengthsName(family)} accept`]
  const words = Array.from({ length: TCP_WORDS.most - TCP_WORDS.least + 1 }, (_, index) => TCP_WORDS.least + index)
  // The bytes of the IPv4 header count in its length, those of the IPv6 header do not.
  const rest = (word: number): string => (family === 4 ? `ip length < ${20 + 4 * word}` : `ip6 length < ${4 * word}`)
  return [...network, `@th,96,4 < ${TCP_WORDS.least} accept`, ...words.map((word) => `@th,96,4 ${word} ${rest(word)} accept`)]
}

/** docs/verdicts.md, step 2. That the near address is a customer's follows from its being protected. */
function directionRules({ plan, sets }: Rendered, family: Family, lead: (direction: Direction) => string): string[] {
  const { outside, customers, hook } = plan
  const [fromCustomer, toCustomer] = [membership(sets, customers, family, 'saddr'), membership(sets, customers, family, 'daddr')]
  const accept = (match: string): string => `${match} accept`
  if (outside.length === 0) {
    const outbound = lead('outbound')
    // From a customer: inbound it cannot be, and to another customer it is internal.
    const internal = outbound === 'accept' ? [] : toCustomer.flatMap((to) => fromCustomer.map((from) => accept(`${from} ${to}`)))
    return [...internal, ...fromCustomer.map((match) => `${match} ${outbound}`), lead('inbound')]
  }
  const names = outside.map((name) => `"${name}"`)
  const isOutside = names.length === 1 ? names[0] : `{ ${names.join(', ')} }`
  const leaving = hook === 'forward' ? [`oifname ${isOutside} ${lead('outbound')}`] : [...toCustomer.map(accept), lead('outbound')]
  return [`iifname ${isOutside} ${lead('inbound')}`, ...(lead('outbound') === 'accept' ? [] : leaving)]
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
  for (const [index, { members }] of from.entries()) chains.push({ name: `${name}-from-${index}`, rules: ask(members) })
  const named = from.length === 0 ? '' : portMatch({ protocol, side: 'source', ports: from.flatMap(({ ports }) => ports) })
  for (const [index, { members }] of to.entries()) {
    // A packet may be of one service by its destination port and of another by its source port: all of them in the policy's order.
    if (named !== '') {
      const both = entries.filter((entry) => entry.service.side === 'source' || members.includes(entry))
      chains.push({ name: `${name}-both-${index}`, rules: both.flatMap((entry) => ask([entry], sourcePort(entry, protocol))) })
    }
    const crossing = named === '' ? [] : [`${named} goto ${name}-both-${index}`]
    chains.push({ name: `${name}-to-${index}`, rules: [...crossing, ...ask(members)] })
  }
  return [...chains, { name, rules: [...lead('to', to), ...lead('from', from)] }]
}

const portText = ([first, last]: readonly [number, number]): string => (first === last ? `${first}` : `${first}-${last}`)

const sourcePort = ({ service: { side, first, last } }: Entry, protocol: Protocol): string =>
  side === 'source' ? `${portMatch({ protocol, side, ports: [[first, last]] })} ` : ''

const ask = (entries: readonly Entry[], condition = ''): string[] => [
  ...new Set(entries.flatMap(({ near, chain }) => near.map((match) => `${condition}${match} jump ${chain}`))),
]
