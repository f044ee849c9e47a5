// SPDX-License-Identifier: GPL-2.0-or-later
// The composition root: joins the data path's workers, the control path, the log and the metrics, and keeps the order of start, reload and
// stop. Start: policy, metrics, queues, steering last. Stop: steering first, then drain, unbind, remove. One change at a time: a reload and a
// stop that arrive together run one after the other.

import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { NATIVE_COUNTERS, nativeCounters } from './contract/batch.js'
import { createCounters } from './contract/counters.js'
import { openImage } from './contract/image.js'
import { publishInterfaces } from './control/compile/interfaces.js'
import type { QueueNumbers } from './control/compile/steering.js'
import { openSteering, type Steering } from './control/install/install.js'
import { run } from './control/install/run.js'
import { bringIntoForce, PolicyRefused, type Prepared, prepare, prepareAgain, type Reading } from './control/reload.js'
import type { Policy } from './control/policy/policy.js'
import { OperationalError } from './errors.js'
import { listInterfaces } from './datapath/packet/native.js'
import { holderOf } from './datapath/packet/nfqueue.js'
import { type Endpoint, type ListenAddress, openEndpoint } from './observe/endpoint.js'
import type { Log } from './observe/log.js'
import { renderMetrics, type Snapshot } from './observe/metrics.js'
import { type Counted, TotalsKeeper } from './observe/totals.js'
import { Pool, type QueueSpec } from './worker/pool.js'

/** How often what time changes is looked at: interfaces that came or went, exemptions that ran out. */
const TICK_MILLISECONDS = 1000

/** High enough to stay clear of the small numbers that other programs' examples use. */
export const FIRST_QUEUE = 5300

/** Kernel queue numbers: the enforce queues from `first`, then the one observe queue. */
export function queueNumbers(first: number, count: number): QueueNumbers {
  return { enforce: { first, count }, observe: { first: first + count, count: 1 } }
}

export interface ApplianceOptions {
  readonly policyPath: string
  /** The enforce queues are firstQueue .. firstQueue + queues - 1; the observe queue is the next. */
  readonly firstQueue: number
  readonly queues: number
  /** null: no metrics. */
  readonly listen: ListenAddress | null
  readonly log: Log
  readonly version: string
}

/** After a failure to compile again, for an exemption that ran out. */
const RETRY_SECONDS = 60

interface InForce {
  readonly prepared: Prepared
  readonly counted: Counted
}

/**
 * V8 does not count shared memory when it judges whether to collect garbage: without being asked it would keep every image that ever was
 * in force, up to a hundred MB each. Set before the workers start, the flag gives each of them a `gc` of its own.
 */
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const nowSeconds = (): number => Math.floor(Date.now() / 1000)

/** A policy file on this machine's disk, judged by its clock and, where the policy names no other, in its time zone. */
export function readingOf(path: string): Reading {
  const { timeZone: timezone } = Intl.DateTimeFormat().resolvedOptions()
  return { path, readFile: (one) => readFileSync(one, 'utf8'), nowSeconds: nowSeconds(), timezone }
}

/** `ppp*` or a plain name. */
function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name
}

export class Appliance {
  readonly #options: ApplianceOptions
  readonly #log: Log
  readonly #totals = new TotalsKeeper()
  #steering: Steering | null = null
  #pool: Pool | null = null
  #endpoint: Endpoint | null = null
  #inForce: InForce | null = null
  /** The outside interfaces as last logged, and as each image has them. */
  #outside: string | null = null
  readonly #shown = new WeakMap<SharedArrayBuffer, string>()
  #notShown = ''
  #reloads = { done: 0, failed: 0 }
  #tick: NodeJS.Timeout | null = null
  /** The tail of the queue of changes. */
  #last: Promise<void> = Promise.resolve()
  /** A reload that has not begun yet. */
  #waiting: Promise<void> | null = null
  /** Not before this is another image made for an exemption that ran out; seconds since 1970. */
  #retryAt = 0
  #stopping = false

