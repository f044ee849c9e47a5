// SPDX-License-Identifier: GPL-2.0-or-later
// The options that say which kernel queues are meant: the same for whoever serves them, looks at them or shows them.

import type { Command } from 'commander'
import { defaultQueues, FIRST_QUEUE, MOST_QUEUES } from '../appliance/queues.js'
import { OperationalError } from '../errors.js'

const MAX_QUEUE = 65535

export interface QueueOptions {
  readonly queue: string
  readonly queues: string
}

/** Adds --queue and --queues to a command. */
export function withQueueOptions(command: Command): Command {
  return command
    .option('--queue <number>', 'first of the kernel queue numbers: the enforce queues, then the observe queue', String(FIRST_QUEUE))
    .option(
      '--queues <count>',
      `enforce queues, 1 to ${MOST_QUEUES}, each with a worker thread of its own; without it one a processor`,
      String(defaultQueues()),
    )
}

/** Their numbers. Throws USAGE. */
export function firstAndCount(options: QueueOptions): { firstQueue: number; queues: number } {
  const queues = wholeNumber('queues', options.queues, 1, MOST_QUEUES)
  return { queues, firstQueue: wholeNumber('queue', options.queue, 0, MAX_QUEUE - queues) }
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new OperationalError('USAGE', `--${option} takes a whole number from ${least} to ${most}, not \`${text}\``)
  }
  return value
}
