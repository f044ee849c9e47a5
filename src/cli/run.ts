// SPDX-License-Identifier: GPL-2.0-or-later
// `ipxxb run`: the appliance. SIGHUP reads the policy again, SIGTERM and SIGINT stop it.

import { Command, Option } from 'commander'
import { Appliance } from '../appliance.js'
import { FIRST_QUEUE } from '../appliance/queues.js'
import type { BackendChoice } from '../control/install/install.js'
import { PolicyRefused } from '../control/reload.js'
import { OperationalError } from '../errors.js'
import { parseListenAddress } from '../observe/endpoint.js'
import { createLog, type Log } from '../observe/log.js'
import type { Exit } from './cli.js'

const MAX_QUEUE = 65535
const MAX_QUEUES = 8
const BACKEND_CHOICES: readonly BackendChoice[] = ['nft', 'iptables', 'iptables-nft', 'iptables-legacy']

interface RunOptions {
  readonly policy: string
  readonly queue: string
  readonly queues: string
  readonly metrics: string
  readonly backend?: BackendChoice
}

export function runApplianceCommand(exit: Exit, version: string): Command {
  return new Command('run')
    .description('The appliance. Needs root, or CAP_NET_ADMIN and CAP_NET_RAW. Logs JSON lines on stderr.')
    .requiredOption('--policy <file>', 'the policy')
    .option(
      '--queue <number>',
      'first of the kernel queue numbers it binds: the enforce queues, then the observe queue',
      String(FIRST_QUEUE),
    )
    .option('--queues <count>', 'enforce queues, each with a worker thread of its own', '1')
    .addOption(
      new Option('--backend <name>', 'whose rules steer packets to the queues; found by trying where it is not given').choices(
        BACKEND_CHOICES,
      ),
    )
    .option('--metrics <address:port>', 'where /metrics, /livez and /readyz are served, or off', '127.0.0.1:9530')
    .addHelpText(
      'after',
      `
Signals:
  SIGHUP            read the policy again; with errors the old one stays in force
  SIGTERM, SIGINT   empty the steering, settle what is queued, remove everything, end

Examples:
  ipxxb run --policy /etc/ipxxb/policy.yaml
  ipxxb run --policy lab.yaml --queue 100 --metrics off

Exit status: 0 stopped as asked, 1 failed, 2 wrong input. A start that fails leaves nothing of its own installed;
what a crashed run left stays until a start succeeds.`,
    )
    .action(async (options: RunOptions) => {
      exit(await serve(options, version))
    })
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new OperationalError('USAGE', `--${option} takes a whole number from ${least} to ${most}, not \`${text}\``)
  }
  return value
}

/** The queue numbers of --queue and --queues. Throws USAGE. */
export function firstAndCount(options: Pick<RunOptions, 'queue' | 'queues'>): { firstQueue: number; queues: number } {
  const queues = wholeNumber('queues', options.queues, 1, MAX_QUEUES)
  return { queues, firstQueue: wholeNumber('queue', options.queue, 0, MAX_QUEUE - queues) }
}

async function serve(options: RunOptions, version: string): Promise<number> {
  const { firstQueue, queues } = firstAndCount(options)
  const listen = options.metrics === 'off' ? null : parseListenAddress(options.metrics)
  const log = createLog()
  const signals = new Signals()
  try {
    const appliance = await Appliance.start({
      policyPath: options.policy,
      firstQueue,
      queues,
      backend: options.backend,
      listen,
      log,
      version,
    })
    signals.onReload(() => void appliance.reload('SIGHUP'))
    return (await appliance.stop(await signals.stop)) ? 0 : 1
  } catch (error) {
    return fail(error, log)
  }
}

/** Listens from the first moment, so that no signal that comes during the start is lost: it is obeyed once the start is done. */
class Signals {
  #reload: (() => void) | null = null
  #pending = false
  readonly stop: Promise<string>

  constructor() {
    process.on('SIGHUP', () => {
      if (this.#reload === null) this.#pending = true
      else this.#reload()
    })
    this.stop = new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal))
    })
  }

  onReload(reload: () => void): void {
    this.#reload = reload
    if (this.#pending) reload()
  }
}

/** The log line is for machines; whoever started us by hand gets the same as text. */
function fail(error: unknown, log: Log): number {
  if (!(error instanceof OperationalError)) throw error
  log.emit('failed', { code: error.code, detail: error.message, remedy: error.remedy })
  if (process.stderr.isTTY) process.stderr.write(`${error instanceof PolicyRefused ? error.text : ''}${error.line()}\n`)
  return error.exit
}
