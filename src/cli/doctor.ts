// SPDX-License-Identifier: GPL-2.0-or-later
// `ipxxb doctor`: what is wrong with this machine, and how to mend it. Nothing is changed, and nothing that cannot be read makes it fail.

import { Command } from 'commander'
import { needsOf } from '../appliance/fitness.js'
import { readingOf } from '../appliance.js'
import { ALWAYS, NEVER } from '../contract/image.js'
import { PolicyRefused, prepare } from '../control/reload.js'
import { collect, type Subject } from '../doctor/collect.js'
import { diagnose, worstOf } from '../doctor/doctor.js'
import { THIS_MACHINE } from '../doctor/machine.js'
import { render } from '../doctor/render.js'
import type { Exit } from './cli.js'
import { firstAndCount, type QueueOptions, withQueueOptions } from './queue-options.js'

interface DoctorOptions extends QueueOptions {
  readonly policy?: string
  readonly json?: boolean
}

export function doctorCommand(exit: Exit): Command {
  const command = new Command('doctor')
    .description(
      'Looks at kernel, privileges, queues, what the kernel drops by itself, rules of others, offloads, clock: what is wrong, and how to mend it. Nothing is changed.',
    )
    .option(
      '--policy <file>',
      'judge this policy too: its hook, its interfaces, blocks that need whole packets, rules that the kernel refuses',
    )
  return withQueueOptions(command)
    .option('--json', 'one JSON object: findings, worst')
    .addHelpText(
      'after',
      `
Levels:
  ok        as it should be
  note      good to know, or not to be told from here
  warning   it works, and something deserves to be mended
  problem   ipxxb cannot do here what it promises

Examples:
  sudo ipxxb doctor
  sudo ipxxb doctor --policy /etc/ipxxb/policy.yaml
  ipxxb doctor --json | jq '.findings[] | select(.level != "ok")'

Exit status: 0 nothing worse than a warning, 1 a problem, 2 the policy is bad.`,
    )
    .action(async (options: DoctorOptions) => exit(await examine(options)))
}

async function examine({ policy, json, ...numbers }: DoctorOptions): Promise<number> {
  const { firstQueue, queues } = firstAndCount(numbers)
  const subject = {
    // The last one is the observe queue.
    queues: Array.from({ length: queues + 1 }, (_, index) => firstQueue + index),
    ...(policy === undefined ? { policy: null, drops: null } : readPolicy(policy)),
  }
  const findings = diagnose(await collect(THIS_MACHINE, subject))
  const worst = worstOf(findings)
  if (json === true) process.stdout.write(`${JSON.stringify({ worst, findings })}\n`)
  else process.stdout.write(render(findings, process.stdout.isTTY === true && process.env.NO_COLOR === undefined))
  return worst === 'problem' ? 1 : 0
}

/** Throws PolicyRefused, after its text was printed. */
function readPolicy(path: string): Pick<Subject, 'policy' | 'drops'> {
  try {
    const prepared = prepare(readingOf(path), 1)
    const { outside, blocks, exemptions, overload } = prepared.policy
    const dated =
      blocks.some(({ since, expires }) => since !== ALWAYS || expires !== NEVER) || exemptions.some(({ expires }) => expires !== NEVER)
    return {
      policy: { path, outside, needs: needsOf(prepared), dated },
      drops: {
        plan: prepared.compiled.drops,
        overload,
        blocks: blocks.map(({ name, placement }) => ({ name, demanded: placement === 'kernel' })),
      },
    }
  } catch (error) {
    if (error instanceof PolicyRefused) process.stderr.write(error.text)
    throw error
  }
}
