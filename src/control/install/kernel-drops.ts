// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's drops in the kernel: brought in, changed in one transaction, counted, emptied, taken away, looked after, and kept alive. The base
// chain stays while any queue of the namespace holds a packet, since removing one flushes them all; a change empties it and leads it to
// new chains. No count is lost at a change: the old counters are read once no rule leads to them, and only then deleted.
//
// Under `overload: fail-open` nothing is dropped unless `renew` was called in the last SWITCH_SECONDS.

import { OperationalError } from '../../errors.js'
import type { KernelPlan } from '../compile/kernel-plan.js'
import type { SteeringPlan } from '../compile/steering.js'
import {
  DROPS_BASES,
  ALIVE_KEYS,
  DROPS_TABLE,
  DROPS_TABLE_NAME,
  renderDropsChange,
  renderDropsEmpty,
  renderDropsForget,
  renderDropsRemove,
  renderDropsRemoveOthers,
  renderLengths,
  renderPieces,
  SWITCH_SECONDS,
} from './drops.js'
import { type Rendered, usedSets } from './drops-blocks.js'
import { ALIVE, type Drops, renderChains } from './drops-chains.js'
import { type Count, type DropCounts, DropTotals, readCounters } from './drops-counters.js'
import { fenced, findRefused, type Refused, refusedAtOnce } from './drops-refused.js'
import { trialOf } from './drops-trial.js'
import { kernelSetsOf, type PlacedSet, placeSets } from './layers.js'
import { renderParts } from './nftables.js'
import { LIST_WORDS, type Listed, readListed } from './nftables-listed.js'
import { ELEMENTS_PER_PART, nftMessage, TOO_LARGE } from './nftables-ruleset.js'
import { isPacketQueued as askKernel } from './queued.js'
import type { Outcome, Run } from './run.js'
import { isOurSet } from './sets.js'

export type { DropCounts, Refused }

/** nf_tables without the program nft, for what is asked all the time. Tables are of family inet; throws STEERING_FAILED. */
export interface DirectTables {
  /** Each of `keys`, a byte, is in the set for so long from now, and nothing else is. */
  replaceElements(table: string, set: string, keys: Uint8Array, milliseconds: number): Promise<void>
  /** None where there is no such table. */
  readCounters(table: string): readonly ({ readonly name: string } & Count)[]
}

type Overload = SteeringPlan['overload']

/** Whoever else changes rules at the same moment can make a transaction void; with more tries than this it is no coincidence. */
const TRIES = 3

const NO_PROGRAM = 'there is no program nft'

export interface Applied {
  /** Blocks that the kernel did not take: they are to be decided in userspace, and drop nothing here. */
  readonly refused: readonly Refused[]
  /** All that the plan before counted since it was applied. */
  readonly last: DropCounts
}

interface InForce {
  readonly rendered: Rendered
  readonly drops: Drops
}

export class KernelDrops {
  readonly #run: Run
  readonly #isPacketQueued: () => boolean
  readonly #direct: DirectTables
  readonly #totals = new DropTotals()
  /** What was given, without the refused blocks; null: nothing. */
  #wanted: { readonly plan: KernelPlan; readonly overload: Overload } | null = null
  #inForce: InForce | null = null
  /** The table as it was listed after the last change; null until somebody has looked. */
  #left: string | null = null
  /** Whether this run ever began to install anything. */
  #hasInstalled = false
  /** Whether this run has looked, and found or left nothing: a policy without drops of the kernel need not look again at each change. */
  #isClean = false
  /** One change or look at a time. */
  #turn: Promise<unknown> = Promise.resolve()

  /** Installs nothing. */
  constructor(run: Run, direct: DirectTables, isPacketQueued: () => boolean = askKernel) {
    this.#run = run
    this.#direct = direct
    this.#isPacketQueued = isPacketQueued
  }

  /**
   * Brings `plan` into force in place of the one before, or of what a crashed run left; the dead man's switch holds from now. Throws NO_NFT or
   * STEERING_FAILED where one before is in force, and then it still is; a machine that can do none of it refuses every block.
   */
  apply(plan: KernelPlan, overload: Overload): Promise<Applied> {
    return this.#inTurn(async () => {
      const refused = [...refusedAtOnce(plan)]
      try {
        await this.#change(fenced(plan, refused), overload, false)
      } catch (error) {
        // Where not even a plan without blocks is taken, no block is at fault; and where nothing is in force, there is nothing to go back to.
        const why = await this.#check({ ...plan, blocks: [] }, overload)
        if (why !== null && this.#inForce !== null) throw error
        if (why !== null) return this.#refuseAll(plan, why)
        const more = await findRefused(fenced(plan, refused), (part) => this.#check(part, overload))
        if (more.length === 0) throw error
        refused.push(...more.filter(({ block }) => !refused.some((each) => each.block === block)))
        await this.#change(fenced(plan, refused), overload, false)
      }
      const last = this.#totals.counts()
      this.#totals.begin(this.#inForce?.drops.counters ?? [], false)
      this.#wanted = { plan: fenced(plan, refused), overload }
      return { refused: refused.sort((a, b) => a.block - b.block), last }
    })
  }

