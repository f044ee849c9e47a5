// SPDX-License-Identifier: GPL-2.0-or-later
// The steering plan as input of `nft -f`: pure text, one transaction for both families and the sets. All of it is about `table inet ipxxb`: its
// base chain, named by the hook, tests ports, the cheapest miss, the chain `candidates` the rest, and what observed.ts says of `observed`.

import { OWN_MARK } from '../../contract/numbers.js'
import type { QueueNumbers, QueueRange, SteeringPlan, SteeringRule } from '../compile/steering.js'
import { sharedBits } from './envelopes.js'
import type { Hook } from './iptables.js'
import type { Listed } from './nftables-listed.js'
import { type Gate, gatesOf, type PortRange } from './ports.js'
import { rangesOf, rangeTexts, writtenRanges } from './ranges.js'
import { type Layer, layerOf, type PlacedSet, setOf, setsOf } from './layers.js'
import { OBSERVED_CHAIN, renderObservedChain, UNSEEN_COUNTER } from './observed.js'
import { FAMILIES, type KernelSet } from './sets.js'

export const TABLE = 'inet ipxxb'
export const CANDIDATES = 'candidates'

/** Priorities: behind un-NAT and before the operator's own filter; before connection tracking, which a flood must not reach. */
const PRIORITIES = { forward: 'filter - 10', prerouting: 'raw' } as const
/** As the kernel counts them. A base chain of ours with another, of another version, cannot be changed, and is made anew. */
export const BASES = { forward: 'filter forward -10', prerouting: 'filter prerouting -300' } as const

/** Refused by a kernel without the queue statement, as a whole; given to `nft --check`, nothing of it is ever installed. */
export const TRIAL = `add table inet ipxxb-try
add chain inet ipxxb-try ${CANDIDATES}
add rule inet ipxxb-try ${CANDIDATES} queue flags bypass to 0
`

/**
 * TCP that is no opening segment as docs/verdicts.md has it. A test fails where its bytes are not there, and so this one asks for what may go: a
 * first fragment that hides its flags stays. It reads bytes 12 to 15 at once, since flags in a fragment of 14 or 15 bytes are not what
 * receivers read.
 */
const NOT_OPENING = 'meta l4proto tcp @th,96,32 & 0x00120000 != 0x00020000 return'

/** What `layers` are in our chains: the enforced rules of every layer before the observed ones of any. */
export interface Rules {
  /** `goto`: what comes back from the candidates has been tested, and is accepted by the base chain's policy. */
  readonly gates: readonly string[]
  readonly candidates: readonly string[]
  /** Empty where nothing is observed. */
  readonly observed: readonly string[]
}

/** `hasLimits`: the kernel knows what is beyond a rate. */
export function renderRules(layers: readonly Layer[], queues: QueueNumbers, hasLimits = true): Rules {
  const candidates: string[] = []
  const rules: SteeringRule[] = []
  for (const kind of ['enforce', 'observe'] as const) {
    for (const layer of layers) {
      for (const rule of layer.plan.rules.filter((rule) => rule.kind === kind)) {
        const sets = FAMILIES.flatMap((family) => setOf(layer, rule, family) ?? [])
        if (sets.length > 0) rules.push(rule)
        candidates.push(...sets.flatMap((set) => renderRule(rule, set, layer.plan, queues)))
      }
    }
  }
  if (rules.length === 0) return { gates: [], candidates: [], observed: [] }
  const { hook, observeRate } = (layers.at(-1) as Layer).plan
  // What is for the router itself, before there is a routing decision.
  const own = hook === 'prerouting' ? ['fib daddr type local return'] : []
  return {
    gates: gatesOf(rules).map((gate) => `${sharedBits(gate)}${portMatch(gate)} goto ${CANDIDATES}`),
    candidates: [
      ...(rules.some(({ protocol }) => protocol === 'tcp') ? [NOT_OPENING] : []),
      `meta mark 0x${OWN_MARK.toString(16)} return`,
      ...own,
      ...candidates,
    ],
    observed: rules.some(isObserved) ? renderObservedChain(hasLimits ? observeRate : null, queueStatement(queues.observe, true)) : [],
  }
}

const isObserved = ({ kind }: SteeringRule): boolean => kind === 'observe'

function renderRule(rule: SteeringRule, { family, base, gone, come }: PlacedSet, plan: SteeringPlan, queues: QueueNumbers): string[] {
  const address = `${family === 4 ? 'ip' : 'ip6'} ${rule.address === 'destination' ? 'daddr' : 'saddr'}`
  const matches = [`${address} @${base.name}${gone === null ? '' : ` ${address} != @${gone.name}`}`]
  if (come !== null) matches.push(`${address} @${come.name}`)
  const end = isObserved(rule) ? `goto ${OBSERVED_CHAIN}` : queueStatement(queues.enforce, plan.overload === 'fail-open')
  return matches.map((match) => `${portMatch(rule)} ${match} ${end}`)
}

/** The condition that a packet's port is one of the gate's. */
export function portMatch({ protocol, side, ports }: Gate): string {
  const texts = ports.map(portText)
  return `${protocol} ${side === 'destination' ? 'dport' : 'sport'} ${texts.length === 1 ? texts[0] : `{ ${texts.join(', ')} }`}`
}

const portText = ([first, last]: PortRange): string => (first === last ? `${first}` : `${first}-${last}`)

