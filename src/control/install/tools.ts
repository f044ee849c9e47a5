// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's tools as functions: what each is called in which backend, and what its messages mean. Nothing here decides what to install.

import { OperationalError } from '../../errors.js'
import { RESTORE_WORDS, TABLE } from './iptables.js'
import { type Family, isOurSet } from './ipset.js'
import { type Installed, readInstalled } from './installed.js'
import type { Outcome, Run } from './run.js'

/** iptables over nf_tables, or over the old interface: two rule sets side by side in the same kernel. */
export const BACKENDS = ['iptables-nft', 'iptables-legacy'] as const
export type Backend = (typeof BACKENDS)[number]

const NOT_ALLOWED = /Operation not permitted|Permission denied|must be root/i
/** The table of ours, and those in which the rules of others show which backend they use. */
const USUAL_TABLES = [TABLE, 'filter', 'nat'] as const
/** Lines that tell nothing about what went wrong. */
const NOISE = /^$|^# Warning|^Try `/
/** nf_tables lets go of a set some milliseconds after the transaction that removed the last rule with it; milliseconds between the tries. */
const DESTROY_PAUSES = [5, 10, 20, 40, 80, 160, 320, 640] as const

const commandOf = (backend: Backend, family: Family, verb: 'save' | 'restore'): string =>
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
  async installed(backend: Backend, family: Family): Promise<Installed | null> {
    const command = commandOf(backend, family, 'save')
    const { status, stdout } = await this.#run(command, [])
    if (status === 0) return readInstalled(stdout)
    if (status === null) return null
    let saved = ''
    for (const table of USUAL_TABLES) {
      const one = await this.#run(command, ['-t', table])
      if (one.status !== 0) return null
      saved += one.stdout
    }
    return readInstalled(saved)
  }

  /** What is in our table. Throws STEERING_FAILED. */
  async installedTable(backend: Backend, family: Family): Promise<Installed> {
    const command = commandOf(backend, family, 'save')
    const outcome = await this.#run(command, ['-t', TABLE])
    if (outcome.status !== 0) throw new OperationalError('STEERING_FAILED', messageOf(command, outcome))
    return readInstalled(outcome.stdout)
  }

  /** One transaction; all of it or nothing. */
  async tryRestore(backend: Backend, family: Family, input: string): Promise<Outcome & { message: string }> {
    const command = commandOf(backend, family, 'restore')
    const outcome = await this.#run(command, RESTORE_WORDS, input)
    return { ...outcome, message: messageOf(command, outcome) }
  }

  /** As tryRestore; throws STEERING_FAILED. */
  async restore(backend: Backend, family: Family, input: string): Promise<void> {
    const { status, message } = await this.tryRestore(backend, family, input)
    if (status !== 0) throw new OperationalError('STEERING_FAILED', message)
  }

  /** Whether the plain `iptables` command, which the operator's own scripts call, is the old interface. */
  async defaultsToLegacy(): Promise<boolean> {
    return (await this.#run('iptables', ['--version'])).stdout.includes('legacy')
  }

  /** Names of our sets, of any generation. Throws NO_IPSET, NO_PRIVILEGE or STEERING_FAILED. */
  async listSets(): Promise<string[]> {
    const outcome = await this.#run('ipset', ['list', '-n'])
    if (outcome.status === null) throw new OperationalError('NO_IPSET', 'there is no program ipset')
    if (outcome.status !== 0)
      throw new OperationalError(isNotAllowed(outcome) ? 'NO_PRIVILEGE' : 'STEERING_FAILED', messageOf('ipset', outcome))
    return outcome.stdout.split('\n').filter(isOurSet)
  }

  /** Makes the sets of renderSets. Throws STEERING_FAILED; then some of them may be there. */
  async createSets(input: string): Promise<void> {
    if (input === '') return
    const outcome = await this.#run('ipset', ['restore'], input)
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