  /** What was dropped since the plan was applied. Throws STEERING_FAILED. */
  counters(): Promise<DropCounts> {
    return this.#inTurn(async () => {
      await this.#count()
      return this.#totals.counts()
    })
  }

  /** The dead man's switch holds for SWITCH_SECONDS more. Throws STEERING_FAILED, also where the table is gone. */
  async renew(): Promise<void> {
    if (this.#inForce === null || this.#inForce.rendered.overload === 'fail-closed') return
    await this.#direct.replaceElements(DROPS_TABLE_NAME, ALIVE, ALIVE_KEYS, SWITCH_SECONDS * 1000)
  }

  /** Whether what is in force is in the kernel as we left it. Throws STEERING_FAILED where it cannot look. */
  isInForce(): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.#inForce === null) return true
      const listed = await this.#list('--stateless')
      if (listed === null) return false
      if (this.#left === null && isWhole(listed, this.#inForce)) this.#left = listed.text
      return listed.text === this.#left
    })
  }

  /** Puts back what is in force, whatever is there. What nobody had read of counters that are gone is lost. Throws as `apply`. */
  reinstall(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#wanted === null) return
      await this.#change(this.#wanted.plan, this.#wanted.overload, true)
      this.#totals.begin(this.#inForce?.drops.counters ?? [], true)
    })
  }

  /** Nothing is dropped any more; the counters can still be read. Throws STEERING_FAILED. */
  empty(): Promise<void> {
    return this.#inTurn(async () => {
      this.#wanted = null
      this.#inForce = null
      const listed = await this.#listOurs()
      if (listed !== null) await this.#transact(renderDropsEmpty(listed))
    })
  }

  /** Takes away all that is ours, of any run; but a base chain stays, empty, while a queue of the namespace holds a packet. Throws STEERING_FAILED. */
  remove(): Promise<void> {
    return this.#inTurn(async () => {
      this.#wanted = null
      this.#inForce = null
      await this.#takeAway(await this.#listOurs())
    })
  }

  /** On a machine whose kernel or tools can do none of it, everything is decided in userspace. */
  #refuseAll({ blocks }: KernelPlan, message: string): Applied {
    const last = this.#totals.counts()
    this.#totals.begin([], false)
    this.#wanted = null
    const dropping = blocks.filter(({ services }) => services.some(({ rules }) => rules.some(({ reason }) => reason !== null)))
    return { refused: dropping.map(({ block }) => ({ block, message })), last }
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(step)
    this.#turn = turn.catch(() => {})
    return turn
  }

  /** Makes the table that of `plan`; `anew`: what is there is not trusted. The counts of what was there are taken in. */
  async #change(plan: KernelPlan, overload: Overload, anew: boolean): Promise<void> {
    if (plan.blocks.length === 0 && this.#isClean) return
    for (let tries = 1; ; tries++) {
      const listed = plan.blocks.length === 0 ? await this.#listOurs() : await this.#list()
      try {
        if (plan.blocks.length === 0) await this.#takeAway(listed)
        else await this.#replace(plan, overload, anew ? null : this.#inForce, listed)
        return
      } catch (error) {
        if (tries === TRIES || (await this.#list())?.text === listed?.text) throw error
      }
    }
  }

  async #takeAway(listed: Listed | null): Promise<void> {
    this.#inForce = null
    this.#isClean = listed === null
    if (listed === null) return
    await this.#transact(renderDropsEmpty(listed))
    await this.#count()
    await this.#transact(renderDropsRemove(listed, this.#isPacketQueued()))
    await this.#forget((await this.#list())?.text ?? '', [])
  }

  async #replace(plan: KernelPlan, overload: Overload, known: InForce | null, listed: Listed | null): Promise<void> {
    const used = usedSets(plan)
    const isThere = (placed: PlacedSet): boolean => kernelSetsOf([placed]).every(({ name }) => listed?.sets.has(name))
    const sets = placeSets(
      plan.sets.filter(({ name }) => used.has(name)),
      [...(listed?.sets.keys() ?? [])].filter(isOurSet),
      (known?.rendered.sets ?? []).filter(isThere),
    )
    const rendered: Rendered = { plan, overload, sets, generation: nextGeneration(listed) }
    const load = kernelSetsOf(sets).filter(({ name }) => !listed?.sets.has(name))
    const isKnown = known !== null
    this.#left = null
    this.#hasInstalled = true
    this.#isClean = false
    const outcome = await this.#run('nft', ['-f', '-'], renderDropsChange({ rendered, listed, load, isKnown }))
    if (TOO_LARGE.test(outcome.stderr)) {
      // Sets, then chains to which nothing leads yet, then what leads to them: one of a killed start is found by its listing.
      for (const part of renderLengths(listed)) await this.#transact(part)
      for (const set of load) for (const part of renderParts(set, ELEMENTS_PER_PART, DROPS_TABLE)) await this.#transact(part)
      const ready = await this.#list()
      for (const piece of renderPieces(rendered)) await this.#transact(piece)
      await this.#transact(renderDropsChange({ rendered, listed: ready, load: [], isKnown: true, isBuilt: true }))
    } else requireDone(outcome)
    const drops = renderChains(rendered)
    this.#inForce = { rendered, drops }
    await this.#leave(drops)
  }

  /** What is in force no more is counted for the last time, and goes; it drops nothing, so that a failure here costs no more than memory. */
  async #leave({ counters }: Drops): Promise<void> {
    const listed = await this.#list().catch(() => null)
    if (listed === null) return
    this.#totals.see(readCounters(listed.text))
    await this.#forget(
      listed.text,
      counters.map(({ name }) => name),
    ).catch(() => {})
    const { hook } = (this.#inForce as InForce).rendered.plan
    const others = this.#isPacketQueued() ? '' : renderDropsRemoveOthers(listed, hook)
    if (others !== '') await this.#transact(others).catch(() => {})
  }

  async #forget(text: string, kept: readonly string[]): Promise<void> {
    const old = [...readCounters(text).keys()].filter((name) => !kept.includes(name))
    if (old.length > 0) await this.#transact(renderDropsForget(old))
  }

  async #count(): Promise<void> {
    this.#totals.see(new Map(this.#direct.readCounters(DROPS_TABLE_NAME).map((counter) => [counter.name, counter])))
  }

  async #check(plan: KernelPlan, overload: Overload): Promise<string | null> {
    const outcome = await this.#run('nft', ['--check', '-f', '-'], trialOf(plan, overload))
    if (outcome.status === null) return NO_PROGRAM
    return outcome.status === 0 ? null : nftMessage(outcome)
  }

  async #list(...words: string[]): Promise<Listed | null> {
    const outcome = await this.#run('nft', [...words, ...LIST_WORDS])
    if (outcome.status === null) return null
    requireDone(outcome)
    return readListed(outcome.stdout, 'ipxxb-drops')
  }

  /** For who only wants ours gone: what a kernel without nf_tables cannot list holds nothing of ours, unless this run has put it there. */
  async #listOurs(): Promise<Listed | null> {
    try {
      return await this.#list()
    } catch (error) {
      if (this.#hasInstalled) throw error
      return null
    }
  }

  async #transact(text: string): Promise<void> {
    requireDone(await this.#run('nft', ['-f', '-'], text))
  }
}

function requireDone(outcome: Outcome): void {
  if (outcome.status === null) throw new OperationalError('NO_NFT', NO_PROGRAM)
  if (outcome.status !== 0) throw new OperationalError('STEERING_FAILED', nftMessage(outcome))
}

/** One that no chain or counter is of. */
function nextGeneration(listed: Listed | null): number {
  const names = [...(listed?.chains.keys() ?? []), ...readCounters(listed?.text ?? '').keys()]
  return Math.max(0, ...names.map((name) => Number(/^g(\d+)-/.exec(name)?.[1] ?? 0))) + 1
}

/** Whether the listing, taken some time after the transaction, still has all that it made. */
function isWhole({ chains, sets }: Listed, { rendered, drops }: InForce): boolean {
  const { hook } = rendered.plan
  const base = chains.get(hook)
  return (
    base?.base === DROPS_BASES[hook] &&
    base.rules === drops.gates.length &&
    drops.chains.every(({ name, rules }) => chains.get(name)?.rules === rules.length) &&
    kernelSetsOf(rendered.sets).every(({ name }) => sets.has(name))
  )
}
