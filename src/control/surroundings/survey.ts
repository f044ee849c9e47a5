// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel around our rules: what changes, hides or never shows the packets that a block should see. Facts only, read with the kernel's own
// tools and without changing anything; fit.ts and `ipxxb doctor` judge them.

import type { Run } from '../install/run.js'
import { type HookFunction, readHooks } from './hooks.js'
import { readNft } from './nft.js'
import { NO_FACTS, type RuleFacts } from './rules.js'
import { readSaved } from './saved.js'

/** Whether the kernel puts fragments together before the hooks prerouting (raw) and forward see them. */
export interface Defragmentation {
  readonly answer: 'yes' | 'no' | 'unknown'
  /** Which rule or hook, or why it is not known. */
  readonly because: string
}

export interface Unread {
  readonly tool: string
  readonly why: string
}

export interface Surroundings extends Omit<RuleFacts, 'defragmenting' | 'ours'> {
  /** Names of VRF devices; null: they could not be listed. */
  readonly vrfs: readonly string[] | null
  readonly defragments: { readonly 4: Defragmentation; readonly 6: Defragmentation }
  /** Where rules of ours are in force, of any run. */
  readonly ours: readonly ('nft' | 'iptables-nft' | 'iptables-legacy')[]
  /** Functions on the hooks; empty where the kernel does not list them. */
  readonly hooks: readonly HookFunction[]
  /** Rules that could not be read; what is not found may be there. */
  readonly unread: readonly Unread[]
}

const SAVES = [
  { source: 'iptables-nft', family: 'ip' },
  { source: 'iptables-nft', family: 'ip6' },
  { source: 'iptables-legacy', family: 'ip' },
  { source: 'iptables-legacy', family: 'ip6' },
] as const

/** An ordinary user's namespace may not list the old interface's tables; asked for by name they come, empty, into being. */
const USUAL_TABLES = ['raw', 'mangle', 'nat', 'filter'] as const

interface Read {
  readonly facts: RuleFacts
  readonly tables: readonly string[]
  readonly unread: readonly Unread[]
}

/** Asks nft, both kinds of iptables and ip. Never throws for what a tool says: that is `unread`. */
export async function survey(run: Run): Promise<Surroundings> {
  const [vrfs, hooks, ...saves] = await Promise.all([listVrfs(run), listHooks(run), ...SAVES.map((one) => readSave(run, one))])
  const saved = new Set(
    SAVES.flatMap(({ source, family }, at) => (source === 'iptables-nft' ? saves[at].tables.map((table) => `${family} ${table}`) : [])),
  )
  const nft = await readRuleset(run, (family, table) => saved.has(`${family} ${table}`))
  // nft's own list has the base chains of iptables-nft too, with what was really made of them.
  const sources = SAVES.map(({ source }, at) =>
    source === 'iptables-nft' && nft.unread.length === 0 ? { ...saves[at].facts, chains: [] } : saves[at].facts,
  )
  const all = [nft.facts, ...sources]
  const unread = [nft, ...saves].flatMap((one) => one.unread)
  return {
    vrfs,
    hooks,
    chains: all.flatMap(({ chains }) => chains),
    translations: all.flatMap(({ translations }) => translations),
    flowtables: all.flatMap(({ flowtables }) => flowtables),
    jumps: all.flatMap(({ jumps }) => jumps),
    queueRules: all.flatMap(({ queueRules }) => queueRules),
    defragments: { 4: defragmentation(4, hooks, all, unread), 6: defragmentation(6, hooks, all, unread) },
    ours: [
      ...(nft.facts.ours ? (['nft'] as const) : []),
      ...new Set(SAVES.flatMap(({ source }, at) => (saves[at].facts.ours ? [source] : []))),
    ],
    unread,
  }
}

/** Where the kernel lists its hooks, they tell; else the rules do, because only what needs connection tracking switches it on. */
function defragmentation(
  version: 4 | 6,
  hooks: readonly HookFunction[],
  all: readonly RuleFacts[],
  unread: readonly Unread[],
): Defragmentation {
  const family = version === 4 ? 'ip' : 'ip6'
  const found = hooks.find((one) => one.family === family && one.hook === 'prerouting' && one.name.includes('defrag'))
  if (found !== undefined) return { answer: 'yes', because: `hook ${found.name}` }
  if (hooks.length > 0) return { answer: 'no', because: 'no function on the hook prerouting does' }
  const rule = all.map(({ defragmenting }) => defragmenting[version]).find((place) => place !== null)
  if (rule !== undefined && rule !== null) return { answer: 'yes', because: rule }
  if (unread.length > 0) return { answer: 'unknown', because: notRead(unread) }
  return { answer: 'no', because: 'no rule asks for connection tracking' }
}

async function listVrfs(run: Run): Promise<readonly string[] | null> {
  const { status, stdout } = await run('ip', ['-j', 'link', 'show', 'type', 'vrf'])
  if (status !== 0) return null
  try {
    // What is filtered out stays as an empty object.
    return (JSON.parse(stdout || '[]') as { ifname?: string }[]).flatMap(({ ifname }) => (ifname === undefined ? [] : [ifname]))
  } catch {
    return null
  }
}

async function listHooks(run: Run): Promise<HookFunction[]> {
  const { status, stdout } = await run('nft', ['list', 'hooks'])
  return status === 0 ? readHooks(stdout) : []
}

async function readRuleset(run: Run, isSaved: (family: string, table: string) => boolean): Promise<Read> {
  const { status, stdout, stderr } = await run('nft', ['-j', '-t', 'list', 'ruleset'])
  const unread = (why: string): Read => ({ facts: NO_FACTS, tables: [], unread: [{ tool: 'nft', why }] })
  if (status !== 0) return unread(status === null ? 'no such program' : firstLine(stderr))
  try {
    return { facts: readNft(stdout, isSaved), tables: [], unread: [] }
  } catch (error) {
    return unread(`its answer is not understood: ${(error as Error).message}`)
  }
}

/** A kind of iptables whose program is missing has no rules. */
async function readSave(run: Run, { source, family }: (typeof SAVES)[number]): Promise<Read> {
  const command = `${family === 'ip' ? source : source.replace('iptables', 'ip6tables')}-save`
  const whole = await run(command, [])
  if (whole.status === null) return { facts: NO_FACTS, tables: [], unread: [] }
  let saved = whole.stdout
  if (whole.status !== 0) {
    const parts = await Promise.all(USUAL_TABLES.map((table) => run(command, ['-t', table])))
    if (parts.every(({ status }) => status !== 0)) {
      return { facts: NO_FACTS, tables: [], unread: [{ tool: command, why: firstLine(whole.stderr) }] }
    }
    saved = parts.map(({ status, stdout }) => (status === 0 ? stdout : '')).join('')
  }
  const tables = [...saved.matchAll(/^\*(\S+)$/gm)].map(([, table]) => table as string)
  return { facts: readSaved(saved, source, family), tables, unread: [] }
}

/** What could not be read, in words. */
export function notRead(unread: readonly Unread[]): string {
  const tools = unread.map(({ tool }) => tool)
  return `not read: ${tools.join(', ')} (${unread[0]?.why})`
}

/** The first line that says something, without the name and version that iptables puts before it. */
function firstLine(text: string): string {
  const line = text.split('\n').find((one) => one.trim() !== '') ?? 'no reason given'
  return line.trim().replace(/^\S+ v[\d.]+ \((?:nf_tables|legacy)\): /, '')
}
