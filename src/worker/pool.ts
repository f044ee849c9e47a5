// SPDX-License-Identifier: GPL-2.0-or-later
// The workers: started together, told of new images, replaced when they die, stopped together. A worker's slab and counters belong to the
// pool and outlive the thread, so that a replacement goes on counting where the dead one stopped.

import { Worker } from 'node:worker_threads'
import { createBatch, strideFor } from '../contract/batch.js'
import { openImage } from '../contract/image.js'
import { MOST_COPY_RANGE } from '../contract/numbers.js'
import { closeWake, createWake, wake } from '../datapath/packet/native.js'
import { type ErrorCode, ERRORS, OperationalError } from '../errors.js'
import { CONTROL, CONTROL_WORDS, type Publication, type WorkerNews, type WorkerSetup } from './messages.js'
import { roomFor } from './room.js'

/**
 * A dead worker is replaced at once. One that lives shorter than this right after another did is replaced after RESTART_PAUSE_MILLISECONDS, so
 * that a cause that stays does not burn a core.
 */
const SHORT_LIFE_MILLISECONDS = 1000
const RESTART_PAUSE_MILLISECONDS = 500

/** A worker that has not done for so long what takes an exchange, a quarter of a second at most, hangs: it is ended, and replaced. */
const HANG_MILLISECONDS = 5000
/** What a worker runs. Tests have others, that hang. */
const THREAD = new URL('./thread.js', import.meta.url)

export interface QueueSpec {
  readonly number: number
  readonly kind: 'enforce' | 'observe'
  readonly failOpen: boolean
  /** The one that the worker is kept on; null or left out: where the kernel puts it. */
  readonly processor?: number | null
}

/** One queue as metrics see it. */
export interface QueueView {
  readonly spec: QueueSpec
  /** Native counters are in it, contract/batch.ts. */
  readonly slab: SharedArrayBuffer
  readonly restarts: number
  /** Bytes of receive buffer that the newest image asks for; the kernel grants twice that, or less. */
  readonly receiveBufferAsked: number
  /** A thread serves it: it has bound the queue and has not ended. */
  readonly alive: boolean
  /** Since two looks first found the worker at the same place of its loop; 0 where it moves. */
  readonly silentMilliseconds: number
}

export interface PoolNews {
  workerDied(queue: number, cause: string): void
  workerReplaced(queue: number): void
  /** It can open no socket for the answers to packets that its image rejects; it goes on without. */
  cannotAnswer(queue: number, code: string, detail: string): void
  /** It runs all the same, where the kernel puts it. */
  cannotPin(queue: number, processor: number, cause: string): void
}

interface Seat {
  readonly spec: QueueSpec
  readonly slab: SharedArrayBuffer
  readonly control: Int32Array
  readonly wake: number
  publication: Publication
  worker: Worker
  /** Between the launch of a worker and its end. */
  alive: boolean
  /** It has its queue. */
  bound: boolean
  startedAt: number
  restarts: number
  /** Workers that died young, one after another. */
  shortLives: number
  /** CONTROL.beats at the last look that found it changed, and when that was. */
  beats: number
  movedAt: number
  /** Resolves once the worker of this seat has taken the newest publication. */
  taken: (() => void) | null
  exited: Promise<void>
}

export class Pool {
  readonly #seats: Seat[] = []
  readonly #news: PoolNews
  readonly #thread: URL
  #stopping = false

  private constructor(news: PoolNews, thread: URL) {
    this.#news = news
    this.#thread = thread
  }

  /**
   * Binds every queue and returns when all workers serve `image`, each counting into its own entry of `counters` (one a queue, in order).
   * Throws the first failure, with every queue let go.
   */
  static async start(
    queues: readonly QueueSpec[],
    image: SharedArrayBuffer,
    counters: readonly Float64Array[],
    news: PoolNews,
    thread = THREAD,
  ): Promise<Pool> {
    const pool = new Pool(news, thread)
    try {
      for (const [index, spec] of queues.entries()) await pool.#seat(spec, image, counters[index] as Float64Array)
    } catch (error) {
      await pool.stop()
      throw error
    }
    return pool
  }

