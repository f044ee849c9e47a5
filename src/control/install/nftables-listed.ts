// SPDX-License-Identifier: GPL-2.0-or-later
// What is in a table of ours, read from `nft list ruleset`, of this run or of one that crashed. The listing is made with numeric
// priorities, handles and without the sets' elements.

/** All inet tables: nft 1.0.6 lists one table only with all its sets' elements, a second and a half where there are a hundred thousand. */
export const LIST_WORDS = ['--numeric-priority', '--handle', '--terse', 'list', 'ruleset', 'inet'] as const

export interface Chain {
  /** `filter forward -10`; null: not a base chain. */
  readonly base: string | null
  /** Number of rules. */
  readonly rules: number
}

export interface Listed {
  readonly chains: ReadonlyMap<string, Chain>
  /** Names of all sets, to their handles: a set that was made again has another. */
  readonly sets: ReadonlyMap<string, string>
  /** Names of all counters. */
  readonly counters: readonly string[]
  /** Queue numbers that rules lead to. */
  readonly queues: readonly number[]
  /** The listing itself, which is another after every change. */
  readonly text: string
}

const TABLES = { ipxxb: /^table inet ipxxb \{[\s\S]*?^\}$/m, 'ipxxb-drops': /^table inet ipxxb-drops \{[\s\S]*?^\}$/m } as const
const OBJECT = /^\t(\w+) (\S+) \{ # handle (\d+)$/
const BASE = /^\t\ttype (\w+) hook (\w+) (?:device .*)?priority (-?\d+);/
const RULE = / # handle \d+$/
const QUEUE = /^\t\t.*\bqueue (?:flags \S+ )?(?:to|num) (\d+)(?:-(\d+))?/

/** null: our table, the steering's or another of ours, is not there. */
export function readListed(listing: string, table: 'ipxxb' | 'ipxxb-drops' = 'ipxxb'): Listed | null {
  const text = TABLES[table].exec(listing)?.[0]
  if (text === undefined) return null
  const chains = new Map<string, Chain>()
  const sets = new Map<string, string>()
  const counters: string[] = []
  const queues = new Set<number>()
  let chain = ''
  for (const line of text.split('\n')) {
    const [, kind, name, handle] = OBJECT.exec(line) ?? []
    if (kind === 'set') sets.set(name as string, handle as string)
    if (kind === 'counter') counters.push(name as string)
    if (kind !== undefined) chain = kind === 'chain' ? (name as string) : ''
    if (kind === 'chain') chains.set(chain, { base: null, rules: 0 })
    const known = chains.get(chain)
    if (known === undefined || !line.startsWith('\t\t')) continue
    const base = BASE.exec(line)
    if (base !== null) chains.set(chain, { ...known, base: base.slice(1).join(' ') })
    else if (RULE.test(line)) chains.set(chain, { ...known, rules: known.rules + 1 })
    for (const queue of queuesOf(line)) queues.add(queue)
  }
  return { chains, sets, counters, queues: [...queues], text }
}

function queuesOf(line: string): number[] {
  const [, first, last = first] = QUEUE.exec(line) ?? []
  return first === undefined ? [] : Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index)
}