/** Without `fanout`, which goes by the processor that has the packet, the kernel spreads by the two addresses, whichever way round: a flow keeps its queue. */
function queueStatement({ first, count }: QueueRange, bypass: boolean): string {
  return `queue${bypass ? ' flags bypass' : ''} to ${count === 1 ? first : `${first}-${first + count - 1}`}`
}

/**
 * `constant`: while rules refer to the set nobody can empty it or add to it, so that a look at the rules is a look at the sets. Elements
 * stand in the definition: given apart they take nft half as long again.
 */
export function renderSet(set: KernelSet, table: string = TABLE): string {
  const elements = writtenRanges(rangesOf(set.set, set.family), set.family)
  return `add set ${table} ${set.name} { ${typeOf(set)}${elements === '' ? '' : ` elements = { ${elements} };`} }`
}

export const typeOf = ({ family }: Pick<KernelSet, 'family'>): string => `type ipv${family}_addr; flags constant, interval;`

export interface Change {
  readonly layers: readonly Layer[]
  readonly queues: QueueNumbers
  /** What of ours is there now; null: nothing. */
  readonly listed: Listed | null
  /** Sets that are loaded, those of the layers that are not there. Where one of their names is, it is replaced. */
  readonly load: readonly KernelSet[]
  readonly hasLimits: boolean
  /** The counter that may be there is this run's, and goes on. */
  readonly isCounting: boolean
}

/** One transaction after which our table holds `layers` and nothing else, but for base chains, which never go here. */
export function renderChange({ layers, queues, listed, load, hasLimits, isCounting }: Change): string {
  const { hook } = (layers.at(-1) as Layer).plan
  const { gates, candidates, observed } = renderRules(layers, queues, hasLimits)
  const isThere = listed?.counters.includes(UNSEEN_COUNTER) ?? false
  const isCounted = hasLimits && observed.length > 0
  const kept = setsOf(layers).filter((set) => !load.includes(set))
  const obsolete = [...(listed?.sets.keys() ?? [])].filter((name) => !kept.some((set) => set.name === name))
  const lines = [
    `add table ${TABLE}`,
    ...renderFlush(listed),
    ...[...(listed?.chains ?? [])].filter(([name, { base }]) => name === hook && base !== BASES[hook]).map(deleteChain),
    ...obsolete.map((name) => `delete set ${TABLE} ${name}`),
    ...(isThere && !isCounting ? [`delete counter ${TABLE} ${UNSEEN_COUNTER}`] : []),
    ...(isCounted && !(isThere && isCounting) ? [`add counter ${TABLE} ${UNSEEN_COUNTER}`] : []),
    ...load.map((set) => renderSet(set)),
    `add chain ${TABLE} ${CANDIDATES}`,
    ...(observed.length > 0 ? [`add chain ${TABLE} ${OBSERVED_CHAIN}`] : []),
    `add chain ${TABLE} ${hook} { type filter hook ${hook} priority ${PRIORITIES[hook]}; policy accept; }`,
    ...candidates.map((rule) => `add rule ${TABLE} ${CANDIDATES} ${rule}`),
    ...observed.map((rule) => `add rule ${TABLE} ${OBSERVED_CHAIN} ${rule}`),
    ...gates.map((rule) => `add rule ${TABLE} ${hook} ${rule}`),
  ]
  return text(lines)
}

/** One transaction that empties all chains. */
export const renderEmpty = (listed: Listed): string => text(renderFlush(listed))

/** One transaction that leaves base chains alone, empty, or, where no queue holds a packet, nothing. */
export function renderRemove(listed: Listed, isQueued: boolean): string {
  const plain = [...listed.chains].filter(([, { base }]) => base === null)
  const hasBase = plain.length < listed.chains.size
  if (!isQueued || !hasBase) return text([`delete table ${TABLE}`])
  const sets = [...listed.sets.keys()].map((name) => `delete set ${TABLE} ${name}`)
  const counters = listed.counters.map((name) => `delete counter ${TABLE} ${name}`)
  return text([...renderFlush(listed), ...plain.map(deleteChain), ...sets, ...counters])
}

/** One transaction that takes away the base chains of other hooks than `kept`; '' where there are none. */
export const renderRemoveOthers = (listed: Listed, kept: Hook): string =>
  text([...listed.chains].filter(([name, { base }]) => base !== null && name !== kept).map(deleteChain))

/** Transactions that load one set where a single one would be larger than the kernel takes; the set is not referred to before. */
export function renderParts(set: KernelSet, elementsPerPart: number, table: string = TABLE): string[] {
  const elements = rangeTexts(rangesOf(set.set, set.family), set.family)
  const parts = [text([`add table ${table}`, `add set ${table} ${set.name} { ${typeOf(set)} }`])]
  for (let at = 0; at < elements.length; at += elementsPerPart) {
    parts.push(text([`add element ${table} ${set.name} { ${elements.slice(at, at + elementsPerPart).join(', ')} }`]))
  }
  return parts
}

const renderFlush = (listed: Listed | null): string[] => [...(listed?.chains.keys() ?? [])].map((name) => `flush chain ${TABLE} ${name}`)

const deleteChain = ([name]: readonly [string, unknown]): string => `delete chain ${TABLE} ${name}`

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

/** What `widen` gives to `nft -f` where nothing is installed yet. */
export function render(plan: SteeringPlan, queues: QueueNumbers): string {
  const layers = [layerOf(plan)]
  return renderChange({ layers, queues, listed: null, load: setsOf(layers), hasLimits: true, isCounting: false })
}