  /** The queues, for whoever counts. */
  views(): QueueView[] {
    return this.#seats.map((seat) => {
      const { spec, slab, restarts, bound } = seat
      const { receiveBuffer: receiveBufferAsked } = roomFor(spec.failOpen, openImage(seat.publication.image).copyRange)
      return { spec, slab, restarts, receiveBufferAsked, alive: bound, silentMilliseconds: silence(seat) }
    })
  }

  /**
   * Hands every worker a new image with fresh counters; resolves when all have taken it, and the old counters have their last value. Nobody
   * waits for a worker that is dead, hangs, or dies meanwhile: its replacement begins with the newest image, however long it takes to come.
   */
  async publish(image: SharedArrayBuffer, counters: readonly Float64Array[]): Promise<void> {
    await Promise.all(
      this.#seats.map((seat, index) => {
        const taken = new Promise<void>((resolve) => {
          seat.taken = resolve
        })
        const { buffer } = counters[index] as Float64Array
        seat.publication = { number: seat.publication.number + 1, image, counters: buffer as SharedArrayBuffer }
        seat.worker.postMessage(seat.publication)
        Atomics.store(seat.control, CONTROL.publication, seat.publication.number)
        wake(seat.wake)
        if (!seat.alive) this.#took(seat)
        return endIfHanging(seat, taken)
      }),
    )
  }

  /** Lets every worker settle and drain its queue, then ends them. The steering must be empty by then, or packets go on arriving. */
  async stop(): Promise<void> {
    this.#stopping = true
    for (const seat of this.#seats) {
      Atomics.store(seat.control, CONTROL.stop, 1)
      wake(seat.wake)
    }
    await Promise.all(this.#seats.map((seat) => endIfHanging(seat, seat.exited)))
    for (const seat of this.#seats) closeWake(seat.wake)
    this.#seats.length = 0
  }

  /** Ends the thread of one queue without warning, as a fault would. For tests of what happens then. */
  async kill(queue: number): Promise<void> {
    await this.#seats.find((seat) => seat.spec.number === queue)?.worker.terminate()
  }

  async #seat(spec: QueueSpec, image: SharedArrayBuffer, counters: Float64Array): Promise<void> {
    const seat = {
      spec,
      slab: createBatch(strideFor(MOST_COPY_RANGE)).memory,
      control: new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4)),
      wake: createWake(),
      publication: { number: 1, image, counters: counters.buffer },
      restarts: 0,
      alive: false,
      bound: false,
      shortLives: 0,
      beats: 0,
      movedAt: performance.now(),
      taken: null,
    } as unknown as Seat
    this.#seats.push(seat)
    await this.#launch(seat)
  }

  /** Starts the thread of a seat; resolves when it has bound its queue. */
  #launch(seat: Seat): Promise<void> {
    Atomics.store(seat.control, CONTROL.publication, seat.publication.number)
    // The number alone: the listeners below stay as long as the thread, and with them whatever of this function they name.
    const launched = seat.publication.number
    const worker = this.#start(seat)
    seat.worker = worker
    seat.alive = true
    seat.startedAt = Date.now()
    let cause = 'it ended'
    let failure: OperationalError | null = null
    return new Promise<void>((resolve, reject) => {
      worker.on('message', (news: WorkerNews) => {
        if (news.kind === 'bound') {
          seat.bound = true
          // Nobody was silent while there was nobody.
          seat.movedAt = performance.now()
          // A publication made between this launch and now was part of workerData or waits on the port; in both cases it is being taken.
          if (launched === seat.publication.number) this.#took(seat)
          resolve()
        } else if (news.kind === 'took') {
          if (news.publication === seat.publication.number) this.#took(seat)
        } else if (news.kind === 'unanswered') {
          this.#news.cannotAnswer(seat.spec.number, news.code, news.message)
        } else if (news.kind === 'unpinned') {
          this.#news.cannotPin(seat.spec.number, seat.spec.processor as number, news.cause)
        } else {
          cause = `${news.code}: ${news.message}`
          failure = new OperationalError(codeOf(news.code), news.message)
        }
      })
      worker.on('error', (error: unknown) => {
        cause = error instanceof Error ? error.message : String(error)
        failure = new OperationalError('WORKER_FAILED', `the worker of queue ${seat.spec.number} failed: ${cause}`, { cause: error })
      })
      seat.exited = new Promise<void>((exited) => {
        // A failure is told only now: whoever hears of it launches the next worker, and the seat has one at a time.
        worker.on('exit', () => {
          const { bound } = seat
          exited()
          seat.alive = false
          seat.bound = false
          this.#took(seat)
          if (!bound)
            reject(
              failure ??
                new OperationalError('WORKER_FAILED', `the worker of queue ${seat.spec.number} ended before it was ready: ${cause}`),
            )
          else if (!this.#stopping) this.#replace(seat, cause)
        })
      })
    })
  }

  #start(seat: Seat): Worker {
    const setup: WorkerSetup = {
      queue: seat.spec.number,
      failOpen: seat.spec.failOpen,
      processor: seat.spec.processor ?? null,
      slab: seat.slab,
      control: seat.control.buffer as SharedArrayBuffer,
      wake: seat.wake,
      publication: seat.publication,
    }
    // Without the process's own flags: loaders among them (a test runner's, a tracer's) would double the time that a replacement takes.
    return new Worker(this.#thread, { workerData: setup, name: `queue ${seat.spec.number}`, execArgv: [] })
  }

  #took(seat: Seat): void {
    seat.taken?.()
    seat.taken = null
  }

  #replace(seat: Seat, cause: string): void {
    this.#news.workerDied(seat.spec.number, cause)
    seat.shortLives = Date.now() - seat.startedAt < SHORT_LIFE_MILLISECONDS ? seat.shortLives + 1 : 0
    const pause = seat.shortLives > 1 ? RESTART_PAUSE_MILLISECONDS : 0
    setTimeout(() => {
      if (this.#stopping) return
      seat.restarts++
      this.#launch(seat).then(
        () => this.#news.workerReplaced(seat.spec.number),
        (error: unknown) => this.#replace(seat, error instanceof Error ? error.message : String(error)),
      )
    }, pause)
  }
}

/** Ends the seat's worker where `done` takes too long; the end of the worker is what settles it then. */
async function endIfHanging(seat: Seat, done: Promise<void>): Promise<void> {
  const { worker } = seat
  const timer = setTimeout(() => void worker.terminate(), HANG_MILLISECONDS)
  await done
  clearTimeout(timer)
}

function silence(seat: Seat): number {
  const beats = Atomics.load(seat.control, CONTROL.beats)
  if (beats !== seat.beats) {
    seat.beats = beats
    seat.movedAt = performance.now()
  }
  return Math.round(performance.now() - seat.movedAt)
}

function codeOf(code: string): ErrorCode {
  return code in ERRORS ? (code as ErrorCode) : 'WORKER_FAILED'
}
