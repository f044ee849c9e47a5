// SPDX-License-Identifier: GPL-2.0-or-later
// Sets of the steering plan as input of `ipset restore`: pure text. One kernel set a family; ten thousand prefixes are one rule's match.
// A set is never changed once rules refer to it: another plan gets sets of another generation.

import type { SteeringSet } from '../compile/steering.js'
import { IPV4_STRIDE, IPV6_STRIDE, ipv4Text, ipv6Text } from './addresses.js'

export const FAMILIES = [4, 6] as const
export type Family = (typeof FAMILIES)[number]

/** Every set of ours, of any generation, and none of anybody else's. */
const OURS = /^ipxxb-(\d{1,6})-[a-z0-9-]+-[46]$/
/** A name has 31 bytes: `ipxxb-`, generation, `-`, at most 16 of the plan's, `-4`. */
const GENERATIONS = 1_000_000
/** ipset's own default, below which we do not go. */
const LEAST_ELEMENTS = 65_536
const LEAST_HASH_SIZE = 1024
/** ipset grows a full table by itself, at the price of building it anew; with this many elements a bucket it never has to. */
const ELEMENTS_PER_BUCKET = 4

export const setName = (generation: number, { name }: Pick<SteeringSet, 'name'>, family: Family): string =>
  `ipxxb-${generation}-${name}-${family}`

export const isOurSet = (name: string): boolean => OURS.test(name)

/** A generation that none of the sets `existing` is of: one more than theirs, so that names in a listing tell which are newer. */
export function freeGeneration(existing: readonly string[]): number {
  const taken = new Set(existing.map((name) => Number(OURS.exec(name)?.[1] ?? 0)))
  let free = (Math.max(0, ...taken) + 1) % GENERATIONS
  while (taken.has(free)) free = (free + 1) % GENERATIONS
  return free
}

/** Whether the set has addresses of the family: without, there is neither a kernel set nor a rule. */
export function hasFamily({ prefixes }: SteeringSet, family: Family): boolean {
  return (family === 4 ? prefixes.ipv4 : prefixes.ipv6).length > 0
}

/** Input of `ipset restore` that makes all sets of a plan. */
export function renderSets(sets: readonly SteeringSet[], generation: number): string {
  return sets
    .flatMap((set) => FAMILIES.filter((family) => hasFamily(set, family)).map((family) => renderSet(set, generation, family)))
    .join('')
}

function renderSet(set: SteeringSet, generation: number, family: Family): string {
  const name = setName(generation, set, family)
  const excluded = elements(family === 4 ? set.exclusions.ipv4 : set.exclusions.ipv6, family, new Set())
  const included = elements(family === 4 ? set.prefixes.ipv4 : set.prefixes.ipv6, family, new Set(excluded))
  const count = included.length + excluded.length
  const hashSize = Math.max(LEAST_HASH_SIZE, 2 ** Math.ceil(Math.log2(count / ELEMENTS_PER_BUCKET)))
  const create = `create ${name} hash:net family ${family === 4 ? 'inet' : 'inet6'} hashsize ${hashSize} maxelem ${Math.max(LEAST_ELEMENTS, count)}`
  const lines = [create]
  for (const prefix of included) lines.push(`add ${name} ${prefix}`)
  for (const prefix of excluded) lines.push(`add ${name} ${prefix} nomatch`)
  lines.push('')
  return lines.join('\n')
}

/** The prefixes as text. hash:net knows no length 0: its two halves stand for it, but for a half that the other list decides. */
function elements(columns: Uint32Array, family: Family, decided: ReadonlySet<string>): string[] {
  const [stride, text, halves] =
    family === 4 ? [IPV4_STRIDE, ipv4Text, ['0.0.0.0/1', '128.0.0.0/1']] : [IPV6_STRIDE, ipv6Text, ['::/1', '8000::/1']]
  const list: string[] = []
  for (let at = 0; at < columns.length; at += stride) {
    if (columns[at + stride - 1] === 0) list.push(...halves.filter((half) => !decided.has(half)))
    else list.push(text(columns, at))
  }
  return list
}
