// SPDX-License-Identifier: GPL-2.0-or-later
// `ipxxb lab`: the proof lab.

import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { runLab } from '../lab/lab.js'
import type { Exit } from './cli.js'

export function labCommand(exit: Exit): Command {
  return new Command('lab')
    .description('The proof lab: real attacks, daemons and packets in network namespaces of its own. Needs no root.')
    .argument('[scenario...]', 'scenarios to run (all, where none is named)')
    .option('--keep', 'keep the folder with policies and logs, and say where it is')
    .option('--json', 'one JSON object a row, and a summary, on stdout')
    .addHelpText(
      'after',
      `
Examples:
  ipxxb lab
  ipxxb lab ip53b --json
  ipxxb lab ip53b --keep

Exit status: 0 every row passed, 1 a row failed or the lab could not be built.`,
    )
    .action(async (scenarios: string[], options: { keep?: boolean; json?: boolean }) => {
      const color = process.stdout.isTTY === true && process.env.NO_COLOR === undefined
      const main = fileURLToPath(new URL('../main.js', import.meta.url))
      exit(
        await runLab({
          scenarios,
          keep: options.keep === true,
          json: options.json === true,
          main,
          write: (text) => process.stdout.write(text),
          color,
        }),
      )
    })
}
