// SPDX-License-Identifier: GPL-2.0-or-later
// `ipxxb plan`: the kernel rules that `run` would install, as data or as the very text the kernel's tools would get, and how much of the
// packets that they queue is looked at. Nothing is touched.

import { Command, Option } from 'commander'
import { readingOf } from '../appliance.js'
import { queueNumbers } from '../appliance/queues.js'
import type { Language } from '../catalogue/page.js'
import type { SteeringPlan } from '../control/compile/steering.js'
import { IPV4_STRIDE, IPV6_STRIDE, ipv4Text, ipv6Text } from '../control/install/addresses.js'
import { renderDrops } from '../control/install/drops.js'
import { render as renderIptables } from '../control/install/iptables.js'
import { render as renderNft } from '../control/install/nftables.js'
import type { Prefixes } from '../control/policy/policy.js'
import { PolicyRefused, prepare } from '../control/reload.js'
import type { Exit } from './cli.js'
import { languageOf } from './language.js'
import { placesOf, renderPlaces } from './places.js'
import { firstAndCount, type QueueOptions, withQueueOptions } from './queue-options.js'

/** `run` takes nft where the kernel has its queue statement, and else iptables. */
const RENDERERS = { nft: renderNft, iptables: renderIptables } as const

interface PlanOptions extends QueueOptions {
  readonly backend: keyof typeof RENDERERS
  readonly json?: boolean
  readonly lang?: Language
}

export function planCommand(exit: Exit): Command {
  const command = new Command('plan')
    .description('Shows the kernel rules and sets that `ipxxb run` would install. Nothing is touched.')
    .argument('<file>', 'the policy')
  return withQueueOptions(command)
    .addOption(new Option('--backend <name>', 'whose rules').choices(Object.keys(RENDERERS)).default('nft'))
    .option('--json', 'the steering plan as one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  ipxxb plan policy.yaml
  ipxxb plan policy.yaml --backend iptables
  ipxxb plan policy.yaml --json | jq .rules

Exit status: 0 done, 2 the policy is bad.`,
    )
    .action((file: string, _: PlanOptions, command: Command) => exit(plan(file, command.optsWithGlobals())))
}

function plan(file: string, { backend, json, lang, ...numbers }: PlanOptions): number {
  const { firstQueue, queues } = firstAndCount(numbers)
  try {
    const { policy, compiled } = prepare(readingOf(file), 1)
    const { copyRange, drops } = compiled
    if (json === true)
      process.stdout.write(`${JSON.stringify({ ...readable(compiled.plan), copyRange, placed: placesOf(policy, drops) })}\n`)
    else {
      // A comment to both tools.
      process.stdout.write(`# Of each queued packet the first ${copyRange} bytes are copied; nothing behind them is looked at.\n`)
      process.stdout.write(renderPlaces(policy, drops, languageOf(lang, process.env)))
      if (drops.blocks.length > 0) process.stdout.write(`# nft -f -, whatever the backend\n${renderDrops(drops, policy.overload)}`)
      process.stdout.write(RENDERERS[backend](compiled.plan, queueNumbers(firstQueue, queues)))
    }
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
