// SPDX-License-Identifier: GPL-2.0-or-later
// What is installed, read from the output of iptables-save: ours, of this run or of one that crashed, and as much of the others' as we have
// to know to leave it alone.

import { TABLES, type Table } from './iptables.js'

/** Ours in one table of one family. */
export interface Installed {
  /** A chain of ours is there. */
  readonly hasChain: boolean
  /** Built-in chains with our jump, once for each. */
  readonly jumps: readonly string[]
  /** The last of these jumps is the last rule of its chain. */
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
const OUR_JUMP = /^-A (FORWARD|PREROUTING) -j IPXXB$/
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
  readonly #lastRules = new Map<string, string>()

  readChain(line: string): void {
    if (OUR_CHAIN.test(line)) this.#hasChain = true
  }

  /** Whether the rule is ours. */
  readRule(line: string): boolean {
    this.#lastRules.set(line.split(' ', 2)[1] as string, line)
    const jump = OUR_JUMP.exec(line)?.[1]
    if (jump !== undefined) {
      this.#jumps.push(jump)
      return true
    }
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
      isLast: OUR_JUMP.test(this.#lastRules.get(this.#jumps.at(-1) ?? '') ?? ''),
      isReferred: this.#isReferred,
      queues: [...this.#queues],
      rules: this.#rules,
    }
  }
}

function queuesOf(line: string): number[] {
  const [, first, last = first] = QUEUE.exec(line) ?? []
  return first === undefined ? [] : Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index)
}
