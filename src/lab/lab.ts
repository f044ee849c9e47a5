// SPDX-License-Identifier: GPL-2.0-or-later
// The proof lab, seen from outside: checks that the machine can have one, runs it in namespaces of its own, prints what it finds, and
// returns the exit status. Whatever happens, nothing of the lab is left when this returns, but the folder that `keep` asked for.

import { existsSync, mkdtempSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OperationalError } from '../errors.js'
import { needDaemons } from './daemons.js'
import type { FailedMessage, Message, Order, RowMessage, Summary } from './messages.js'
import { type Ending, needNamespaces, runInside } from './namespaces.js'
import { choosePhases, chooseScenarios } from './scenarios.js'
import { Table } from './table.js'

export interface LabOptions {
  /** Names, or `all`; empty: the first. */
  readonly scenarios: readonly string[]
  /** Empty: all of each scenario. */
  readonly phases: readonly string[]
  /** Keep the folder with policies, configurations and logs. */
  readonly keep: boolean
  readonly json: boolean
  /** Path of the compiled main.js, which the lab runs as the appliance. */
  readonly main: string
  readonly write: (text: string) => void
  readonly color: boolean
}

/** A scenario takes a third of this; a lab that hangs must not look like one that works. */
const DEADLINE_SECONDS = 58

/** On the tmpfs that the lab mounts over /run inside its namespace: it goes with the lab. */
const PASSING_FOLDER = '/run/ipxxb-lab'

/**
 * Runs scenarios. 0: every row passed; 1: a row failed; 128 and the signal's number: interrupted.
 * Throws OperationalError LAB_NAMESPACE, LAB_TOOL_MISSING, LAB_FAILED or USAGE where the lab could not be run at all.
 */
export async function runLab({ scenarios, phases, keep, json, main, write, color }: LabOptions): Promise<number> {
  const chosen = chooseScenarios(scenarios)
  for (const scenario of chosen) choosePhases(scenario, phases)
  const names = chosen.map(({ name }) => name)
  if (!existsSync(main)) throw new OperationalError('LAB_TOOL_MISSING', `there is no ${main}`)
  needDaemons()
  await needNamespaces()

  const started = performance.now()
  const kept = keep ? mkdtempSync(join(tmpdir(), 'ipxxb-lab-')) : null
  const order: Order = { scenarios: names, phases, folder: kept ?? PASSING_FOLDER, main }
  const table = new Table(color)
  const rows: RowMessage[] = []
  let failure: FailedMessage | null = null

  const inside = fileURLToPath(new URL('./inside.js', import.meta.url))
  const deadline = names.length * DEADLINE_SECONDS * 1000
  const show = (line: string): void => {
    const message = JSON.parse(line) as Message
    if (message.type === 'failed') failure = message
    if (message.type === 'row') rows.push(message)
    if (!json) write(table.show(message))
    else if (message.type === 'row') write(`${JSON.stringify(message)}\n`)
  }
  const ending = await runInside([process.execPath, inside, JSON.stringify(order)], show, deadline)

  const note = kept === null || json ? '' : `Kept: ${kept}\n`
  if ('cut' in ending && ending.cut !== 'late') {
    write(note)
    return 128 + constants.signals[ending.cut]
  }
  const why = whyUndone(ending, failure, `not done after ${deadline / 1000} s: ${rows.length} rows were measured`)
  if (why !== null) {
    write(note)
    throw why
  }

  const passed = rows.filter((row) => row.passed).length
  const seconds = Math.round((performance.now() - started) / 100) / 10
  const summary: Summary = { type: 'summary', rows: rows.length, passed, failed: rows.length - passed, seconds, folder: kept }
  write(json ? `${JSON.stringify(summary)}\n` : table.close(summary) + note)
  return passed === rows.length ? 0 : 1
}

/** The error with which a lab ended before its end, or null. */
function whyUndone(ending: Ending, failure: FailedMessage | null, late: string): OperationalError | null {
  if (failure !== null) return new OperationalError(failure.code, failure.message)
  if ('cut' in ending) return new OperationalError('LAB_FAILED', late)
  if (ending.status === 0) return null
  return new OperationalError('LAB_FAILED', ending.errors || `the lab ended with ${ending.status ?? 'a signal'}`)
}
