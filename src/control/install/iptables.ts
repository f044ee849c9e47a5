// SPDX-License-Identifier: GPL-2.0-or-later
// The steering plan as input of `iptables-restore --noflush`: pure text, one transaction a family. All of it is about the chain IPXXB and
// the jump to it. The port is tested before the set, because most packets are told by it, and cheaper.

import type { QueueNumbers, QueueRange, SteeringPlan, SteeringRule, SteeringSet } from '../compile/steering.js'
import type { Installed } from './installed.js'
import { FAMILIES, type Family, hasFamily, renderSets, setName } from './ipset.js'

export const TABLE = 'mangle'
export const CHAIN = 'IPXXB'
/** Options of every restore: leave all else alone, and wait for whoever holds the lock, in seconds. */
export const RESTORE_WORDS = ['--noflush', '-w', '30'] as const

export const HOOK_CHAINS = { forward: 'FORWARD', prerouting: 'PREROUTING' } as const

/** A plan whose sets are of this generation. */
export interface Layer {
  readonly plan: SteeringPlan
  readonly generation: number
}

/** multiport takes 15 ports, and a range is two of them. */
const MULTIPORT_SLOTS = 15

/** The lines of the chain that put all `layers` in force at once: the enforced rules of every layer before the observed ones of any. */
export function renderRules(layers: readonly Layer[], queues: QueueNumbers, family: Family): string[] {
  return (['enforce', 'observe'] as const).flatMap((kind) =>
    layers.flatMap((layer) =>
      layer.plan.rules.filter((rule) => rule.kind === kind).flatMap((rule) => renderRule(rule, layer, queues, family)),
    ),
  )
}

function renderRule(rule: SteeringRule, { plan, generation }: Layer, queues: QueueNumbers, family: Family): string[] {
  const set = plan.sets.find(({ name }) => name === rule.set) as SteeringSet
  if (!hasFamily(set, family)) return []
  const match = `-m set --match-set ${setName(generation, set, family)} ${rule.address === 'destination' ? 'dst' : 'src'}`
  // The opening segment as docs/verdicts.md has it. `--syn` asks for clear FIN and RST bits too, and would let SYN with FIN pass unseen.
  const flags = rule.protocol === 'tcp' ? ' --tcp-flags SYN,ACK SYN' : ''
  const bypass = rule.kind === 'observe' || plan.overload === 'fail-open' ? ' --queue-bypass' : ''
  const target = `-j NFQUEUE ${queueText(queues[rule.kind])}${bypass}`
  return portMatches(rule).map(
    (ports) => `-A ${CHAIN} -p ${rule.protocol} -m ${rule.protocol}${ports.own}${flags}${ports.extra} ${match} ${target}`,
  )
}

const queueText = ({ first, count }: QueueRange): string =>
  count === 1 ? `--queue-num ${first}` : `--queue-balance ${first}:${first + count - 1}`

/** The protocol's own match for one range, multiport for several. */
function portMatches({ side, ports }: SteeringRule): { own: string; extra: string }[] {
  const option = side === 'destination' ? 'dport' : 'sport'
  const text = ([first, last]: readonly [number, number]) => (first === last ? `${first}` : `${first}:${last}`)
  return chunk(ports).map((ranges) =>
    ranges.length === 1
      ? { own: ` --${option} ${text(ranges[0] as readonly [number, number])}`, extra: '' }
      : { own: '', extra: ` -m multiport --${option}s ${ranges.map(text).join(',')}` },
  )
}

function chunk(ports: SteeringRule['ports']): SteeringRule['ports'][] {
  const chunks: (readonly [number, number])[][] = []
  let free = 0
  for (const range of ports) {
    const slots = range[0] === range[1] ? 1 : 2
    if (slots > free) {
      chunks.push([])
      free = MULTIPORT_SLOTS
    }
    chunks.at(-1)?.push(range)
    free -= slots
  }
  return chunks
}

/** One transaction: the chain holds exactly `rules`, and `hook` jumps to it, once and last. `installed` is what is there now. */
export function renderInstall(rules: readonly string[], hook: SteeringPlan['hook'], { jumps, isLast }: Installed): string {
  const chain = HOOK_CHAINS[hook]
  const right = jumps.length === 1 && jumps[0] === chain && isLast
  const moves = right ? [] : [...jumps.map(deleteJump), `-A ${chain} -j ${CHAIN}`]
  return transaction([`:${CHAIN} - [0:0]`, ...rules, ...moves])
}

/** One transaction that empties the chain and leaves the jump. */
export function renderEmpty(): string {
  return transaction([`:${CHAIN} - [0:0]`])
}

/** One transaction that takes away jumps and chain; the chain stays, empty, while somebody else's rule leads to it. */
export function renderRemove({ jumps, isReferred }: Installed): string {
  return transaction([`:${CHAIN} - [0:0]`, ...jumps.map(deleteJump), ...(isReferred ? [] : [`-X ${CHAIN}`])])
}

const deleteJump = (chain: string): string => `-D ${chain} -j ${CHAIN}`

const transaction = (lines: readonly string[]): string => `*${TABLE}\n${lines.join('\n')}\nCOMMIT\n`

const NOTHING: Installed = { hasChain: false, jumps: [], isLast: false, isReferred: false, foreignRules: 0, queues: [] }

/** What `widen` gives to the kernel's tools where nothing is installed yet, each input under the command that reads it. */
export function render(plan: SteeringPlan, queues: QueueNumbers): string {
  const layer = { plan, generation: 1 }
  const parts = [`# ipset restore\n${renderSets(plan.sets, layer.generation)}`]
  for (const family of FAMILIES) {
    const rules = renderRules([layer], queues, family)
    if (rules.length === 0) continue
    const command = family === 4 ? 'iptables-restore' : 'ip6tables-restore'
    parts.push(`# ${command} ${RESTORE_WORDS.join(' ')}\n${renderInstall(rules, plan.hook, NOTHING)}`)
  }
  return parts.join('\n')
}
