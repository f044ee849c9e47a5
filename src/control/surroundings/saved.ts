// SPDX-License-Identifier: GPL-2.0-or-later
// The facts in the output of iptables-save, one family of one kind. Its lines are canonical: one option one spelling, addresses as prefixes.

import { OUR_JUMP } from '../install/iptables-jumps.js'
import { type AddressRange, parseRange } from './ranges.js'
import { type BaseChain, type Jump, type QueueRule, type RuleFacts, type Source, TRACKING_EXTENSIONS, type Translation } from './rules.js'

/** Chains of ours, of any run, and the tables that they are in: one a hook. */
const OUR_CHAIN = /^IPXXB(-CANDIDATES|-OBSERVED|-UNSEEN)?$/
const OUR_TABLES = ['mangle', 'raw']

/** Priorities of the built-in chains, by table; nat has two. */
const PRIORITIES: Readonly<Record<string, number>> = { raw: -300, mangle: -150, filter: 0, security: 50 }
const DESTINATION_NAT = -100
const SOURCE_NAT = 100

const SIDES: Readonly<Record<string, readonly Translation['side'][]>> = {
  SNAT: ['source'],
  MASQUERADE: ['source'],
  SNPT: ['source'],
  DNAT: ['destination'],
  REDIRECT: ['destination'],
  DNPT: ['destination'],
  // It changes the one in PREROUTING and the other in POSTROUTING; a chain of the operator's may be called from both.
  NETMAP: ['source', 'destination'],
}

const QUEUES = / -j NFQUEUE .*?--queue-(?:num|balance) (\d+)(?::(\d+))?/

/** Options that say to which addresses, and the targets that take one of the router's own. */
const TO = / --(?:to-source|to-destination|to|dst-pfx) (\S+)/
const TO_ITSELF = ['MASQUERADE', 'REDIRECT']

export function readSaved(saved: string, source: Source, family: 'ip' | 'ip6'): RuleFacts {
  const chains = new Map<string, BaseChain>()
  const translations: Translation[] = []
  const jumps = new Map<string, Jump>()
  const queueRules: QueueRule[] = []
  let [table, ours] = ['', false]
  let tracking: string | null = null
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1)
    if (line.startsWith(':')) {
      const [name = '', policy = ''] = line.slice(1).split(' ')
      if (isOurs(table, name)) ours = true
      if (policy !== '-') chains.set(`${table} ${name}`, baseChain(source, family, table, name, policy))
    }
    if (!line.startsWith('-A ')) continue
    const name = line.split(' ', 2)[1] as string
    const key = `${table} ${name}`
    const chain = chains.get(key)
    if (chain !== undefined) chains.set(key, { ...chain, rules: chain.rules + 1 })
    const jump = jumps.get(key)
    if (OUR_TABLES.includes(table) && OUR_JUMP.test(line)) {
      if (jump === undefined) jumps.set(key, { source, family, chain: `${table} ${name}`, behind: 0, next: null })
    } else if (jump !== undefined) jumps.set(key, { ...jump, behind: jump.behind + 1, next: jump.next ?? line })
    const place = `${commandOf(source, family)} -t ${table} ${line}`
    if (tracking === null && tracks(line)) tracking = place
    translations.push(...readTranslations(line, source, family, place))
    const queues = QUEUES.exec(bare(line))
    if (queues !== null) {
      const [first, last] = [Number(queues[1]), Number(queues[2] ?? queues[1])]
      queueRules.push({ source, ours: isOurs(table, name), first, last, bypass: line.includes(' --queue-bypass'), place })
    }
  }
  const defragmenting = family === 'ip' ? { 4: tracking, 6: null } : { 4: null, 6: tracking }
  return { chains: [...chains.values()], translations, flowtables: [], jumps: [...jumps.values()], queueRules, ours, defragmenting }
}

const isOurs = (table: string, chain: string): boolean => OUR_TABLES.includes(table) && OUR_CHAIN.test(chain)

/** What the operator types. */
const commandOf = (source: Source, family: 'ip' | 'ip6'): string => (family === 'ip' ? source : source.replace('iptables', 'ip6tables'))

function baseChain(source: Source, family: string, table: string, name: string, policy: string): BaseChain {
  const hook = name.toLowerCase()
  const nat = hook === 'prerouting' || hook === 'output' ? DESTINATION_NAT : SOURCE_NAT
  return {
    source,
    family,
    table,
    name,
    hook,
    priority: PRIORITIES[table] ?? nat,
    policy: policy === 'DROP' ? 'drop' : 'accept',
    rules: 0,
  }
}

/** Words inside quotes are comments and log texts. */
const bare = (line: string): string => line.replace(/"(?:[^"\\]|\\.)*"/g, '""')

function tracks(line: string): boolean {
  const words = bare(line).split(' ')
  // CT sets a zone or a helper, and switches tracking on for that; with --notrack it does the opposite.
  if (/ -j CT (?!--notrack)/.test(line)) return true
  return words.some((word, index) => /^-[mjg]$/.test(words[index - 1] ?? '') && TRACKING_EXTENSIONS.has(word))
}

function readTranslations(line: string, source: Source, family: 'ip' | 'ip6', place: string): Translation[] {
  const text = bare(line)
  const target = / -j (\S+)/.exec(text)?.[1] ?? ''
  return (SIDES[target] ?? []).map((side) => {
    const matched = side === 'source' ? / (! )?-s (\S+)/.exec(text) : / (! )?-d (\S+)/.exec(text)
    const from = matched?.[2] === undefined || matched[1] !== undefined ? null : asList(parseRange(matched[2]))
    return { source, family, side, from, to: TO_ITSELF.includes(target) ? [] : parseTarget(TO.exec(text)?.[1]), place }
  })
}

const asList = (range: AddressRange | null): readonly AddressRange[] | null => (range === null ? null : [range])

/** `198.51.100.53:53`, `[2001:db8::1]:53`, `192.0.2.1-192.0.2.9:1000-2000`, `:53`. */
function parseTarget(text: string | undefined): readonly AddressRange[] | null {
  if (text === undefined) return null
  if (/^:\d/.test(text)) return []
  const bracketed = /^\[([^\]]+)\]/.exec(text)?.[1]
  if (bracketed !== undefined) return asList(parseRange(bracketed))
  return asList(parseRange(text.includes('.') ? text.replace(/:[\d-]+$/, '') : text))
}
