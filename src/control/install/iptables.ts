// SPDX-License-Identifier: GPL-2.0-or-later
// The steering plan as input of `iptables-restore --noflush`: pure text, one transaction a family. All of it is about chains of ours and
// the jumps to the first: IPXXB tests ports, the cheapest miss, IPXXB-CANDIDATES the rest, and what observed.ts says of the other two.

import { OWN_MARK } from '../../contract/numbers.js'
import type { QueueNumbers, QueueRange, SteeringPlan, SteeringRule } from '../compile/steering.js'
import type { Installed } from './installed.js'
import { CHAIN, deleteJump, renderJumps } from './iptables-jumps.js'
import { renderSets } from './ipset.js'
import { type Gate, gatesOf } from './ports.js'
import { type Layer, layerOf, type PlacedSet, setOf, setsOf } from './layers.js'
import { COUNTING, OBSERVED, renderObserved, UNSEEN } from './observed.js'
import { FAMILIES, type Family } from './sets.js'
import type { IptablesBackend } from './tools.js'

export const CANDIDATES = 'IPXXB-CANDIDATES'
/** Options of every restore: leave all else alone, and wait for whoever holds the lock, in seconds. */
export const RESTORE_WORDS = ['--noflush', '-w', '30'] as const

/** Where each hook is. mangle's own PREROUTING would be behind connection tracking, which a flood must not reach. */
export const HOOKS = {
  forward: { table: 'mangle', chain: 'FORWARD' },
  prerouting: { table: 'raw', chain: 'PREROUTING' },
} as const
export type Hook = SteeringPlan['hook']
export type Table = (typeof HOOKS)[Hook]['table']
export const TABLES: readonly Table[] = ['mangle', 'raw']

/**
 * TCP that is no opening segment as docs/verdicts.md has it; `--syn` would ask for clear FIN and RST bits too. It asks for what may go: over
 * nf_tables a test fails where its bytes are not there, and so a first fragment that hides its flags stays. The old interface drops a
 * fragment without the whole header at the first match on TCP.
 */
const NOT_OPENING = '-p tcp -m tcp ! --tcp-flags SYN,ACK SYN'
/**
 * IPv4: of a first fragment of 14 or 15 bytes of TCP the receiver cuts off what the flags are in, so that they are not to be believed. Bytes 4
 * to 7 of the header, of which 0x2000 is "more fragments".
 */
export const WHOLE = '-m u32 --u32 "4&0x2000=0"'

/** multiport takes 15 ports, and a range is two of them. */
const MULTIPORT_SLOTS = 15

/** Which matches the kernel has that it may lack: `u32` tells fragments from whole packets, `hashlimit` what comes too fast. */
export interface Matches {
  readonly u32: boolean
  readonly hashlimit: boolean
}

/** The lines of our chains that put all `layers` in force at once: the enforced rules of every layer before the observed ones of any. */
export function renderRules(layers: readonly Layer[], queues: QueueNumbers, family: Family, matches: Matches): string[] {
  const candidates: string[] = []
  const rules: SteeringRule[] = []
  for (const kind of ['enforce', 'observe'] as const) {
    for (const layer of layers) {
      for (const rule of layer.plan.rules) {
        const set = rule.kind === kind ? setOf(layer, rule, family) : undefined
        if (set === undefined) continue
        rules.push(rule)
        candidates.push(...renderRule(rule, set, layer.plan, queues))
      }
    }
  }
  if (rules.length === 0) return []
  const { hook, observeRate } = (layers.at(-1) as Layer).plan
  const queueObserved = `-j NFQUEUE ${queueText(queues.observe)} --queue-bypass`
  return [
    ...gatesOf(rules).flatMap(renderGate),
    ...(rules.some(({ protocol }) => protocol === 'tcp')
      ? [`-A ${CANDIDATES} ${NOT_OPENING}${family === 4 && matches.u32 ? ` ${WHOLE}` : ''} -j RETURN`]
      : []),
    `-A ${CANDIDATES} -m mark --mark 0x${OWN_MARK.toString(16)} -j RETURN`,
    // What is for the router itself, before there is a routing decision.
    ...(hook === 'prerouting' ? [`-A ${CANDIDATES} -m addrtype --dst-type LOCAL -j RETURN`] : []),
    ...candidates,
    ...(rules.some(isObserved) ? renderObserved(matches.hashlimit ? observeRate : null, queueObserved) : []),
  ]
}

/** The jumps that lead the packets of `layers` to our chains. */
export function renderLayersJumps(layers: readonly Layer[], family: Family, backend: IptablesBackend): string[] {
  const rules = layers.flatMap((layer) => layer.plan.rules.filter((rule) => setOf(layer, rule, family) !== undefined))
  return rules.length === 0 ? [] : renderJumps(rules, HOOKS[(layers.at(-1) as Layer).plan.hook].chain, backend)
}

const isObserved = ({ kind }: SteeringRule): boolean => kind === 'observe'

