// SPDX-License-Identifier: GPL-2.0-or-later
// The steering in the kernel: brought in, changed, emptied, taken away, looked after. What is in force is a list of layers; how a kernel gets
// there is each rule set's own affair. Calls must not overlap: whoever changes a policy also asks whether it is in force.

import type { KernelPlan } from '../compile/kernel-plan.js'
import type { QueueNumbers, SteeringPlan } from '../compile/steering.js'
import { type BackendChoice, findBackend } from './backend.js'
import { IptablesRuleset } from './iptables-ruleset.js'
import { type Applied, type DirectTables, type DropCounts, KernelDrops } from './kernel-drops.js'
import { NftRuleset } from './nftables-ruleset.js'
import { isPacketQueued as askKernel } from './queued.js'
import { type Backend, BACKENDS, type Ruleset } from './ruleset.js'
import type { Run } from './run.js'
import { type Layer, layerOf } from './layers.js'
import { Tools } from './tools.js'

export type { Applied, Backend, BackendChoice, DropCounts }

export interface Steering {
  readonly backend: Backend
  /** Queue numbers that rules of ours lead to now, in all backends: of this run, of one that crashed, or of another instance that lives. */
  queuesInForce(): Promise<readonly number[]>
  /**
   * Brings `plan` into force beside what is; the first one alone, in place of whatever a crashed run left. Throws STEERING_FAILED, and then
   * the rules are as before, or, at the first, nothing of ours is left. What the kernel drops by itself stays as it was: the packets that
   * only the new plan drops go to queues whose engines may still have the old image.
   */
  widen(plan: SteeringPlan, drops?: KernelPlan): Promise<void>
  /**
   * Leaves only the plan of the last `widen` in force, and lets the kernel drop what came with it. Throws STEERING_FAILED, and then the rules
   * are as before.
   */
  narrow(): Promise<void>
  /** Keeps alive what the kernel drops by itself, for SWITCH_SECONDS (drops.ts). Throws STEERING_FAILED. */
  renew(): Promise<void>
  /** What the kernel has dropped by itself since the last `narrow`. Throws STEERING_FAILED. */
  counts(): Promise<DropCounts>
  /**
   * Packets that only observed blocks look at, and that passed unseen because more came than the plan's `observeRate`, since the first `widen`;
   * null: this kernel has no such limit, and none did. Throws STEERING_FAILED.
   */
  unseen(): Promise<number | null>
  /** Whether what is in force is in the kernel as we left it. Cheap while nobody changes rules. Throws STEERING_FAILED where it cannot look. */
  isInForce(): Promise<boolean>
  /** Puts back what is in force, whatever is there. Throws STEERING_FAILED; the next call may do better. */
  reinstall(): Promise<void>
  /** Nothing is queued any more; what is in the queues stays there, to be drained. */
  empty(): Promise<void>
  /**
   * Takes away all that is ours, of any run and in all backends; but a base chain of nft stays, empty, while a queue of the namespace holds
   * a packet. A second call finds nothing. Throws STEERING_FAILED.
   */
  remove(): Promise<void>
}

export interface SteeringOptions {
  readonly run: Run
  readonly queues: QueueNumbers
  /** Found by trying, where it is not given. */
  readonly backend?: BackendChoice | undefined
  /** A number that changes with every change of nf_tables; -1: there is none. Without it every question is a look. */
  readonly rulesetGeneration?: (() => number) | undefined
  readonly direct: DirectTables
  /** Whether a queue of the namespace holds a packet. */
  readonly isPacketQueued?: () => boolean
  /** Milliseconds, from any moment. */
  readonly clock?: () => number
  /** What came of the kernel's own drops in a `narrow`, and the last counts of those before. */
  readonly dropsChanged?: (applied: Applied) => void
}

/** The old interface's rules, and the sets beside them, of which no generation tells, are looked at once in so many milliseconds. */
export const LOOK_MILLISECONDS = 1000
/** ipset's sets alone, where a generation tells of the rules: who touches elements of them is rarer than a look, which starts a program, is dear. */
export const SETS_LOOK_MILLISECONDS = 5000

