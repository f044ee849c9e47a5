// SPDX-License-Identifier: GPL-2.0-or-later
// Steering through nft's own queue statement: `table inet ipxxb` and nothing else, each step one transaction. Base chains stay while any queue
// of the namespace holds a packet, because removing one flushes them all. Between that look and the removal a packet may come: another
// program's, since we have drained ours by then.

import type { QueueNumbers } from '../compile/steering.js'
import { OperationalError } from '../../errors.js'
import { readCounters } from './drops-counters.js'
import type { Hook } from './iptables.js'
import { BASES, CANDIDATES, renderChange, renderEmpty, renderParts, renderRemove, renderRemoveOthers, renderRules } from './nftables.js'
import { LIST_WORDS, type Listed, readListed } from './nftables-listed.js'
import type { Outcome, Run } from './run.js'
import type { Ruleset } from './ruleset.js'
import { type Layer, setsOf } from './layers.js'
import { LIMIT_TRIAL, OBSERVED_CHAIN, Tally, UNSEEN_COUNTER } from './observed.js'
import { isOurSet, type KernelSet } from './sets.js'

/** Who else changes rules at the same moment can make a transaction void; with more tries than this it is no coincidence. */
const TRIES = 3
/** nft may not enlarge its socket's buffer in a user namespace; this many elements are less than the 208 KiB that every socket has. */
export const ELEMENTS_PER_PART = 2_500
export const TOO_LARGE = /Message too long/
/** A refused line comes back whole, and a set's is as long as the set. */
const MESSAGE_LENGTH = 300

export class NftRuleset implements Ruleset {
  readonly backend = 'nft'
  readonly #run: Run
  readonly #queues: QueueNumbers
  readonly #isPacketQueued: () => boolean
  /** Our table as it was listed after the last `apply`, without what its counters show; null until somebody has looked. */
  #left: string | null = null
  /** Names of sets that were begun in parts and not finished: what is there of them is not the set. */
  readonly #unfinished = new Set<string>()
  /** Whether this run ever began to install anything here. */
  #hasApplied = false
  /** Found by trying, once. */
  #hasLimits: boolean | null = null
  /** What passed unseen; null: this run has not begun to count, and a counter that is there is a crashed run's. */
  #tally: Tally | null = null

  constructor(run: Run, queues: QueueNumbers, isPacketQueued: () => boolean) {
    this.#run = run
    this.#queues = queues
    this.#isPacketQueued = isPacketQueued
  }

  async queues(): Promise<readonly number[]> {
    const { status, stdout } = await this.#run('nft', LIST_WORDS)
    return (status === 0 && readListed(stdout)?.queues) || []
  }

