// SPDX-License-Identifier: GPL-2.0-or-later
// Steering through iptables and ipset: sets are made before the rules that refer to them and destroyed after; one transaction a family and
// table. Base chains are never removed, because with nf_tables that would flush every queue of the namespace.

import { takes } from './backend.js'
import type { QueueNumbers } from '../compile/steering.js'
import type { Installed } from './installed.js'
import {
  HOOKS,
  type Hook,
  type Matches,
  renderEmpty,
  renderInstall,
  renderLayersJumps,
  renderRemove,
  renderRules,
  TABLES,
  type Table,
  WHOLE,
} from './iptables.js'
import { countElements, renderReplacement, renderSets } from './ipset.js'
import type { Ruleset } from './ruleset.js'
import { type Layer, setsOf } from './layers.js'
import { beyond, COUNTING, readCounted, Tally } from './observed.js'
import { FAMILIES, type Family, freeGeneration, setName } from './sets.js'
import type { IptablesBackend, Tools } from './tools.js'

export class IptablesRuleset implements Ruleset {
  readonly backend: IptablesBackend
  readonly #tools: Tools
  readonly #queues: QueueNumbers
  /** Elements of each set of this run; counting them means writing them down. */
  readonly #counts = new Map<string, number>()
  /** Found by trying, once. */
  #matches: Matches | null = null
  /** Families in which this run counts what passes unseen, where, and how much it was. Of the others what a crashed run counted may be there. */
  readonly #counting = new Map<Family, { readonly table: Table; readonly tally: Tally }>()
  /** Our rules as they were listed after the last `apply`; null until somebody has looked. */
  #left: Readonly<Record<Family, string>> | null = null

  constructor(tools: Tools, backend: IptablesBackend, queues: QueueNumbers) {
    this.backend = backend
    this.#tools = tools
    this.#queues = queues
  }

  async queues(): Promise<readonly number[]> {
    const queues: number[] = []
    for (const family of FAMILIES) {
      const saved = await this.#tools.installed(this.backend, family)
      for (const table of TABLES) queues.push(...(saved?.tables[table].queues ?? []))
    }
    return queues
  }

  async setNames(): Promise<readonly string[]> {
    return [...(await this.#tools.listSets()).keys()]
  }

  async apply(layers: readonly Layer[]): Promise<void> {
    this.#left = null
    const existing = await this.#tools.listSets()
    for (const set of setsOf(layers)) if (!this.#counts.has(set.name)) this.#counts.set(set.name, countElements(set))
    const wanting = setsOf(layers).filter(({ name }) => existing.get(name) !== this.#counts.get(name))
    await this.#tools.createSets(renderSets(wanting.filter(({ name }) => !existing.has(name))))
    const damaged = wanting.filter(({ name }) => existing.has(name))
    const generation = freeGeneration([...existing.keys(), ...this.#counts.keys()])
    for (const set of damaged) await this.#tools.createSets(renderReplacement(set, setName(generation, set.set, set.family)))
    const hook = hookOf(layers)
    const { table } = HOOKS[hook]
    for (const family of FAMILIES) {
      const rules = await this.#rulesOf(layers, family)
      const jumps = renderLayersJumps(layers, family, this.backend)
      const installed = await this.#installed(family, table, rules.length > 0)
      if (installed === null) continue
      await this.#tools.restore(this.backend, family, renderInstall(rules, jumps, hook, installed, this.#counting.has(family)))
      if (rules.includes(COUNTING) && !this.#counting.has(family)) this.#counting.set(family, { table, tally: new Tally() })
    }
  }

  /** What counts stays, though no rule may lead to it any more, so that no count is lost. */
  async #rulesOf(layers: readonly Layer[], family: Family): Promise<string[]> {
    this.#matches ??= {
      u32: await takes(this.#tools, this.backend, `-p tcp ${WHOLE} -j RETURN`),
      hashlimit: await takes(this.#tools, this.backend, `${beyond(1000)} -j RETURN`),
    }
    const rules = renderRules(layers, this.#queues, family, this.#matches)
    return this.#counting.has(family) && !rules.includes(COUNTING) ? [...rules, COUNTING] : rules
  }

  async unseen(): Promise<number | null> {
    if (this.#matches?.hashlimit === false) return null
    let packets = 0
    for (const [family, { table, tally }] of this.#counting) {
      tally.see(readCounted(await this.#tools.counted(this.backend, family, table)))
      packets += tally.total
    }
    return packets
  }

  /** null: nothing of ours is there, nor needed. A machine without IPv6 is not asked for its tables until a plan has IPv6 rules. */
  async #installed(family: Family, table: Table, needed: boolean): Promise<Installed | null> {
    if (needed) return this.#tools.installedTable(this.backend, family, table)
    const installed = (await this.#tools.installed(this.backend, family))?.tables[table]
    return installed?.hasChain ? installed : null
  }

  async empty(): Promise<void> {
    await this.#forEachTable((family, table) => this.#tools.restore(this.backend, family, renderEmpty(table)))
  }

  async remove(kept: Hook | null): Promise<void> {
    await this.#forEachTable(async (family, table, installed) => {
      if (kept === null || HOOKS[kept].table !== table) await this.#tools.restore(this.backend, family, renderRemove(table, installed))
    })
  }

  async #forEachTable(step: (family: Family, table: Table, installed: Installed) => Promise<void>): Promise<void> {
    for (const family of FAMILIES) {
      const saved = await this.#tools.installed(this.backend, family)
      for (const table of TABLES) if (saved?.tables[table].hasChain) await step(family, table, saved.tables[table])
    }
  }

  async removeOrphans(): Promise<void> {
    await this.#tools.destroySets(await this.#tools.orphanedSets())
  }

  async removeSets(layers: readonly Layer[]): Promise<void> {
    const used = setsOf(layers).map(({ name }) => name)
    const unused = (await this.setNames()).filter((name) => !used.includes(name))
    await this.#tools.destroySets(unused)
    for (const name of unused) this.#counts.delete(name)
  }

  async hasRules(layers: readonly Layer[]): Promise<boolean> {
    const now = { 4: '', 6: '' }
    for (const family of FAMILIES) {
      const rules = await this.#rulesOf(layers, family)
      if (rules.length === 0) continue
      const { table, chain } = HOOKS[hookOf(layers)]
      const installed = await this.#tools.installedTable(this.backend, family, table)
      const jumps = renderLayersJumps(layers, family, this.backend)
      // Not last any more is no loss: what comes behind sees what we accept.
      if (installed.jumps.length !== jumps.length || installed.rules.length !== rules.length) return false
      if (!installed.jumps.every((jump) => jump.startsWith(`-A ${chain} `))) return false
      now[family] = [...installed.jumps, ...installed.rules].join('\n')
    }
    this.#left ??= now
    return FAMILIES.every((family) => now[family] === this.#left?.[family])
  }

  async hasSets(layers: readonly Layer[]): Promise<boolean> {
    const existing = await this.#tools.listSets()
    return setsOf(layers).every(({ name }) => existing.get(name) === this.#counts.get(name))
  }
}

const hookOf = (layers: readonly Layer[]): Hook => (layers.at(-1) as Layer).plan.hook