/** Finds the backend and installs nothing. Throws NO_NFT, NO_IPTABLES, NO_IPSET, NO_PRIVILEGE, NO_NFQUEUE or STEERING_FAILED. */
export async function openSteering(options: SteeringOptions): Promise<Steering> {
  const { run, queues, isPacketQueued = askKernel } = options
  const tools = new Tools(run)
  const backend = await findBackend(run, tools, options.backend)
  const rulesets = BACKENDS.map((name) =>
    name === 'nft' ? new NftRuleset(run, queues, isPacketQueued) : new IptablesRuleset(tools, name, queues),
  )
  const own = rulesets.find((ruleset) => ruleset.backend === backend) as Ruleset
  await own.setNames()
  return new KernelSteering(own, rulesets, options)
}

/** For a policy that lets the kernel decide nothing. */
const NOTHING: KernelPlan = { hook: 'forward', outside: [], customers: null, sets: [], placed: [], blocks: [] }

class KernelSteering implements Steering {
  readonly backend: Backend
  readonly #own: Ruleset
  readonly #others: readonly Ruleset[]
  readonly #drops: KernelDrops
  readonly #dropsChanged: (applied: Applied) => void
  readonly #rulesetGeneration: (() => number) | undefined
  readonly #clock: () => number
  /** In force, oldest first: none, one, or, between widen and narrow, more. */
  #layers: readonly Layer[] = []
  /** What the next `narrow` lets the kernel drop; null: what it drops now. */
  #next: KernelPlan | null = null
  /** Of the last look at the kernel's own drops that found them good. */
  #goodDrops = Number.NaN
  /** Of the last look at the rules, and at all, that found them good. */
  #good = { generation: Number.NaN, at: Number.NEGATIVE_INFINITY }

  constructor(
    own: Ruleset,
    rulesets: readonly Ruleset[],
    { run, isPacketQueued, rulesetGeneration, direct, clock, dropsChanged }: SteeringOptions,
  ) {
    this.backend = own.backend
    this.#own = own
    this.#others = rulesets.filter((ruleset) => ruleset !== own)
    this.#drops = new KernelDrops(run, direct, isPacketQueued)
    this.#dropsChanged = dropsChanged ?? (() => {})
    this.#rulesetGeneration = rulesetGeneration
    this.#clock = clock ?? (() => performance.now())
  }

