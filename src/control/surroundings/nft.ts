// SPDX-License-Identifier: GPL-2.0-or-later
// The facts in `nft -j -t list ruleset`: every table of nf_tables, whoever made it. Rules that iptables-nft made show there with their
// extensions by name alone, so a table that iptables-save can read is left to it (saved.ts).

import { type AddressRange, parseRange } from './ranges.js'
import {
  type BaseChain,
  type Flowtable,
  type QueueRule,
  type RuleFacts,
  TRACKING_EXTENSIONS,
  TRACKING_KEYS,
  type Translation,
  VERSIONS,
} from './rules.js'

export const OUR_TABLE = 'ipxxb'

type Json = { readonly [key: string]: unknown }

const asJson = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})

interface Named {
  readonly family: string
  readonly table: string
  readonly chain: string
  readonly handle: number
  readonly expr: readonly Json[]
}

/** `isSaved`: whether iptables-save told all about the rules of that table. Throws SyntaxError where the text is not JSON. */
export function readNft(text: string, isSaved: (family: string, table: string) => boolean): RuleFacts {
  const objects = (JSON.parse(text) as { nftables: readonly Json[] }).nftables
  const rules = objects.flatMap(({ rule }) => (rule === undefined ? [] : [rule as Named]))
  const unsaved = rules.filter(({ family, table }) => !isSaved(family, table))
  const defragmenting: { 4: string | null; 6: string | null } = { 4: null, 6: null }
  const note = (family: string, versions: readonly (4 | 6)[] | undefined, place: string) => {
    for (const version of versions ?? VERSIONS[family] ?? []) defragmenting[version] ??= place
  }
  for (const rule of unsaved) {
    for (const family of trackingOf(rule.expr)) note(rule.family, VERSIONS[family], placeOf(rule))
  }
  // An object that rules may name (a helper, a timeout) switches tracking on by itself.
  for (const [key, value] of objects.flatMap((object) => Object.entries(object))) {
    const { family, table, name } = value as { family: string; table: string; name: string }
    if (TRACKING_KEYS.has(key)) note(family, undefined, `nft: ${key} ${name} in table ${family} ${table}`)
  }
  return {
    chains: objects.flatMap(({ chain }) => baseChains(asJson(chain), rules)),
    translations: unsaved.flatMap(readTranslations),
    flowtables: objects.flatMap(({ flowtable }) => (flowtable === undefined ? [] : [readFlowtable(asJson(flowtable))])),
    jumps: [],
    queueRules: unsaved.flatMap(readQueueRules),
    ours: objects.some(({ table }) => asJson(table).name === OUR_TABLE && asJson(table).family === 'inet'),
    defragmenting,
  }
}

const placeOf = ({ family, table, chain, handle }: Named): string => `nft: table ${family} ${table}, chain ${chain}, handle ${handle}`

function baseChains(chain: Json, rules: readonly Named[]): BaseChain[] {
  if (chain.hook === undefined) return []
  const { family, table, name, hook, prio, policy } = chain as { [key: string]: string } & { prio: unknown }
  const own = rules.filter((rule) => rule.family === family && rule.table === table && rule.chain === name)
  return [
    {
      source: 'nft',
      family: family as string,
      table: table as string,
      name: name as string,
      hook: hook as string,
      priority: Number(prio),
      policy: policy === 'drop' ? 'drop' : 'accept',
      rules: own.length,
    },
  ]
}

function readQueueRules(rule: Named): QueueRule[] {
  return rule.expr.flatMap(({ queue }) => {
    const { num, flags } = asJson(queue)
    const range = asJson(num).range
    const [first, last] = Array.isArray(range) ? range.map(Number) : [Number(num), Number(num)]
    // A number that is told by an expression (`queue to numgen ...`) is none that could be compared.
    if (num === undefined || first === undefined || last === undefined || Number.isNaN(first)) return []
    const bypass = [flags ?? []].flat().includes('bypass')
    return [{ source: 'nft' as const, ours: rule.family === 'inet' && rule.table === OUR_TABLE, first, last, bypass, place: placeOf(rule) }]
  })
}

