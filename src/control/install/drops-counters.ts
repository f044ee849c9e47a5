// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel counted of its drops, added up so that no count goes back: not when rules are made again with counters of their own, and
// not when somebody sets the kernel's counters to zero or takes them away.

import type { Counter } from './drops-blocks.js'

export interface Count {
  readonly packets: number
  /** Of IP. */
  readonly bytes: number
}

export interface DropCount extends Count {
  /** Index in the policy. */
  readonly block: number
  readonly reason: number
}

export interface DropCounts {
  /** Each block and reason that the plan can drop for, once. */
  readonly drops: readonly DropCount[]
  /** Of those packets, the ones that came from outside with a customer's address. */
  readonly spoofed: Count
}

const NONE: Count = { packets: 0, bytes: 0 }
const COUNTER = /^\tcounter (\S+) \{(?: # handle \d+)?\n(?:\t\tcomment .*\n)?\t\tpackets (\d+) bytes (\d+)$/gm

/** Named counters in the listing of a table, which is not made stateless. */
export function readCounters(text: string): Map<string, Count> {
  return new Map(
    [...text.matchAll(COUNTER)].map(([, name, packets, bytes]) => [name as string, { packets: Number(packets), bytes: Number(bytes) }]),
  )
}

const sum = (a: Count, b: Count): Count => ({ packets: a.packets + b.packets, bytes: a.bytes + b.bytes })

export class DropTotals {
  #counters: readonly Counter[] = []
  /** By name, of the counters that are in force, at the last look. */
  #seen = new Map<string, Count>()
  /** By name, from before these counters began. */
  #before = new Map<string, Count>()

  /** From now on `counters` are in force. Of the same plan made again, `goesOn`, they add to what was; else they begin at nothing. */
  begin(counters: readonly Counter[], goesOn: boolean): void {
    const totals = goesOn ? this.#counters.map((counter) => [keyOf(counter), this.#total(counter)] as const) : []
    this.#counters = counters
    this.#seen = new Map()
    this.#before = new Map(totals)
  }

  /** Takes in what the kernel shows now. */
  see(readings: ReadonlyMap<string, Count>): void {
    for (const counter of this.#counters) {
      const now = readings.get(counter.name)
      const seen = this.#seen.get(counter.name) ?? NONE
      if (now === undefined) continue
      if (now.packets < seen.packets) this.#before.set(keyOf(counter), this.#total(counter))
      this.#seen.set(counter.name, now)
    }
  }

  counts(): DropCounts {
    const drops = this.#counters.flatMap((counter) =>
      counter.block === null ? [] : { block: counter.block, reason: counter.reason, ...this.#total(counter) },
    )
    const spoofed = this.#counters.find(({ block }) => block === null)
    return { drops, spoofed: spoofed === undefined ? NONE : this.#total(spoofed) }
  }

  #total(counter: Counter): Count {
    return sum(this.#before.get(keyOf(counter)) ?? NONE, this.#seen.get(counter.name) ?? NONE)
  }
}

/** The same in every generation. */
const keyOf = ({ block, reason }: Counter): string => `${block} ${reason}`
