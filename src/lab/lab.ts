// SPDX-License-Identifier: GPL-2.0-or-later
// The proof lab, seen from outside: checks that the machine can have one, runs it in namespaces of its own, prints what it finds, and
// returns the exit status. Whatever happens, nothing of the lab is left when this returns, but the folder that `keep` asked for.

import { existsSync, mkdtempSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OperationalError } from '../errors.js'
import { needDaemons } from './daemons.js'
import type { Message, Order, RowMessage, Summary } from './messages.js'
import { needNamespaces, runInside } from './namespaces.js'
import { choosePhases, chooseScenarios } from './scenarios.js'
import { Table } from './table.js'

export interface LabOptions {
  /** Names, or `all`; empty: the first. */
  readonly scenarios: readonly string[]
  /** Empty: all of each scenario. */
  readonly phases: readonly string[]
  /** Time limits are multiplied by it: 1, or more for a slow machine. */
  readonly patience: number
  /** Keep the folder with policies, configurations and logs. */
  readonly keep: boolean
  readonly json: boolean
  /** Path of the compiled main.js, which the lab runs as the appliance. */
  readonly main: string
  readonly write: (text: string) => void
  readonly color: boolean
}

/** A scenario takes a sixth of this; a lab that hangs must not look like one that works. */
const DEADLINE_SECONDS = 90

/** On the tmpfs that the lab mounts over /run inside its namespace: it goes with the lab. */
const PASSING_FOLDER = '/run/ipxxb-lab'

/**
 * Runs scenarios. 0: every row passed; 1: a row failed; 128 and the signal's number: interrupted.
 * Throws OperationalError LAB_NAMESPACE, LAB_TOOL_MISSING, LAB_FAILED or USAGE where the lab could not be run at all.
 */
export async function runLab({ scenarios, phases, patience, keep, json, main, write, color }: LabOptions): Promise<number> {
  const chosen = chooseScenarios(scenarios)
  for (const scenario of chosen) choosePhases(scenario, phases)
  if (!existsSync(main)) throw new OperationalError('LAB_TOOL_MISSING', `there is no ${main}`)
  needDaemons()
  await needNamespaces()

  const started = performance.now()
  const kept = keep ? mkdtempSync(join(tmpdir(), 'ipxxb-lab-')) : null
  const note = kept === null || json ? '' : `Kept: ${kept}\n`
  const table = new Table(color)
  const rows: RowMessage[] = []
  const show = (message: Message): void => {
    if (message.type === 'row') rows.push(message)
    if (!json) write(table.show(message))
    else if (message.type === 'row') write(`${JSON.stringify(message)}\n`)
  }
  for (const { name } of chosen) {
    const folder = kept === null ? PASSING_FOLDER : join(kept, name)
    const ending = await runScenario({ scenario: name, phases, patience, folder, main }, show)
    if (ending === null) continue
    write(note)
    if (ending instanceof OperationalError) throw ending
    return 128 + constants.signals[ending]
  }

  const passed = rows.filter((row) => row.passed).length
  const seconds = Math.round((performance.now() - started) / 100) / 10
  const summary: Summary = { type: 'summary', rows: rows.length, passed, failed: rows.length - passed, seconds, folder: kept }
  write(json ? `${JSON.stringify(summary)}\n` : table.close(summary) + note)
  return passed === rows.length ? 0 : 1
}

/** Runs one scenario in namespaces of its own. null: it was run to its end; else the signal or the error that ended it before. */
async function runScenario(order: Order, show: (message: Message) => void): Promise<NodeJS.Signals | OperationalError | null> {
  const inside = fileURLToPath(new URL('./inside.js', import.meta.url))
  const seconds = DEADLINE_SECONDS * order.patience
  let failure: OperationalError | null = null
  let rows = 0
  const read = (line: string): void => {
    const message = JSON.parse(line) as Message
    if (message.type === 'failed') failure = new OperationalError(message.code, message.message)
    if (message.type === 'row') rows++
    show(message)
  }
  const ending = await runInside([process.execPath, inside, JSON.stringify(order)], read, seconds * 1000)
  if ('cut' in ending && ending.cut !== 'late') return ending.cut
  if (failure !== null) return failure
  if ('cut' in ending) return new OperationalError('LAB_FAILED', `not done after ${seconds} s: ${rows} rows were measured`)
  if (ending.status === 0) return null
  return new OperationalError('LAB_FAILED', ending.errors || `the lab ended with ${ending.status ?? 'a signal'}`)
}
