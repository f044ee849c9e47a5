// SPDX-License-Identifier: GPL-2.0-or-later
// What is installed, read from the output of iptables-save: ours, of this run or of one that crashed, and as much of the others' as we have
// to know to leave it alone.

import { TABLES, type Table } from './iptables.js'
import { OUR_JUMP } from './iptables-jumps.js'

/** Ours in one table of one family. */
export interface Installed {
  /** A chain of ours is there. */
  readonly hasChain: boolean
  /** Our jumps, as listed. */
  readonly jumps: readonly string[]
  /** Behind them is no rule of others. */
  readonly isLast: boolean
  /** A rule of somebody else leads to a chain of ours. */
  readonly isReferred: boolean
  /** Queue numbers that our rules lead to. */
  readonly queues: readonly number[]
  /** The rules of our chains, as listed. */
  readonly rules: readonly string[]
}

export interface Saved {
  readonly tables: Readonly<Record<Table, Installed>>
  /** Rules of others, in all tables. */
  readonly foreignRules: number
}

const OUR_CHAIN = /^:IPXXB(-CANDIDATES|-OBSERVED|-UNSEEN)? /
const REFERENCE = /^-A \S+ .*-[jg] IPXXB(-CANDIDATES|-OBSERVED|-UNSEEN)?( |$)/
const OWN_RULE = /^-A IPXXB(-CANDIDATES|-OBSERVED|-UNSEEN|-TRY)? /
const QUEUE = / --queue-(?:num|balance) (\d+)(?::(\d+))?/

export function readSaved(saved: string): Saved {
  const readers = { mangle: new Reader(), raw: new Reader() }
  let [reader, foreignRules]: [Reader | undefined, number] = [undefined, 0]
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) {
      const table = TABLES.find((name) => name === line.slice(1))
      reader = table && readers[table]
    } else if (line.startsWith(':')) {
      reader?.readChain(line)
    } else if (line.startsWith('-A ') && !reader?.readRule(line)) {
      foreignRules++
    }
  }
  return { tables: { mangle: readers.mangle.result(), raw: readers.raw.result() }, foreignRules }
}

class Reader {
  #hasChain = false
  #isReferred = false
  readonly #jumps: string[] = []
  readonly #queues = new Set<number>()
  readonly #rules: string[] = []
  #isLast = true

  readChain(line: string): void {
    if (OUR_CHAIN.test(line)) this.#hasChain = true
  }

  /** Whether the rule is ours. */
  readRule(line: string): boolean {
    if (OUR_JUMP.test(line)) {
      this.#jumps.push(line)
      return true
    }
    if (this.#jumps.some((jump) => chainOf(jump) === chainOf(line))) this.#isLast = false
    if (OWN_RULE.test(line)) {
      this.#rules.push(line)
      for (const queue of queuesOf(line)) this.#queues.add(queue)
      return true
    }
    if (REFERENCE.test(line)) this.#isReferred = true
    return false
  }

  result(): Installed {
    return {
      hasChain: this.#hasChain,
      jumps: this.#jumps,
      isLast: this.#jumps.length > 0 && this.#isLast,
      isReferred: this.#isReferred,
      queues: [...this.#queues],
      rules: this.#rules,
    }
  }
}

const chainOf = (rule: string): string | undefined => rule.split(' ', 2)[1]

function queuesOf(line: string): number[] {
  const [, first, last = first] = QUEUE.exec(line) ?? []
  return first === undefined ? [] : Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index)
}
