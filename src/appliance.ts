// SPDX-License-Identifier: GPL-2.0-or-later
// The composition root: joins the data path's workers, the control path, the log and the metrics, and keeps the order of start, reload and
// stop. Start: policy, is there another instance?, metrics, queues, steering last. Stop: steering first, then drain, unbind, remove. One
// change at a time: a reload, a stop and a look at the rules that arrive together run one after the other.

import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { DataPath } from './appliance/data-path.js'
import { requireFitness } from './appliance/fitness.js'
import { SteeringGuard } from './appliance/guard.js'
import { KernelLedger } from './appliance/kernel-ledger.js'
import { refuseSecondInstance } from './appliance/instance.js'
import { OutsideInterfaces } from './appliance/outside.js'
import { queueNumbers, queueSpecs } from './appliance/queues.js'
import { type Parts, snapshotOf, vitalsOf } from './appliance/snapshot.js'
import { UnseenLedger } from './appliance/unseen.js'
import { isWithin } from './control/compile/window.js'
import { type BackendChoice, openSteering, type Steering } from './control/install/install.js'
import { run } from './control/install/run.js'
import { bringIntoForce, PolicyRefused, type Prepared, prepare, prepareAgain, type Reading } from './control/reload.js'
import { OperationalError } from './errors.js'
import { COMPILER_FLAGS } from './datapath/compiler-flags.js'
import { keepFromForks, readCounters, replaceElements, rulesetGeneration, useHugePages } from './datapath/packet/native.js'
import { type Endpoint, type ListenAddress, openEndpoint } from './observe/endpoint.js'
import { liveness, readiness } from './observe/health.js'
import type { Log } from './observe/log.js'
import { renderMetrics } from './observe/metrics.js'

/** How often what time changes is looked at: interfaces that came or went, exemptions and blocks that ran out, a clock that was set. */
const TICK_MILLISECONDS = 1000
/** After a failure to compile again for a date that passed. */
const RETRY_MILLISECONDS = 60_000

export interface ApplianceOptions {
  readonly policyPath: string
  /** The enforce queues are firstQueue .. firstQueue + queues - 1; the observe queue is the next. */
  readonly firstQueue: number
  readonly queues: number
  /** That the workers are kept on, in the order of the queues; left out or none: where the kernel puts them. */
  readonly processors?: readonly number[]
  /** Found by trying, where it is not given. */
  readonly backend?: BackendChoice | undefined
  /** null: neither metrics nor health. */
  readonly listen: ListenAddress | null
  readonly log: Log
  readonly version: string
}

/**
 * V8 does not count shared memory when it judges whether to collect garbage: without being asked it would keep every image that ever was
 * in force, up to a hundred MB each. Set before the workers start, the flag gives each of them a `gc` of its own.
 */
setFlagsFromString('--expose-gc')
for (const flag of COMPILER_FLAGS) setFlagsFromString(flag)
const collectGarbage = runInNewContext('gc') as () => void

/**
 * Before an image is published, and before the kernel's tools are started, each of which forks this process: what a child would get of the image,
 * and of what compiling it left, is taken out of its way; and the image gets the pages that its readers are fastest with.
 */
function lighten({ compiled }: Prepared): void {
  keepFromForks(compiled.image)
  collectGarbage()
  useHugePages(compiled.image)
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000)

/** A policy file on this machine's disk, judged by its clock and, where the policy names no other, in its time zone. */
export function readingOf(path: string): Reading {
  const { timeZone: timezone } = Intl.DateTimeFormat().resolvedOptions()
  return { path, readFile: (one) => readFileSync(one, 'utf8'), nowSeconds: nowSeconds(), timezone }
}

