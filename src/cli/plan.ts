// SPDX-License-Identifier: GPL-2.0-or-later
// `ipxxb plan`: the kernel rules that `run` would install, as data or as the very text the kernel's tools would get. Nothing is touched.

import { Command } from 'commander'
import { readingOf } from '../appliance.js'
import { FIRST_QUEUE, queueNumbers } from '../appliance/queues.js'
import type { SteeringPlan } from '../control/compile/steering.js'
import { IPV4_STRIDE, IPV6_STRIDE, ipv4Text, ipv6Text } from '../control/install/addresses.js'
import { render } from '../control/install/iptables.js'
import type { Prefixes } from '../control/policy/policy.js'
import { PolicyRefused, prepare } from '../control/reload.js'
import { OperationalError } from '../errors.js'
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
    const { compiled } = prepare(readingOf(file), 1)
    process.stdout.write(
      json === true ? `${JSON.stringify(readable(compiled.plan))}\n` : render(compiled.plan, queueNumbers(FIRST_QUEUE, 1)),
    )
    return 0
  } catch (error) {
    if (error instanceof PolicyRefused) process.stderr.write(error.text)
    throw error
  }
}

/** The plan with prefixes as text, which is what a reader of JSON wants. */
function readable({ sets, ...plan }: SteeringPlan): object {
  const texts = ({ ipv4, ipv6 }: Prefixes): string[] => [
    ...Array.from({ length: ipv4.length / IPV4_STRIDE }, (_, index) => ipv4Text(ipv4, index * IPV4_STRIDE)),
    ...Array.from({ length: ipv6.length / IPV6_STRIDE }, (_, index) => ipv6Text(ipv6, index * IPV6_STRIDE)),
  ]
  return {
    ...plan,
    sets: sets.map(({ name, prefixes, exclusions }) => ({ name, prefixes: texts(prefixes), exclusions: texts(exclusions) })),
  }
}
