// SPDX-License-Identifier: GPL-2.0-or-later
// The consumers that the end-to-end bench compares, started and stopped one at a time on the same core with the same settings: the C
// references, the npm package `nfqueue`, and the whole appliance. The appliance installs its own steering; the references get the very rules
// that the appliance installed, read back from the kernel.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { roomFor } from '../src/worker/room.js'
import { packageFolder } from './nfqueue-package.js'
import { customersFile, imageOf, policyText } from './policies.js'
import { PROJECT, readOptions } from './record.js'
import { publishInterfaces } from '../src/control/compile/interfaces.js'
import { feed, OUTSIDE, pinned, run } from './topology.js'

export const CONSUMERS = ['packed', 'packed-gather', 'loop', 'npm-nfqueue', 'ipxxb'] as const
export type ConsumerName = (typeof CONSUMERS)[number]

export const QUEUE = 5300

/** Between the shortest pause of the appliance and its longest (native/src/pace.h). */
const GATHER_MICROSECONDS = 100

/** The last of them is that of the one queue; the sender has the first. */
const CORES = [0, 1] as const
/** A million prefixes take the kernel some seconds, and a busy machine more. */
const START_MILLISECONDS = 60_000
const METRICS = '127.0.0.1:9530'

export interface Consumer {
  readonly pid: number
  /** A reference has a process for each queue. */
  readonly pids: readonly number[]
  /** Takes its steering away, stops it and waits for its end. */
  stop(): Promise<void>
}

export interface Files {
  readonly policy: string
  /** For the references: what the appliance compiles from that policy, with the outside interface in it. */
  readonly image: string
  /** What the appliance asks for under this policy. */
  readonly copyRange: number
}

/** Policy of the bench, as text and compiled, for these customers: the same for everyone. */
export function writeFiles(customers = customersFile()): Files {
  const folder = mkdtempSync('/run/bench-')
  writeFileSync(`${folder}/customers.txt`, customers)
  const image = imageOf(policyText(0, OUTSIDE), customers)
  publishInterfaces(image, [interfaceIndex(OUTSIDE)])
  writeFileSync(`${folder}/image`, new Uint8Array(image.memory))
  writeFileSync(`${folder}/policy.yaml`, policyText(0, OUTSIDE))
  return { policy: `${folder}/policy.yaml`, image: `${folder}/image`, copyRange: image.copyRange }
}

function interfaceIndex(name: string): number {
  const [link] = JSON.parse(run('ip', '-json', 'link', 'show', 'dev', name)) as { ifindex: number }[]
  if (link === undefined) throw new Error(`no interface ${name}`)
  return link.ifindex
}

/** Starts a consumer and returns when it serves its queues, each on a core of its own, and the steering for as many is in force. */
export async function startConsumer(name: ConsumerName, files: Files, steering: Steering, queues: 1 | 2 = 1): Promise<Consumer> {
  if (name === 'ipxxb') {
    steering.unload()
    return startAppliance(files, queues)
  }
  const children = CORES.slice(-queues).map((core, index) => launch([core], commandOf(name, files, QUEUE + index)))
  try {
    await Promise.all(children.map((child) => said(child, '"ready":true')))
    steering.install()
  } catch (error) {
    for (const child of children) child.kill('SIGKILL')
    throw error
  }
  return consumer(children, () => steering.remove())
}

/** A reference, with the settings that the appliance has under this policy, which is fail-closed. */
function commandOf(name: Exclude<ConsumerName, 'ipxxb'>, { image, copyRange }: Files, queue: number): string[] {
  const { packets, receiveBuffer } = roomFor(false, copyRange)
  if (name === 'npm-nfqueue') {
    // It sets no length of the queue and copies whole packets; those of the bench are shorter than what is copied otherwise.
    const program = new URL('npm-nfqueue.js', import.meta.url).pathname
    return [process.execPath, program, image, String(queue), String(receiveBuffer), packageFolder()]
  }
  const [program, gather] = name === 'packed-gather' ? ['packed', GATHER_MICROSECONDS] : [name, 0]
  return [`${PROJECT}build/bench/${program}`, image, ...[queue, copyRange, packets, receiveBuffer, 0, gather].map(String)]
}

/** The program as installed, but for the folder that it was compiled to. */
export async function startAppliance({ policy }: Pick<Files, 'policy'>, queues: 1 | 2 = 1): Promise<Consumer> {
  const main = new URL('../src/main.js', import.meta.url).pathname
  const settings = ['--policy', policy, '--queue', String(QUEUE), '--queues', String(queues), '--pin', 'auto', '--metrics', METRICS]
  const child = launch(CORES.slice(-queues), [process.execPath, main, 'run', ...settings])
  await said(child, '"event":"started"')
  return consumer([child], () => undefined)
}

/** The kernel rules of one run of the appliance, to be put back for the references. */
export class Steering {
  readonly #sets: string
  readonly #rules: string
  readonly #restore: string
  #isLoaded = false

  private constructor(sets: string, rules: string, restore: string) {
    this.#sets = sets
    this.#rules = rules
    this.#restore = restore
  }

  /** Starts the appliance once, reads what it installed, stops it. */
  static async capture(files: Files, queues: 1 | 2 = 1): Promise<Steering> {
    const appliance = await startAppliance(files, queues)
    try {
      const sets = run('ipset', 'save')
      for (const backend of ['iptables-nft', 'iptables-legacy']) {
        const rules = run(`${backend}-save`, '-t', 'mangle')
        if (rules.includes('NFQUEUE')) return new Steering(sets, rules, `${backend}-restore`)
      }
    } finally {
      await appliance.stop()
    }
    throw new Error('the appliance installed no rule in the mangle table')
  }

  /** The rules, for the record. */
  get rules(): string[] {
    return this.#rules.split('\n').filter((line) => line.startsWith('-A'))
  }

  install(): void {
    if (!this.#isLoaded) feed(this.#sets, 'ipset', '-exist', 'restore')
    this.#isLoaded = true
    feed(this.#rules, this.#restore)
  }

  /** The rules; the sets stay for the next reference, since a million prefixes take seconds. */
  remove(): void {
    feed('*mangle\nCOMMIT\n', this.#restore)
  }

  /** The sets, before the appliance loads its own or other steering comes. */
  unload(): void {
    if (this.#isLoaded) run('ipset', 'destroy')
    this.#isLoaded = false
  }
}

function launch(cores: readonly number[], command: readonly string[]): ChildProcess {
  const [program, ...rest] = pinned(cores.join(), readOptions().realtime, command)
  return spawn(program as string, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Resolves once a line with `text` was printed; rejects with all that was, when the process ends first or takes too long. */
async function said(child: ChildProcess, text: string): Promise<void> {
  let heard = ''
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${text} after ${START_MILLISECONDS} ms: ${heard}`)), START_MILLISECONDS)
    const hear = (line: string) => {
      heard += `${line}\n`
      if (!line.includes(text)) return
      clearTimeout(timer)
      resolve()
    }
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream as NonNullable<typeof stream> }).on('line', hear)
    child.once('exit', (status) => {
      clearTimeout(timer)
      reject(new Error(`ended with status ${status}: ${heard}`))
    })
  }).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw error
  })
}

function consumer(children: readonly ChildProcess[], removeSteering: () => void): Consumer {
  const ended = Promise.all(children.map((child) => once(child, 'exit')))
  const pids = children.map(({ pid }) => pid as number)
  return {
    pid: pids[0] as number,
    pids,
    async stop() {
      removeSteering()
      for (const child of children) child.kill('SIGTERM')
      await ended
    },
  }
}
