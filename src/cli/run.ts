// SPDX-License-Identifier: GPL-2.0-or-later
// `ipxxb run`: the appliance. SIGHUP reads the policy again, SIGTERM and SIGINT stop it.

import { Command, Option } from 'commander'
import { Appliance } from '../appliance.js'
import { processorsOf } from '../appliance/processors.js'
import type { BackendChoice } from '../control/install/install.js'
import { PolicyRefused } from '../control/reload.js'
import { OperationalError } from '../errors.js'
import { parseListenAddress } from '../observe/endpoint.js'
import { createLog, type Log } from '../observe/log.js'
import type { Exit } from './cli.js'
import { firstAndCount, type QueueOptions, withQueueOptions } from './queue-options.js'

const BACKEND_CHOICES: readonly BackendChoice[] = ['nft', 'iptables', 'iptables-nft', 'iptables-legacy']

interface RunOptions extends QueueOptions {
  readonly policy: string
  readonly pin?: string
  readonly metrics: string
  readonly backend?: BackendChoice
}

export function runApplianceCommand(exit: Exit, version: string): Command {
  const command = new Command('run')
    .description('The appliance. Needs root, or CAP_NET_ADMIN and CAP_NET_RAW. Logs JSON lines on stderr.')
    .requiredOption('--policy <file>', 'the policy')
  return withQueueOptions(command)
    .option('--pin <processors>', 'keep each worker on a processor of this list, such as 0,2-5, in the order of the queues; auto: of all')
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
  ipxxb run --policy /etc/ipxxb/policy.yaml --queues 4 --pin 2-5

Exit status: 0 stopped as asked, 1 failed, 2 wrong input. A start that fails leaves nothing of its own installed;
what a crashed run left stays until a start succeeds.`,
    )
    .action(async (options: RunOptions) => {
      exit(await serve(options, version))
    })
}

async function serve(options: RunOptions, version: string): Promise<number> {
  const { firstQueue, queues } = firstAndCount(options)
  const processors = options.pin === undefined ? [] : processorsOf(options.pin)
  const listen = options.metrics === 'off' ? null : parseListenAddress(options.metrics)
  const log = createLog()
  const signals = new Signals()
  try {
    const appliance = await Appliance.start({
      policyPath: options.policy,
      firstQueue,
      queues,
      processors,
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