function readFlowtable({ family, table, name, dev }: Json): Flowtable {
  const devices = dev === undefined ? [] : [dev].flat().map(String)
  return { family: String(family), table: String(table), name: String(name), devices }
}

/** Statements that switch tracking on for the family they name; all else does for that of its table. */
const NAMES_FAMILY: ReadonlySet<string> = new Set(['snat', 'dnat', 'tproxy'])

/** The families of all expressions and statements, however deep, that need connection tracking; '' for that of the table. */
function trackingOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(trackingOf)
  return Object.entries(asJson(value)).flatMap(([key, inner]) => {
    const { family, name } = asJson(inner)
    if (NAMES_FAMILY.has(key)) return [String(family ?? '')]
    if (TRACKING_KEYS.has(key) || (key === 'xt' && TRACKING_EXTENSIONS.has(String(name)))) return ['']
    return trackingOf(inner)
  })
}

const STATEMENTS = { snat: 'source', masquerade: 'source', dnat: 'destination', redirect: 'destination' } as const
const XT_SIDES: Readonly<Record<string, readonly Translation['side'][]>> = {
  SNAT: ['source'],
  MASQUERADE: ['source'],
  DNAT: ['destination'],
  REDIRECT: ['destination'],
  NETMAP: ['source', 'destination'],
}

function readTranslations(rule: Named): Translation[] {
  const { family, expr } = rule
  if (family !== 'ip' && family !== 'ip6' && family !== 'inet') return []
  const found: Translation[] = []
  const add = (side: Translation['side'], to: Translation['to']) =>
    found.push({ source: 'nft', family, side, from: matched(expr, side), to, place: placeOf(rule) })
  for (const one of expr) {
    for (const [name, side] of Object.entries(STATEMENTS)) if (name in one) add(side, target(name, asJson(one[name])))
    for (const side of XT_SIDES[String(asJson(one.xt).name)] ?? []) add(side, null)
    const field = fieldOf(asJson(one.mangle).key)
    if (field !== null) add(field, rangesOf(asJson(one.mangle).value))
  }
  return found
}

/** null: any address. masquerade, redirect, and what changes only ports, lead nowhere else. */
function target(statement: string, { addr }: Json): Translation['to'] {
  if (statement === 'masquerade' || statement === 'redirect' || addr === undefined) return []
  return rangesOf(addr)
}

function fieldOf(value: unknown): Translation['side'] | null {
  const { protocol, field } = asJson(asJson(value).payload)
  if (protocol !== 'ip' && protocol !== 'ip6') return null
  return field === 'saddr' ? 'source' : field === 'daddr' ? 'destination' : null
}

function matched(expr: readonly Json[], side: Translation['side']): Translation['from'] {
  for (const one of expr) {
    const { op, left, right } = asJson(one.match)
    if ((op === '==' || op === 'in') && fieldOf(left) === side) return rangesOf(right)
  }
  return null
}

/** `"192.0.2.1"`, `{prefix}`, `{range}`, `{set: [...]}` of these; null for what is not written out (`"@name"`, a map). */
function rangesOf(value: unknown): readonly AddressRange[] | null {
  const { prefix, range, set } = asJson(value)
  const { addr, len } = asJson(prefix)
  if (Array.isArray(set)) {
    const lists = set.map(rangesOf)
    return lists.some((list) => list === null) ? null : (lists.flat() as AddressRange[])
  }
  const text =
    typeof value === 'string' ? value : prefix !== undefined ? `${addr}/${len}` : Array.isArray(range) ? `${range[0]}-${range[1]}` : ''
  const parsed = parseRange(text)
  return parsed === null ? null : [parsed]
}
