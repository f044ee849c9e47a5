// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel drops by itself, as input of `nft -f`: pure text, one transaction for both families and the sets. All of it is about
// `table inet ipxxb-drops`, a table of its own for every backend, since nft's sets work where its queue statement does not. Its base chain,
// named by the hook, sits before any steering of ours, and stays while a queue holds a packet, as the steering's does.

import type { KernelPlan } from '../compile/kernel-plan.js'
import type { SteeringPlan } from '../compile/steering.js'
import { type Rendered, usedSets } from './drops-blocks.js'
import { ALIVE, type Drops, renderChains } from './drops-chains.js'
import { LONGEST_PLAIN_PACKET, lengthsName } from './drops-ways.js'
import type { Hook } from './iptables.js'
import { kernelSetsOf, placeSets } from './layers.js'
import { renderSet, typeOf } from './nftables.js'
import type { Listed } from './nftables-listed.js'
import { FAMILIES, type Family, type KernelSet } from './sets.js'

export const DROPS_TABLE_NAME = 'ipxxb-drops'
export const DROPS_TABLE = `inet ${DROPS_TABLE_NAME}`
const TRIAL_TABLE = 'inet ipxxb-drops-try'

/** Before mangle and with it the steering of iptables; before raw and with it any steering there. Defragmentation comes first in both. */
const PRIORITIES = { forward: -160, prerouting: -310 } as const
export const DROPS_BASES = { forward: 'filter forward -160', prerouting: 'filter prerouting -310' } as const

/**
 * How long the dead man's switch holds without a renewal. A program that is only late, on a machine under flood, must not lose it; after one
 * that died, what was dropped passes so much later.
 */
export const SWITCH_SECONDS = 10

export interface DropsChange {
  readonly rendered: Rendered
  /** What of ours is in the table now; null: nothing. */
  readonly listed: Listed | null
  /** Sets that are loaded; the plan's other sets are there. */
  readonly load: readonly KernelSet[]
  /** Whether the constant sets of an earlier change of this run are there. */
  readonly isKnown: boolean
  /** Whether chains and counters were made before, by renderPieces; `listed` is from before that. */
  readonly isBuilt?: boolean
}

/** One transaction after which the table holds the plan and nothing else, but for base chains and counters, which are read before they go. */
export function renderDropsChange({ rendered, listed, load, isKnown, isBuilt = false }: DropsChange): string {
  const { hook } = rendered.plan
  const drops = renderChains(rendered)
  const kept = new Set(kernelSetsOf(rendered.sets).flatMap((set) => (load.includes(set) ? [] : set.name)))
  const own = isKnown ? [...FAMILIES.map(lengthsName), ALIVE].filter((name) => listed?.sets.has(name)) : []
  for (const name of own) kept.add(name)
  const obsolete = [...(listed?.sets.keys() ?? [])].filter((name) => !kept.has(name))
  const wrong = [...(listed?.chains ?? [])].filter(([name, { base }]) => base === null || (name === hook && base !== DROPS_BASES[hook]))
  return text([
    `add table ${DROPS_TABLE}`,
    ...flushed(listed),
    ...wrong.map(([name]) => `delete chain ${DROPS_TABLE} ${name}`),
    ...obsolete.map((name) => `delete set ${DROPS_TABLE} ${name}`),
    ...FAMILIES.filter((family) => !own.includes(lengthsName(family))).map((family) => lengthsSet(family)),
    ...(own.includes(ALIVE) ? [] : [aliveSet()]),
    ...renewed,
    ...load.map((set) => renderSet(set, DROPS_TABLE)),
    ...(isBuilt ? [] : renderBuilding(drops, DROPS_TABLE)),
    ...renderEntry(hook, drops, DROPS_TABLE),
  ])
}

/** Given to `nft --check` to learn whether the kernel takes these rules; their sets are empty. */
export function renderDropsTrial(rendered: Rendered): string {
  const { hook } = rendered.plan
  const drops = renderChains(rendered)
  const sets = kernelSetsOf(rendered.sets).map((set) => `add set ${TRIAL_TABLE} ${set.name} { ${typeOf(set)} }`)
  const lengths = FAMILIES.map((family) => lengthsSet(family, TRIAL_TABLE))
  return text([
    `add table ${TRIAL_TABLE}`,
    ...lengths,
    aliveSet(TRIAL_TABLE),
    ...sets,
    ...renderBuilding(drops, TRIAL_TABLE),
    ...renderEntry(hook, drops, TRIAL_TABLE),
  ])
}

/** Chains and counters, to which nothing leads yet. */
function renderBuilding({ chains, counters }: Drops, table: string): string[] {
  return [
    ...counters.map(({ name }) => `add counter ${table} ${name}`),
    ...chains.flatMap(({ name, rules }) => [`add chain ${table} ${name}`, ...rules.map((rule) => `add rule ${table} ${name} ${rule}`)]),
  ]
}