  async setNames(): Promise<readonly string[]> {
    return [...((await this.#list())?.sets.keys() ?? [])].filter(isOurSet)
  }

  async apply(layers: readonly Layer[], anew: boolean): Promise<void> {
    this.#left = null
    this.#hasApplied = true
    const wanted = setsOf(layers)
    this.#hasLimits ??= (await this.#run('nft', ['--check', '-f', '-'], LIMIT_TRIAL)).status === 0
    const change = { layers, queues: this.#queues, hasLimits: this.#hasLimits, isCounting: this.#tally !== null }
    await this.#change(async (listed) => {
      const missing = wanted.filter(({ name }) => !listed?.sets.has(name) || this.#unfinished.has(name))
      const outcome = await this.#transact(renderChange({ ...change, listed, load: anew ? wanted : missing }))
      if (!TOO_LARGE.test(outcome.stderr)) return outcome
      for (const set of missing) await this.#loadInParts(set)
      return this.#transact(renderChange({ ...change, listed, load: [] }))
    })
    if (this.#hasLimits && layers.some(({ plan }) => plan.rules.some(({ kind }) => kind === 'observe'))) this.#tally ??= new Tally()
  }

  async unseen(): Promise<number | null> {
    if (this.#hasLimits === false) return null
    if (this.#tally === null) return 0
    const outcome = await this.#run('nft', LIST_WORDS)
    if (outcome.status !== 0) throw new OperationalError('STEERING_FAILED', nftMessage(outcome))
    this.#tally.see(readCounters(readListed(outcome.stdout)?.text ?? '').get(UNSEEN_COUNTER)?.packets ?? 0)
    return this.#tally.total
  }

  async empty(): Promise<void> {
    await this.#change(async (listed) => (listed === null ? null : this.#transact(renderEmpty(listed))))
  }

  async remove(kept: Hook | null): Promise<void> {
    // Beside another backend: what a kernel without nf_tables cannot list holds nothing of ours.
    if (!this.#hasApplied && !(await this.#canList())) return
    await this.#change(async (listed) => {
      const isQueued = this.#isPacketQueued()
      if (listed === null || (kept !== null && isQueued)) return null
      const text = kept === null ? renderRemove(listed, isQueued) : renderRemoveOthers(listed, kept)
      return text === '' ? null : this.#transact(text)
    })
  }

  /** Sets come and go with the rules, in one transaction. */
  async removeOrphans(): Promise<void> {}

  async removeSets(): Promise<void> {}

  async hasRules(layers: readonly Layer[]): Promise<boolean> {
    const listed = await this.#list()
    if (listed === null) return false
    if (this.#left === null && isWhole(listed, layers, this.#queues, this.#hasLimits ?? true)) this.#left = listed.text
    return listed.text === this.#left
  }

  /** A constant set cannot change while rules refer to it. */
  async hasSets(): Promise<boolean> {
    return true
  }

  async #canList(): Promise<boolean> {
    return (await this.#run('nft', ['--stateless', ...LIST_WORDS])).status === 0
  }

  async #list(): Promise<Listed | null> {
    const outcome = await this.#run('nft', ['--stateless', ...LIST_WORDS])
    // A machine without the program has nothing of ours in it.
    if (outcome.status === null) return null
    if (outcome.status !== 0) throw new OperationalError('STEERING_FAILED', nftMessage(outcome))
    return readListed(outcome.stdout)
  }

  /** One step that depends on what is there; tried again where that has changed meanwhile. `step` gives null where there is nothing to do. */
  async #change(step: (listed: Listed | null) => Promise<Outcome | null>): Promise<void> {
    let listed = await this.#list()
    for (let tries = 1; ; tries++) {
      const outcome = await step(listed)
      if (outcome === null || outcome.status === 0) return
      const now = await this.#list()
      if (tries === TRIES || now?.text === listed?.text) throw new OperationalError('STEERING_FAILED', nftMessage(outcome))
      listed = now
    }
  }

  #transact(text: string): Promise<Outcome> {
    return this.#run('nft', ['-f', '-'], text)
  }

  async #loadInParts(set: KernelSet): Promise<void> {
    this.#unfinished.add(set.name)
    for (const part of renderParts(set, ELEMENTS_PER_PART)) {
      const outcome = await this.#transact(part)
      if (outcome.status !== 0) throw new OperationalError('STEERING_FAILED', nftMessage(outcome))
    }
    this.#unfinished.delete(set.name)
  }
}

/** Whether the listing, taken some time after the transaction, still has all that it made. */
function isWhole({ chains, sets }: Listed, layers: readonly Layer[], queues: QueueNumbers, hasLimits: boolean): boolean {
  const { gates, candidates, observed } = renderRules(layers, queues, hasLimits)
  const { hook } = (layers.at(-1) as Layer).plan
  const base = chains.get(hook)
  return (
    base?.base === BASES[hook] &&
    base.rules === gates.length &&
    chains.get(CANDIDATES)?.rules === candidates.length &&
    (chains.get(OBSERVED_CHAIN)?.rules ?? 0) === observed.length &&
    setsOf(layers).every(({ name }) => sets.has(name))
  )
}

/** What nft said, in one line: the sentences, without the lines they are about. */
export function nftMessage({ status, stderr }: Outcome): string {
  if (status === null) return 'nft: no such program'
  const sentences = stderr.split('\n').filter((line) => /\berror\b/i.test(line.slice(0, MESSAGE_LENGTH)))
  return `nft: ${sentences.map((line) => line.slice(0, MESSAGE_LENGTH)).join(' ') || `exit status ${status}`}`
}
