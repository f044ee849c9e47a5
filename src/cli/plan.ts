// SPDX-License-Identifier: GPL-2.0-or-later
// `ipxxb plan`: the kernel rules that `run` would install, as data or as the very text the kernel's tools would get. Nothing is touched.

import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { FIRST_QUEUE, queueNumbers } from '../appliance.js'
import { render } from '../control/install/iptables.js'
import { PolicyRefused, prepare } from '../control/reload.js'
import { OperationalError } from '../errors.js'
import { machineTimezone, nowSeconds } from './clock.js'
import type { Exit } from './cli.js'

interface PlanOptions {
  readonly backend: string
  readonly json?: boolean
}

export function planCommand(exit: Exit): Command {
  return new Command('plan')
    .description('Shows the kernel rules and sets that `ipxxb run` would install. Nothing is touched.')
    .argument('<file>', 'the policy')
    .option('--backend <name>', 'iptables', 'iptables')
    .option('--json', 'the steering plan as one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  ipxxb plan policy.yaml
  ipxxb plan policy.yaml --json | jq .rules

Exit status: 0 done, 2 the policy is bad.`,
    )
    .action((file: string, options: PlanOptions) => exit(plan(file, options)))
}

function plan(file: string, { backend, json }: PlanOptions): number {
  if (backend !== 'iptables') {
    throw new OperationalError('UNSUPPORTED', `there is no backend \`${backend}\` in this version, only \`iptables\``)
  }
  try {
    const reading = {
      path: file,
      readFile: (path: string) => readFileSync(path, 'utf8'),
      nowSeconds: nowSeconds(),
      timezone: machineTimezone(),
    }
    const { compiled } = prepare(reading, 1)
    process.stdout.write(json === true ? `${JSON.stringify(compiled.plan, arrays)}\n` : render(compiled.plan, queueNumbers(FIRST_QUEUE, 1)))
    return 0
  } catch (error) {
    if (error instanceof PolicyRefused) process.stderr.write(error.text)
    throw error
  }
}

/** Typed arrays as plain ones: JSON.stringify would make objects of them. */
const arrays = (_key: string, value: unknown): unknown => (value instanceof Uint32Array ? [...value] : value)
