// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's tools as functions: what each is called in which backend, and what its messages mean. Nothing here decides what to install.

import { OperationalError } from '../../errors.js'
import { type Installed, readSaved, type Saved } from './installed.js'
import { RESTORE_WORDS, TABLES, type Table } from './iptables.js'
import type { Outcome, Run } from './run.js'
import { type Family, isOurSet } from './sets.js'

/** iptables over nf_tables, or over the old interface: two rule sets side by side in the same kernel. */
export const IPTABLES = ['iptables-nft', 'iptables-legacy'] as const
export type IptablesBackend = (typeof IPTABLES)[number]

const NOT_ALLOWED = /Operation not permitted|Permission denied|must be root/i
/** The tables that may hold ours, and those in which the rules of others show which backend they use. */
const USUAL_TABLES = [...TABLES, 'filter', 'nat'] as const
/** Lines that tell nothing about what went wrong. */
const NOISE = /^$|^# Warning|^Try `/
/** nf_tables lets go of a set some milliseconds after the transaction that removed the last rule with it; milliseconds between the tries. */
const DESTROY_PAUSES = [5, 10, 20, 40, 80, 160, 320, 640] as const

const commandOf = (backend: IptablesBackend, family: Family, verb: 'save' | 'restore'): string =>
  `${family === 4 ? backend : backend.replace('iptables', 'ip6tables')}-${verb}`

/** What the tool said, in one line. */
export function messageOf(command: string, { status, stderr }: Outcome): string {
  if (status === null) return `${command}: no such program`
  const lines = stderr.split('\n').map((line) => line.trim())
  return `${command}: ${lines.filter((line) => !NOISE.test(line)).join(' ') || `exit status ${status}`}`
}

export const isNotAllowed = ({ stderr }: Outcome): boolean => NOT_ALLOWED.test(stderr)

export class Tools {
  readonly #run: Run

  constructor(run: Run) {
    this.#run = run
  }

  /**
   * What is in all tables that the backend already has; no table is made by asking. null: no such program, or it cannot say. In an ordinary
   * user's namespace the old interface may not list its tables: there the usual ones are asked for by name.
   */
  async installed(backend: IptablesBackend, family: Family): Promise<Saved | null> {
    const command = commandOf(backend, family, 'save')
    const { status, stdout } = await this.#run(command, [])
    if (status === 0) return readSaved(stdout)
    if (status === null) return null
    let saved = ''
    for (const table of USUAL_TABLES) {
      const one = await this.#run(command, ['-t', table])
      if (one.status !== 0) return null
      saved += one.stdout
    }
    return readSaved(saved)
  }

  /** What of ours is in one table. Throws STEERING_FAILED. */
  async installedTable(backend: IptablesBackend, family: Family, table: Table): Promise<Installed> {
    const command = commandOf(backend, family, 'save')
    const outcome = await this.#run(command, ['-t', table])
    if (outcome.status !== 0) throw new OperationalError('STEERING_FAILED', messageOf(command, outcome))
    return readSaved(outcome.stdout).tables[table]
  }

  /** Our chains of one table with their counters, as listed. Throws STEERING_FAILED. */
  async counted(backend: IptablesBackend, family: Family, table: Table): Promise<string> {
    const command = commandOf(backend, family, 'save')
    const outcome = await this.#run(command, ['-c', '-t', table])
    if (outcome.status !== 0) throw new OperationalError('STEERING_FAILED', messageOf(command, outcome))
    return outcome.stdout
  }

  /** One transaction; all of it or nothing. */
  async tryRestore(backend: IptablesBackend, family: Family, input: string): Promise<Outcome & { message: string }> {
    const command = commandOf(backend, family, 'restore')
    const outcome = await this.#run(command, RESTORE_WORDS, input)
    return { ...outcome, message: messageOf(command, outcome) }
  }

  /** As tryRestore; throws STEERING_FAILED. */
  async restore(backend: IptablesBackend, family: Family, input: string): Promise<void> {
    const { status, message } = await this.tryRestore(backend, family, input)
    if (status !== 0) throw new OperationalError('STEERING_FAILED', message)
  }

  /** Whether the plain `iptables` command, which the operator's own scripts call, is the old interface. */
  async defaultsToLegacy(): Promise<boolean> {
    return (await this.#run('iptables', ['--version'])).stdout.includes('legacy')
  }

  /** Our sets, of any generation, with the number of their elements. Throws NO_IPSET, NO_PRIVILEGE or STEERING_FAILED. */
  async listSets(): Promise<ReadonlyMap<string, number>> {
    return new Map((await this.#describeSets()).map(({ name, elements }) => [name, elements]))
  }

  /** Those of our sets that no rule refers to. Throws as listSets. */
  async orphanedSets(): Promise<readonly string[]> {
    return (await this.#describeSets()).filter(({ references }) => references === 0).map(({ name }) => name)
  }

  async #describeSets(): Promise<{ name: string; references: number; elements: number }[]> {
    const outcome = await this.#run('ipset', ['list', '-terse'])
    if (outcome.status === null) throw new OperationalError('NO_IPSET', 'there is no program ipset')
    if (outcome.status !== 0)
      throw new OperationalError(isNotAllowed(outcome) ? 'NO_PRIVILEGE' : 'STEERING_FAILED', messageOf('ipset', outcome))
    const listed = outcome.stdout.matchAll(/^Name: (.*)$[\s\S]*?^References: (\d+)$[\s\S]*?^Number of entries: (\d+)$/gm)
    return [...listed].flatMap(([, name = '', references, elements]) =>
      isOurSet(name) ? [{ name, references: Number(references), elements: Number(elements) }] : [],
    )
  }

  /** Gives renderSets or renderReplacement to the kernel. Throws STEERING_FAILED; then some of them may be there. */
  async createSets(input: string): Promise<void> {
    if (input === '') return
    const outcome = await this.#run('ipset', ['restore', '-exist'], input)
    if (outcome.status !== 0) throw new OperationalError('STEERING_FAILED', messageOf('ipset', outcome))
  }

  /** Destroys sets that no rule of ours refers to any more. Throws STEERING_FAILED for one that somebody else's rule holds. */
  async destroySets(names: readonly string[]): Promise<void> {
    for (const name of names) {
      for (let tries = 0; ; tries++) {
        const outcome = await this.#run('ipset', ['destroy', name])
        if (outcome.status === 0 || outcome.stderr.includes('does not exist')) break
        const pause = outcome.stderr.includes('in use') ? DESTROY_PAUSES[tries] : undefined
        if (pause === undefined) throw new OperationalError('STEERING_FAILED', messageOf('ipset', outcome))
        await new Promise((resolve) => setTimeout(resolve, pause))
      }
    }
  }
}
