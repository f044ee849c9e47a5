// SPDX-License-Identifier: GPL-2.0-or-later
// `ipxxb lab`: the proof lab.

import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { runLab } from '../lab/lab.js'
import { SCENARIOS } from '../lab/scenarios.js'
import type { Exit } from './cli.js'

function readFactor(text: string): number {
  const factor = Number(text)
  if (factor >= 1 && factor <= 100) return factor
  throw new InvalidArgumentError('a number from 1 to 100, please.')
}

export function labCommand(exit: Exit): Command {
  return new Command('lab')
    .description('The proof lab: real attacks, daemons and packets in network namespaces of its own. Needs no root.')
    .argument('[scenario...]', `names, or \`all\`; without a name: ${SCENARIOS[0]?.name}`)
    .option('--phase <name>', 'only this phase; may be given several times', (name, before: string[] = []) => [...before, name])
    .option('--patience <factor>', 'make all time limits so many times longer, for a slow machine', readFactor, 1)
    .option('--keep', 'keep the folder with policies and logs, and say where it is')
    .option('--json', 'one JSON object a row, and a summary, on stdout')
    .addHelpText(
      'after',
      `
Scenarios:
${SCENARIOS.map(({ name, title }) => `  ${name.padEnd(10)} ${title}`).join('\n')}

Examples:
  ipxxb lab
  ipxxb lab all --json
  ipxxb lab ip53b --phase observe --phase shape
  ipxxb lab ip53b --keep

Exit status: 0 every row passed, 1 a row failed or the lab could not be built.`,
    )
    .action(async (scenarios: string[], options: { phase?: string[]; patience: number; keep?: boolean; json?: boolean }) => {
      const color = process.stdout.isTTY === true && process.env.NO_COLOR === undefined
      const main = fileURLToPath(new URL('../main.js', import.meta.url))
      exit(
        await runLab({
          scenarios,
          phases: options.phase ?? [],
          patience: options.patience,
          keep: options.keep === true,
          json: options.json === true,
          main,
          write: (text) => process.stdout.write(text),
          color,
        }),
      )
    })
}
