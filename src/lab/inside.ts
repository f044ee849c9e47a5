// SPDX-License-Identifier: GPL-2.0-or-later
// The process inside the lab's namespaces, first of its pid namespace: when it ends, for whatever reason, the kernel ends every program of
// the lab and takes the network apart. It builds, stages and measures, and tells the process outside what it finds.

import { mkdirSync } from 'node:fs'
import { OperationalError } from '../errors.js'
import { needDaemons } from './daemons.js'
import { buildHosts, needTools } from './hosts.js'
import type { Message, Order } from './messages.js'
import { runToEnd } from './processes.js'
import { Lab } from './running-lab.js'
import type { Scenario } from './scenario.js'
import { choosePhases, findScenario } from './scenarios.js'
import { setPatience } from './waiting.js'

const order = JSON.parse(process.argv[2] ?? '') as Order

const tell = (message: Message): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

async function run(scenario: Scenario): Promise<void> {
  const { name, title, story, rows } = scenario
  const phases = choosePhases(scenario, order.phases)
  const moral = phases.length === scenario.phases.length ? scenario.moral : ''
  const names = ({ name, title }: { name: string; title: string }) => ({ name, title })
  tell({ type: 'scenario', scenario: name, title, story, moral, phases: phases.map(names), rows: rows.map(names) })
  const lab = new Lab(await buildHosts(scenario.topology), order.folder, order.main, scenario.router)
  await scenario.stage(lab)
  for (const phase of phases) {
    await lab.enforce(phase.policy)
    tell({ type: 'phase', scenario: name, phase: phase.name, title: phase.title })
    for (const row of rows) {
      const { text, objections, ...outcome } = await row.measure(lab, phase)
      tell({
        type: 'row',
        scenario: name,
        phase: phase.name,
        row: row.name,
        title: row.title,
        expectation: row.expectation(phase),
        measurement: text,
        ...outcome,
        passed: objections.length === 0,
        objections,
      })
    }
  }
  // Not the kernel's end of everything but a clean stop: its exit status is part of the proof.
  await lab.enforce(null)
}

/** A /run of the lab's own: for `ip netns`, for the lock of iptables, and for the lab's folder where nobody asked to keep it. */
async function ownRun(): Promise<void> {
  await runToEnd(['mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run'])
  for (const path of ['/run/netns', '/run/lock', order.folder]) mkdirSync(path, { recursive: true })
}

setPatience(order.patience)
try {
  await needTools(['ip', 'nft', 'nsenter', 'mount', 'iptables', 'ipset'])
  needDaemons()
  await ownRun()
  await run(findScenario(order.scenario))
} catch (error) {
  if (!(error instanceof OperationalError)) throw error
  tell({ type: 'failed', code: error.code, message: error.message })
  process.exitCode = 1
}
process.exit()