/** The base chain, which leads to them. */
function renderEntry(hook: Hook, { gates }: Drops, table: string): string[] {
  return [
    `add chain ${table} ${hook} { type filter hook ${hook} priority ${PRIORITIES[hook]}; policy accept; }`,
    ...gates.map((rule) => `add rule ${table} ${hook} ${rule}`),
  ]
}

/** What `meta nfproto` is of IPv4 and of IPv6 (linux/netfilter.h). */
export const ALIVE_KEYS = new Uint8Array([2, 10])
const ALIVE_TYPE = 'typeof meta nfproto; flags timeout;'

/**
 * A plain add of an element that is there does not prolong it in every kernel. And nft reads all elements of all sets before it adds or deletes
 * one, half a minute of a million prefixes, but none before it flushes a set or makes one.
 */
const renewed = [
  `flush set ${DROPS_TABLE} ${ALIVE}`,
  `add set ${DROPS_TABLE} ${ALIVE} { ${ALIVE_TYPE} elements = { ipv4 timeout ${SWITCH_SECONDS}s, ipv6 timeout ${SWITCH_SECONDS}s }; }`,
]

/** One transaction that empties all chains. */
export const renderDropsEmpty = (listed: Listed): string => text(flushed(listed))

/** One transaction that leaves base chains alone, empty, or, where no queue holds a packet, nothing. */
export function renderDropsRemove(listed: Listed, isQueued: boolean): string {
  const plain = [...listed.chains].filter(([, { base }]) => base === null)
  if (!isQueued || plain.length === listed.chains.size) return text([`delete table ${DROPS_TABLE}`])
  const sets = [...listed.sets.keys()].map((name) => `delete set ${DROPS_TABLE} ${name}`)
  return text([...flushed(listed), ...plain.map(([name]) => `delete chain ${DROPS_TABLE} ${name}`), ...sets])
}

/** One transaction that deletes named counters; they are read before. */
export const renderDropsForget = (names: readonly string[]): string => text(names.map((name) => `delete counter ${DROPS_TABLE} ${name}`))

/** One transaction that takes away the base chains of other hooks than `kept`, which are empty; '' where there are none. */
export const renderDropsRemoveOthers = (listed: Listed, kept: Hook): string =>
  text([...listed.chains].flatMap(([name, { base }]) => (base !== null && name !== kept ? `delete chain ${DROPS_TABLE} ${name}` : [])))

/** The sets of lengths that are not there, a transaction each, for a socket that takes no more at once. Those that are cannot be added to. */
export const renderLengths = (listed: Listed | null): string[] =>
  FAMILIES.filter((family) => !listed?.sets.has(lengthsName(family))).map((family) =>
    text([`add table ${DROPS_TABLE}`, lengthsSet(family)]),
  )

/** Lines that any socket takes in one transaction. */
const LINES_PER_PIECE = 40

/** Once all sets are there: chains and counters, in transactions that any socket takes. */
export function renderPieces(rendered: Rendered): string[] {
  const lines = [aliveSet(), ...renderBuilding(renderChains(rendered), DROPS_TABLE)]
  return Array.from({ length: Math.ceil(lines.length / LINES_PER_PIECE) }, (_, piece) =>
    text(lines.slice(piece * LINES_PER_PIECE, (piece + 1) * LINES_PER_PIECE)),
  )
}

function aliveSet(table: string = DROPS_TABLE): string {
  return `add set ${table} ${ALIVE} { ${ALIVE_TYPE} }`
}

/** Pairs of IP and UDP length that fit one another; the IPv6 length leaves out the header of 40 bytes. */
function lengthsSet(family: Family, table: string = DROPS_TABLE): string {
  const [field, header, counted] = family === 4 ? ['ip', 20, 20] : ['ip6', 40, 0]
  const pairs = Array.from({ length: LONGEST_PLAIN_PACKET - header - 8 + 1 }, (_, payload) => `${counted + 8 + payload} . ${8 + payload}`)
  return `add set ${table} ${lengthsName(family)} { typeof ${field} length . udp length; flags constant; elements = { ${pairs.join(', ')} }; }`
}

const flushed = (listed: Listed | null): string[] => [...(listed?.chains.keys() ?? [])].map((name) => `flush chain ${DROPS_TABLE} ${name}`)

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

/** What is given to `nft -f` where nothing is installed yet. */
export function renderDrops(plan: KernelPlan, overload: SteeringPlan['overload']): string {
  const used = usedSets(plan)
  const sets = placeSets(
    plan.sets.filter(({ name }) => used.has(name)),
    [],
    [],
  )
  return renderDropsChange({ rendered: { plan, overload, sets, generation: 1 }, listed: null, load: kernelSetsOf(sets), isKnown: false })
}