export class Appliance {
  readonly #options: ApplianceOptions
  readonly #log: Log
  readonly #outside: OutsideInterfaces
  readonly #dataPath: DataPath
  readonly #kernelLedger: KernelLedger
  readonly #unseen: UnseenLedger
  #phase: Parts['phase'] = 'starting'
  #steering: Steering | null = null
  #guard: SteeringGuard | null = null
  #endpoint: Endpoint | null = null
  #notShown = ''
  #reloads = { done: 0, failed: 0 }
  #tick: NodeJS.Timeout | null = null
  /** The tail of the queue of changes. */
  #last: Promise<void> = Promise.resolve()
  /** A reload that has not begun yet. */
  #waiting: Promise<void> | null = null
  /** Not before this is another image made for a date that passed; of a clock that nobody sets. */
  #retryAt = 0

  private constructor(options: ApplianceOptions) {
    this.#options = options
    this.#log = options.log
    this.#outside = new OutsideInterfaces(options.log)
    this.#dataPath = new DataPath(queueNumbers(options.firstQueue, options.queues), options.processors ?? [], this.#outside, options.log)
    this.#kernelLedger = new KernelLedger(this.#dataPath.keeper, options.log)
    this.#unseen = new UnseenLedger(options.log)
  }

  /** Brings the policy into force, or throws with nothing of its own left installed; what a crashed run left may still be there. */
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
    this.#waiting ??= this.#enqueue(async () => {
      this.#waiting = null
      await this.#change(cause, (old) => this.#read(old))
    })
    return this.#waiting
  }

  /** Lets go of everything, in order. Resolves false, and logs why, where something could not be removed. */
  async stop(signal: string): Promise<boolean> {
    this.#phase = 'stopping'
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
    await this.#dataPath.killWorker(queue)
  }

  async #start(): Promise<void> {
    const { policyPath, listen, version, firstQueue, queues, backend } = this.#options
    this.#log.emit('starting', { policy: policyPath, version, pid: process.pid })
    const prepared = this.#prepare(1)
    lighten(prepared)
    const numbers = queueNumbers(firstQueue, queues)
    this.#steering = await openSteering({
      run,
      queues: numbers,
      backend,
      rulesetGeneration,
      direct: { replaceElements, readCounters },
      // By then the workers serve what the kernel now has.
      dropsChanged: (applied) => this.#kernelLedger.changed(applied, this.#dataPath.prepared as Prepared),
    })
    refuseSecondInstance(await this.#steering.queuesInForce())
    // Behind that question: two instances also want the same port, and the better answer is the first.
    if (listen !== null) this.#endpoint = await this.#listen(listen)
    await requireFitness(prepared, run)
    await bringIntoForce(prepared, this.#steering, (ready) => this.#dataPath.publish(ready), null)
    this.#guard = new SteeringGuard(this.#steering, this.#log, (step) => this.#enqueue(step))
    this.#guard.start()
    this.#kernelLedger.start(this.#steering, (step) => this.#enqueue(step))
    this.#unseen.start(this.#steering, (step) => this.#enqueue(step))
    this.#tick = setInterval(() => this.#look(), TICK_MILLISECONDS)
    this.#phase = 'running'
    // What was written for the kernel's tools, of a large policy as much as the image.
    setImmediate(collectGarbage)
    this.#log.emit('started', {
      backend: this.#steering.backend,
      blocks: prepared.policy.blocks.length,
      queues: queueSpecs(numbers, prepared.policy.overload).map((spec) => `${spec.number} ${spec.kind}`),
      metrics: this.metricsAddress,
      generation: 1,
    })
  }

  #listen(listen: ListenAddress): Promise<Endpoint> {
    return openEndpoint(listen, {
      metrics: async () => {
        await Promise.all([this.#kernelLedger.refresh(), this.#unseen.refresh()])
        return renderMetrics(snapshotOf(this.#parts()))
      },
      liveness: () => liveness(vitalsOf(this.#parts())),
      readiness: () => readiness(vitalsOf(this.#parts())),
    })
  }

  #parts(): Parts {
    return {
      version: this.#options.version,
      phase: this.#phase,
      backend: this.#steering?.backend ?? '',
      reloads: this.#reloads,
      dataPath: this.#dataPath,
      unseen: this.#unseen,
      outside: this.#outside,
      guard: this.#guard,
    }
  }

  /** Reads and compiles; every diagnostic is logged. Throws where there are errors. */
  #prepare(generation: number): Prepared {
    try {
      const prepared = prepare(readingOf(this.#options.policyPath), generation, collectGarbage)
      this.#logDiagnostics(prepared.warnings)
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

  #read(old: Prepared): Prepared {
    const prepared = this.#prepare(old.generation + 1)
    if (prepared.policy.overload !== old.policy.overload || prepared.policy.hook !== old.policy.hook) {
      throw new OperationalError('UNSUPPORTED', '`overload` and `hook` are sealed at start: restart to change them')
    }
    return prepared
  }

  /**
   * Brings what `make` gives into force; false where that failed, which is logged. Never throws, whatever goes wrong: a process that ended
   * here would leave its rules behind.
   */
  async #change(cause: string, make: (old: Prepared) => Prepared): Promise<boolean> {
    const old = this.#dataPath.prepared
    if (this.#phase === 'stopping' || old === null) return false
    const begun = performance.now()
    this.#log.emit('reloading', { policy: this.#options.policyPath, cause })
    try {
      const prepared = make(old)
      lighten(prepared)
      await requireFitness(prepared, run)
      await bringIntoForce(prepared, this.#steering as Steering, (ready) => this.#dataPath.publish(ready), old)
      this.#reloads.done++
      const { generation, policy } = prepared
      this.#log.emit('reloaded', { blocks: policy.blocks.length, generation, milliseconds: Math.round(performance.now() - begun) })
      return true
    } catch (error) {
      this.#reloads.failed++
      this.#log.emit('reload-failed', asLogged(error))
      return false
    } finally {
      // Later, when nothing here holds the retired image any more.
      setImmediate(collectGarbage)
    }
  }

  /** Once a second: what the time of day and the machine's interfaces change. */
  #look(): void {
    const { prepared } = this.#dataPath
    if (prepared === null || this.#phase === 'stopping') return
    // A worker's silence is told from one look to the next.
    this.#dataPath.views()
    this.#followInterfaces(prepared)
    const now = nowSeconds()
    if (isWithin(prepared.compiled, now) || performance.now() < this.#retryAt) return
    // Also keeps a second one from being queued behind one that is under way.
    this.#retryAt = performance.now() + RETRY_MILLISECONDS
    const cause = now < prepared.compiled.lastChange ? 'the clock was set back' : 'a block or an exemption ran out'
    void this.#enqueue(async () => {
      if (await this.#change(cause, (old) => prepareAgain(old, nowSeconds(), old.generation + 1))) this.#retryAt = 0
    })
  }

  #followInterfaces(prepared: Prepared): void {
    try {
      this.#outside.show(prepared)
      this.#notShown = ''
    } catch (error) {
      const { code, detail } = asLogged(error)
      if (detail !== this.#notShown) this.#log.emit('interfaces-failed', { code, detail })
      this.#notShown = detail
    }
  }

  /** Every step is tried, in the order that loses no packet; throws the first failure. Also undoes a start that failed half-way. */
  async #release(): Promise<void> {
    if (this.#tick !== null) clearInterval(this.#tick)
    this.#guard?.stop()
    this.#kernelLedger.stop()
    this.#unseen.stop()
    // Before our queues were bound nothing was installed, and what is there may belong to another instance.
    const steering = this.#dataPath.prepared === null ? null : this.#steering
    const steps = [() => steering?.empty(), () => this.#dataPath.stop(), () => steering?.remove(), () => this.#endpoint?.close()]
    const failures: unknown[] = []
    for (const step of steps) await step()?.catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
    this.#steering = null
    this.#endpoint = null
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
