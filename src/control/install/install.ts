// SPDX-License-Identifier: GPL-2.0-or-later
// The steering in the kernel: brought in, changed, emptied, taken away. One transaction a family for each step; sets are made before the rules
// that refer to them and destroyed after. Only the chain IPXXB, the jump to it and sets named ipxxb-* are ever touched, and base chains are never
// removed, because with nf_tables that would flush every queue of the namespace.

import type { QueueNumbers, SteeringPlan } from '../compile/steering.js'
import { findBackend } from './backend.js'
import type { Installed } from './installed.js'
import { type Layer, renderEmpty, renderInstall, renderRemove, renderRules } from './iptables.js'
import { FAMILIES, type Family, freeGeneration, hasFamily, renderSets, setName } from './ipset.js'
import type { Run } from './run.js'
import { BACKENDS, type Backend, Tools } from './tools.js'

export interface Steering {
  readonly backend: Backend
  /** Queue numbers that rules of ours lead to now, in both backends: of this run, of one that crashed, or of another instance that lives. */
  queuesInForce(): Promise<readonly number[]>
  /**
   * Brings `plan` into force beside what is; the first one alone, in place of whatever a crashed run left. Throws STEERING_FAILED, and then
   * the rules are as before, or, at the first, nothing of ours is left.
   */
  widen(plan: SteeringPlan): Promise<void>
  /** Leaves only the plan of the last `widen` in force. Throws STEERING_FAILED, and then the rules are as before. */
  narrow(): Promise<void>
  /** Nothing is queued any more; what is in the queues stays there, to be drained. */
  empty(): Promise<void>
  /** Takes away all that is ours, of any run and in both backends. A second call finds nothing. Throws STEERING_FAILED. */
  remove(): Promise<void>
}

export interface SteeringOptions {
  readonly run: Run
  readonly queues: QueueNumbers
  /** Found by trying, where it is not given. */
  readonly backend?: Backend
}

/** Finds the backend and installs nothing. Throws NO_IPTABLES, NO_IPSET, NO_PRIVILEGE, NO_NFQUEUE or STEERING_FAILED. */
export async function openSteering({ run, queues, backend }: SteeringOptions): Promise<Steering> {
  const tools = new Tools(run)
  const found = backend ?? (await findBackend(tools))
  await tools.listSets()
  return new IptablesSteering(tools, queues, found)
}

class IptablesSteering implements Steering {
  readonly backend: Backend
  readonly #tools: Tools
  readonly #queues: QueueNumbers
  /** In force, oldest first: none, one, or, between widen and narrow, more. */
  #layers: readonly Layer[] = []

  constructor(tools: Tools, queues: QueueNumbers, backend: Backend) {
    this.backend = backend
    this.#tools = tools
    this.#queues = queues
  }

  async queuesInForce(): Promise<readonly number[]> {
    const queues: number[] = []
    for (const backend of BACKENDS) {
      for (const family of FAMILIES) queues.push(...((await this.#tools.installed(backend, family))?.queues ?? []))
    }
    return queues
  }

  async widen(plan: SteeringPlan): Promise<void> {
    const old = this.#layers
    const layer = { plan, generation: freeGeneration(await this.#tools.listSets()) }
    try {
      await this.#tools.createSets(renderSets(plan.sets, layer.generation))
      await this.#apply([...old, layer])
      if (old.length === 0) await this.#removeRules(BACKENDS.filter((other) => other !== this.backend))
    } catch (error) {
      await this.#restoreTo(old)
      throw error
    }
    this.#layers = [...old, layer]
    if (old.length === 0) await this.#destroyUnused().catch(() => {})
  }

  async narrow(): Promise<void> {
    const old = this.#layers
    const wanted = old.slice(-1)
    if (old.length > 1) {
      try {
        await this.#apply(wanted)
      } catch (error) {
        await this.#restoreTo(old)
        throw error
      }
      this.#layers = wanted
    }
    // A set that cannot be destroyed yet costs memory and steers nothing; the next change tries again.
    await this.#destroyUnused().catch(() => {})
  }

  async empty(): Promise<void> {
    for (const family of FAMILIES) {
      const installed = await this.#tools.installed(this.backend, family)
      if (installed?.hasChain) await this.#tools.restore(this.backend, family, renderEmpty())
    }
    this.#layers = []
  }

  async remove(): Promise<void> {
    await this.#removeRules(BACKENDS)
    this.#layers = []
    await this.#destroyUnused()
  }

  /** Makes the rules those of `layers`, in both families. Where it throws, one family may be changed and the other not. */
  async #apply(layers: readonly Layer[]): Promise<void> {
    for (const family of FAMILIES) {
      const rules = renderRules(layers, this.#queues, family)
      const installed = await this.#installed(family, rules.length > 0)
      if (installed === null) continue
      const hook = (layers.at(-1) as Layer).plan.hook
      await this.#tools.restore(this.backend, family, renderInstall(rules, hook, installed))
    }
  }

  /** null: nothing of ours is there, nor needed. A machine without IPv6 is not asked for its tables until a plan has IPv6 rules. */
  async #installed(family: Family, needed: boolean): Promise<Installed | null> {
    if (needed) return this.#tools.installedTable(this.backend, family)
    const installed = await this.#tools.installed(this.backend, family)
    return installed?.hasChain ? installed : null
  }

  /** After a failed step, as far as it goes: the error that is reported is the first. */
  async #restoreTo(layers: readonly Layer[]): Promise<void> {
    if (layers.length > 0) await this.#apply(layers).catch(() => {})
    else await this.#removeRules(BACKENDS).catch(() => {})
    this.#layers = layers
    await this.#destroyUnused().catch(() => {})
  }

  async #removeRules(backends: readonly Backend[]): Promise<void> {
    for (const backend of backends) {
      for (const family of FAMILIES) {
        const installed = await this.#tools.installed(backend, family)
        if (installed?.hasChain) await this.#tools.restore(backend, family, renderRemove(installed))
      }
    }
  }

  /** Destroys every set of ours that no layer has, whoever left it. */
  async #destroyUnused(): Promise<void> {
    const used = this.#layers.flatMap(({ plan, generation }) =>
      plan.sets.flatMap((set) => FAMILIES.filter((family) => hasFamily(set, family)).map((family) => setName(generation, set, family))),
    )
    const existing = await this.#tools.listSets()
    await this.#tools.destroySets(existing.filter((name) => !used.includes(name)))
  }
}