/** `-g`: what comes back from the candidates has been tested, and goes on behind our jump. */
function renderGate(gate: Gate): string[] {
  return portMatches(gate).map((ports) => `-A ${CHAIN} -p ${gate.protocol} ${ports} -g ${CANDIDATES}`)
}

function renderRule(rule: SteeringRule, set: PlacedSet, plan: SteeringPlan, queues: QueueNumbers): string[] {
  const bypass = plan.overload === 'fail-open' ? ' --queue-bypass' : ''
  const target = isObserved(rule) ? `-g ${OBSERVED}` : `-j NFQUEUE ${queueText(queues.enforce)}${bypass}`
  return setMatches(set, rule.address === 'destination' ? 'dst' : 'src').flatMap((match) =>
    portMatches(rule).map((ports) => `-A ${CANDIDATES} -p ${rule.protocol} ${ports} ${match} ${target}`),
  )
}

function setMatches({ base, gone, come }: PlacedSet, side: 'dst' | 'src'): string[] {
  const match = (name: string, not = '') => `-m set ${not}--match-set ${name} ${side}`
  const matches = [gone === null ? match(base.name) : `${match(base.name)} ${match(gone.name, '! ')}`]
  return come === null ? matches : [...matches, match(come.name)]
}

const queueText = ({ first, count }: QueueRange): string =>
  count === 1 ? `--queue-num ${first}` : `--queue-balance ${first}:${first + count - 1}`

/** The protocol's own match for one range, multiport for several: without the former beside it, which would ask for a whole TCP header. */
function portMatches({ protocol, side, ports }: Gate): string[] {
  const option = side === 'destination' ? 'dport' : 'sport'
  const text = ([first, last]: readonly [number, number]) => (first === last ? `${first}` : `${first}:${last}`)
  return chunk(ports).map((ranges) =>
    ranges.length === 1
      ? `-m ${protocol} --${option} ${text(ranges[0] as readonly [number, number])}`
      : `-m multiport --${option}s ${ranges.map(text).join(',')}`,
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

/**
 * One transaction: the chains hold exactly `rules`, and `jumps`, no others and last in their chain, lead to the first. `installed` is what the table of `hook` has now;
 * `goesOn`: what counts there is this run's, and is left alone where it is as it should be.
 */
export function renderInstall(
  rules: readonly string[],
  jumps: readonly string[],
  hook: Hook,
  { jumps: old, isLast, rules: there }: Installed,
  goesOn = false,
): string {
  const { table } = HOOKS[hook]
  const counting = there.filter((rule) => rule.startsWith(`-A ${UNSEEN} `))
  const counts = goesOn && rules.includes(COUNTING) && counting.length === 1 && counting[0] === COUNTING
  const isRight = old.join('\n') === jumps.join('\n') && (isLast || jumps.length === 0)
  const moves = isRight ? [] : [...old.map(deleteJump), ...jumps]
  const chains = counts ? EMPTY_CHAINS.slice(0, -1) : EMPTY_CHAINS
  return transaction(table, [...chains, ...(counts ? rules.filter((rule) => rule !== COUNTING) : rules), ...moves])
}

/** One transaction that empties the chains and leaves the jump. */
export const renderEmpty = (table: Table): string => transaction(table, EMPTY_CHAINS)

/** One transaction that takes away jumps and chains; the chains stay, empty, while somebody else's rule leads to one. */
export function renderRemove(table: Table, { jumps, isReferred }: Installed): string {
  const removals = isReferred ? [] : CHAINS.map((name) => `-X ${name}`)
  return transaction(table, [...EMPTY_CHAINS, ...jumps.map(deleteJump), ...removals])
}

/** What counts is the last. */
const CHAINS = [CHAIN, CANDIDATES, OBSERVED, UNSEEN] as const
const EMPTY_CHAINS = CHAINS.map((name) => `:${name} - [0:0]`)

const transaction = (table: Table, lines: readonly string[]): string => `*${table}\n${lines.join('\n')}\nCOMMIT\n`

export const NOTHING: Installed = { hasChain: false, jumps: [], isLast: false, isReferred: false, queues: [], rules: [] }

/** What `widen` gives to the kernel's tools where nothing is installed yet, each input under the command that reads it. */
export function render(plan: SteeringPlan, queues: QueueNumbers): string {
  const layer = layerOf(plan)
  const parts = [`# ipset restore\n${renderSets(setsOf([layer]))}`]
  for (const family of FAMILIES) {
    const rules = renderRules([layer], queues, family, { u32: true, hashlimit: true })
    if (rules.length === 0) continue
    const command = family === 4 ? 'iptables-restore' : 'ip6tables-restore'
    const jumps = renderLayersJumps([layer], family, 'iptables-nft')
    parts.push(`# ${command} ${RESTORE_WORDS.join(' ')}\n${renderInstall(rules, jumps, plan.hook, NOTHING)}`)
  }
  return parts.join('\n')
}