  async queuesInForce(): Promise<readonly number[]> {
    const queues: number[] = []
    for (const ruleset of [this.#own, ...this.#others]) queues.push(...(await ruleset.queues()))
    return queues
  }

  async widen(plan: SteeringPlan, drops: KernelPlan = NOTHING): Promise<void> {
    const old = this.#layers
    this.#next = drops
    // Before ours are made: in a loop of starts that are all killed on their way they would add up.
    if (old.length === 0) await this.#own.removeOrphans().catch(() => {})
    const layer = layerOf(plan, await this.#own.setNames(), old)
    try {
      await this.#apply([...old, layer])
      if (old.length === 0) await this.#takeOver(plan)
    } catch (error) {
      await this.#goBack(old)
      throw error
    }
    if (old.length === 0) await this.#removeSets().catch(() => {})
  }

  async narrow(): Promise<void> {
    await this.#changeDrops()
    const old = this.#layers
    if (old.length > 1) {
      try {
        await this.#apply(old.slice(-1))
      } catch (error) {
        await this.#goBack(old)
        throw error
      }
    }
    // A set that cannot be destroyed yet costs memory and steers nothing; the next change tries again.
    await this.#own.removeSets(this.#layers).catch(() => {})
  }

  async #changeDrops(): Promise<void> {
    const plan = this.#next
    const { overload } = (this.#layers.at(-1) as Layer).plan
    if (plan === null) return
    this.#goodDrops = Number.NaN
    const applied = await this.#drops.apply(plan, overload)
    this.#next = null
    this.#dropsChanged(applied)
  }

  /** Every renewal is a change of nf_tables: where nobody else made one meanwhile, it is no reason to look at the rules. */
  async renew(): Promise<void> {
    const before = this.#rulesetGeneration?.() ?? -1
    await this.#drops.renew()
    const after = this.#rulesetGeneration?.() ?? -1
    if (before === -1 || after !== before + 1) return
    if (this.#good.generation === before) this.#good = { ...this.#good, generation: after }
    if (this.#goodDrops === before) this.#goodDrops = after
  }

  counts(): Promise<DropCounts> {
    return this.#drops.counters()
  }

  async unseen(): Promise<number | null> {
    const packets = await this.#own.unseen()
    return packets === null && !this.#layers.some(({ plan }) => plan.rules.some(({ kind }) => kind === 'observe')) ? 0 : packets
  }

  async isInForce(): Promise<boolean> {
    // Asked before the looks: what changes meanwhile is found at the next.
    const generation = this.#rulesetGeneration?.() ?? -1
    return (await this.#areRulesInForce(generation)) && (await this.#areDropsInForce(generation))
  }

  /** Without a generation to tell of changes, a look each time. */
  async #areDropsInForce(generation: number): Promise<boolean> {
    if (generation !== -1 && generation === this.#goodDrops) return true
    if (!(await this.#drops.isInForce())) return this.#lost()
    this.#goodDrops = generation
    return true
  }

  async #areRulesInForce(ofTables: number): Promise<boolean> {
    if (this.#layers.length === 0) return true
    // The old interface's rules are none of nf_tables'.
    const generation = this.backend === 'iptables-legacy' ? -1 : ofTables
    const now = this.#clock()
    const pause = generation === -1 ? LOOK_MILLISECONDS : SETS_LOOK_MILLISECONDS
    const isDue = this.#rulesetGeneration === undefined || now - this.#good.at >= pause
    if ((generation === -1 ? isDue : generation !== this.#good.generation) && !(await this.#own.hasRules(this.#layers))) return this.#lost()
    if (isDue && !(await this.#own.hasSets(this.#layers))) return this.#lost()
    this.#good = { generation, at: isDue ? now : this.#good.at }
    return true
  }

  #lost(): boolean {
    this.#good = { generation: Number.NaN, at: Number.NEGATIVE_INFINITY }
    return false
  }

  async reinstall(): Promise<void> {
    if (this.#layers.length === 0) return
    await this.#own.apply(this.#layers, true)
    this.#goodDrops = Number.NaN
    await this.#drops.reinstall()
  }

  async empty(): Promise<void> {
    this.#layers = []
    await this.#drops.empty()
    await this.#own.empty()
  }

  async remove(): Promise<void> {
    this.#layers = []
    await this.#removeEverything()
  }

  async #apply(layers: readonly Layer[]): Promise<void> {
    this.#lost()
    await this.#own.apply(layers, false)
    this.#layers = layers
  }

  /** What other runs left beside our rules goes once these are there. */
  async #takeOver({ hook }: SteeringPlan): Promise<void> {
    await this.#own.remove(hook)
    for (const other of this.#others) await other.remove(null)
  }

  /** After a failed step, as far as it goes: the error that is reported is the first. */
  async #goBack(layers: readonly Layer[]): Promise<void> {
    this.#layers = layers
    if (layers.length === 0) await this.#removeEverything().catch(() => {})
    else {
      await this.#own.apply(layers, false).catch(() => {})
      await this.#own.removeSets(layers).catch(() => {})
    }
  }

  async #removeEverything(): Promise<void> {
    await this.#drops.remove()
    for (const ruleset of [this.#own, ...this.#others]) await ruleset.remove(null)
    await this.#removeSets()
  }

  /** Both iptables share ipset's sets. Beside nft's own they are a crashed run's, and whether they can be removed is not worth an error. */
  async #removeSets(): Promise<void> {
    if (this.backend !== 'nft') return this.#own.removeSets(this.#layers)
    for (const other of this.#others) await other.removeSets([]).catch(() => {})
  }
}