  private constructor(options: ApplianceOptions) {
    this.#options = options
    this.#log = options.log
  }

  /** Brings the policy into force, or throws with nothing left installed. */
  static async start(options: ApplianceOptions): Promise<Appliance> {
    const appliance = new Appliance(options)
    try {
      await appliance.#start()
    } catch (error) {
      await appliance.#release().catch(() => undefined)
      throw error
    }
    return appliance
  }

  /** Where metrics are served; null without. */
  get metricsAddress(): string | null {
    return this.#endpoint?.address ?? null
  }

  /** Reads the policy again. Never throws: what is wrong is logged, and the old policy stays. */
  reload(cause: string): Promise<void> {
    // One that waits will read what another one would.
    this.#waiting ??= this.#enqueue(() => {
      this.#waiting = null
      return this.#change(cause, (old) => this.#read(old))
    })
    return this.#waiting
  }

  /** Lets go of everything, in order. Resolves false, and logs why, where something could not be removed. */
  async stop(signal: string): Promise<boolean> {
    this.#stopping = true
    let clean = true
    await this.#enqueue(async () => {
      this.#log.emit('stopping', { signal })
      try {
        await this.#release()
        this.#log.emit('stopped', {})
      } catch (error) {
        if (!(error instanceof OperationalError)) throw error
        this.#log.emit('stop-failed', { code: error.code, detail: error.message })
        clean = false
      }
    })
    return clean
  }

  /** For tests of what `overload` does: ends the worker of one queue as a fault would. */
  async killWorker(queue: number): Promise<void> {
    await this.#pool?.kill(queue)
  }

  async #start(): Promise<void> {
    const { policyPath, listen, version } = this.#options
    this.#log.emit('starting', { policy: policyPath, version, pid: process.pid })
    const prepared = this.#prepare(1)
    if (listen !== null) this.#endpoint = await openEndpoint(listen, () => renderMetrics(this.#snapshot()))
    this.#steering = await openSteering({ run, queues: queueNumbers(this.#options.firstQueue, this.#options.queues) })
    refuseSecondInstance(await this.#steering.queuesInForce())
    await bringIntoForce(prepared, this.#steering, (ready) => this.#startPool(ready), null)
    this.#tick = setInterval(() => this.#look(), TICK_MILLISECONDS)
    this.#log.emit('started', {
      backend: this.#steering.backend,
      blocks: prepared.policy.blocks.length,
      queues: this.#queueSpecs(prepared.policy).map((spec) => `${spec.number} ${spec.kind}`),
      metrics: this.metricsAddress,
      generation: 1,
    })
  }

  #queueSpecs(policy: Policy): QueueSpec[] {
    const { enforce, observe } = queueNumbers(this.#options.firstQueue, this.#options.queues)
    const failOpen = policy.overload === 'fail-open'
    const numbers = Array.from({ length: enforce.count }, (_, index) => enforce.first + index)
    return [
      ...numbers.map((number) => ({ number, kind: 'enforce' as const, failOpen })),
      { number: observe.first, kind: 'observe', failOpen: true },
    ]
  }

  /** Reads and compiles; every diagnostic is logged. Throws where there are errors. */
  #prepare(generation: number): Prepared {
    try {
      const prepared = prepare(readingOf(this.#options.policyPath), generation)
      this.#logDiagnostics(prepared.warnings)
      for (const block of prepared.policy.blocks) if (block.action === 'reject') this.#log.emit('reject-drops', { block: block.name })
      return prepared
    } catch (error) {
      if (error instanceof PolicyRefused) this.#logDiagnostics(error.diagnostics)
      throw error
    }
  }

  #logDiagnostics(diagnostics: PolicyRefused['diagnostics']): void {
    for (const { severity, code, file, line, column, message } of diagnostics) {
      const name = severity === 'error' ? 'policy-error' : 'policy-warning'
      this.#log.emit(name, { code, position: `${file}:${line}:${column}`, detail: message })
    }
  }

  /** Fresh counters, one a queue, under the names of the policy's blocks. */
  #counted({ policy }: Prepared): Counted {
    return {
      blocks: policy.blocks.map(({ name, mode }) => ({ name, mode })),
      counters: this.#queueSpecs(policy).map(() => createCounters(policy.blocks.length)),
    }
  }

  async #startPool(prepared: Prepared): Promise<void> {
    this.#showInterfaces(prepared)
    const specs = this.#queueSpecs(prepared.policy)
    const counted = this.#counted(prepared)
    this.#pool = await Pool.start(specs, prepared.compiled.image, counted.counters, {
      workerDied: (queue, cause) => {
        const open = specs.find((spec) => spec.number === queue)?.failOpen
        this.#log.emit('worker-died', { queue, cause, overload: open ? 'fail-open' : 'fail-closed' })
      },
      workerReplaced: (queue) => this.#log.emit('worker-replaced', { queue }),
    })
    this.#totals.attach(counted)
    this.#inForce = { prepared, counted }
    for (const { spec, slab, receiveBufferAsked } of this.#pool.views()) {
      const granted = Number(nativeCounters(slab)[NATIVE_COUNTERS.receiveBuffer])
      if (granted < 2 * receiveBufferAsked) {
        this.#log.emit('receive-buffer-small', { queue: spec.number, asked: 2 * receiveBufferAsked, granted })
      }
    }
  }

  async #publish(prepared: Prepared): Promise<void> {
    const old = this.#inForce as InForce
    this.#showInterfaces(prepared)
    const counted = this.#counted(prepared)
    this.#totals.attach(counted)
    await (this.#pool as Pool).publish(prepared.compiled.image, counted.counters)
    this.#totals.retire(old.counted)
    this.#inForce = { prepared, counted }
  }

  #read(old: Prepared): Prepared {
    const prepared = this.#prepare(old.generation + 1)
    if (prepared.policy.overload !== old.policy.overload || prepared.policy.hook !== old.policy.hook) {
      throw new OperationalError('UNSUPPORTED', '`overload` and `hook` are sealed at start: restart to change them')
    }
    return prepared
  }

  /** Brings what `make` gives into force. Never throws, whatever goes wrong: a process that ended here would leave its rules behind. */
  async #change(cause: string, make: (old: Prepared) => Prepared): Promise<void> {
    if (this.#stopping) return
    const old = (this.#inForce as InForce).prepared
    const begun = Date.now()
    this.#log.emit('reloading', { policy: this.#options.policyPath, cause })
    try {
      const prepared = make(old)
      await bringIntoForce(prepared, this.#steering as Steering, (ready) => this.#publish(ready), old)
      this.#reloads.done++
      const { generation, policy } = prepared
      this.#log.emit('reloaded', { blocks: policy.blocks.length, generation, milliseconds: Date.now() - begun })
    } catch (error) {
      this.#reloads.failed++
      this.#log.emit('reload-failed', asLogged(error))
    }
    // Later, when nothing here holds the retired image any more.
    setImmediate(collectGarbage)
  }

  /** Once a second: interfaces come and go (ppp0), exemptions run out. */
  #look(): void {
    const prepared = this.#inForce?.prepared
    if (prepared === undefined || this.#stopping) return
    try {
      this.#showInterfaces(prepared)
      this.#notShown = ''
    } catch (error) {
      const { code, detail } = asLogged(error)
      if (detail !== this.#notShown) this.#log.emit('interfaces-failed', { code, detail })
      this.#notShown = detail
    }
    const now = nowSeconds()
    if (now < prepared.compiled.nextChange || now < this.#retryAt) return
    this.#retryAt = now + RETRY_SECONDS
    void this.#enqueue(() => this.#change('an exemption ran out', (old) => prepareAgain(old, nowSeconds(), old.generation + 1)))
  }

  /** Writes the outside interfaces into an image, in force or about to be, where it does not have them so. */
  #showInterfaces({ policy: { outside }, compiled: { image } }: Prepared): void {
    if (outside.length === 0) return
    const found = listInterfaces().filter(({ name }) => outside.some((pattern) => matches(pattern, name)))
    const seen = found.map(({ name, index }) => `${name}#${index}`).join(' ')
    if (seen === this.#shown.get(image)) return
    publishInterfaces(
      openImage(image),
      found.map(({ index }) => index),
    )
    this.#shown.set(image, seen)
    if (seen !== this.#outside) {
      this.#log.emit('interfaces', { outside: found.map(({ name }) => name) })
      // A name that is mistyped, or an uplink that is down: nothing is inbound or outbound then, and every block is without effect.
      if (found.length === 0) this.#log.emit('no-outside', { wanted: outside })
    }
    this.#outside = seen
  }

  /** Every step is tried, in the order that loses no packet; throws the first failure. Also undoes a start that failed half-way. */
  async #release(): Promise<void> {
    if (this.#tick !== null) clearInterval(this.#tick)
    // Before our queues were bound nothing was installed, and what is there may belong to another instance.
    const steering = this.#inForce === null ? null : this.#steering
    const steps = [() => steering?.empty(), () => this.#pool?.stop(), () => steering?.remove(), () => this.#endpoint?.close()]
    const failures: unknown[] = []
    for (const step of steps) await step()?.catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
    this.#pool = null
    this.#steering = null
    this.#endpoint = null
  }

  #snapshot(): Snapshot {
    const inForce = this.#inForce
    const views = this.#pool?.views() ?? []
    const kernel = kernelQueues()
    const blocks = inForce?.counted.blocks ?? []
    return {
      version: this.#options.version,
      backend: this.#steering?.backend ?? '',
      generation: inForce?.prepared.generation ?? 0,
      loadedAt: inForce?.prepared.readAt ?? 0,
      blocks: {
        observe: blocks.filter(({ mode }) => mode === 'observe').length,
        enforce: blocks.filter(({ mode }) => mode === 'enforce').length,
      },
      reloads: this.#reloads,
      totals: this.#totals.read(),
      queues: views.map(({ spec, slab, restarts }) => ({
        number: spec.number,
        kind: spec.kind,
        slab,
        restarts,
        kernel: kernel.get(spec.number) ?? null,
      })),
    }
  }

  /** Runs changes one after another, whatever became of those before. */
  #enqueue(change: () => Promise<void>): Promise<void> {
    const next = this.#last.then(change)
    this.#last = next.catch(() => undefined)
    return next
  }
}

/** An error as two fields of an event. One that is not of the catalogue is a bug of ours, and its place in the code is said. */
function asLogged(error: unknown): { code: string; detail: string } {
  if (error instanceof OperationalError) return { code: error.code, detail: error.message }
  return { code: 'INTERNAL', detail: (error instanceof Error && error.stack) || String(error) }
}

/** Rules of ours that lead to a queue somebody holds are another instance's at work, not what a crash left. */
function refuseSecondInstance(queues: readonly number[]): void {
  for (const queue of new Set(queues)) {
    const holder = holderOf(queue)
    if (holder !== null) throw new OperationalError('INSTANCE_RUNNING', `an instance runs in this network namespace: ${holder}`)
  }
}

interface KernelQueue {
  readonly waiting: number
  readonly dropped: number
  readonly userDropped: number
}

/** /proc/net/netfilter/nfnetlink_queue: queue, port id, waiting, copy mode, copy range, dropped, user dropped, last id, 1. */
function kernelQueues(): Map<number, KernelQueue> {
  const queues = new Map<number, KernelQueue>()
  try {
    for (const line of readFileSync('/proc/net/netfilter/nfnetlink_queue', 'utf8').trimEnd().split('\n')) {
      const [queue = 0, , waiting = 0, , , dropped = 0, userDropped = 0] = line.trim().split(/\s+/).map(Number)
      queues.set(queue, { waiting, dropped, userDropped })
    }
  } catch {
    // An ordinary user's namespace may not read it: the metrics of the kernel's side are absent, the rest stands.
  }
  return queues
}
