// SPDX-License-Identifier: GPL-2.0-or-later
// One worker: one queue, one netlink socket, one slab, one thread. It exchanges batches with the kernel for as long as it lives and never
// returns to its event loop; worker/messages.ts says how it is reached all the same.

import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type Image, openImage } from '../contract/image.js'
import { NF_ACCEPT, NF_DROP } from '../contract/numbers.js'
import { answerRejected, createDesk } from '../datapath/answer.js'
import { createEngine, decide, type Engine } from '../datapath/decide.js'
import { pinThread } from '../datapath/packet/native.js'
import { type Nfqueue, openNfqueue } from '../datapath/packet/nfqueue.js'
import { openRawSocket, type RawSocket } from '../datapath/packet/rawsocket.js'
import type { PacketSource } from '../datapath/packet/source.js'
import { hasReject } from '../datapath/verdict/rejects.js'
import { OperationalError } from '../errors.js'
import { CONTROL, type Publication, type WorkerNews, type WorkerSetup } from './messages.js'
import { rehearse } from './rehearsal.js'
import { roomFor } from './room.js'

/** How long one wait may last: the most that a terminate() of this thread has to wait for the native call to return. */
const WAIT_MILLISECONDS = 250
/** A drain ends here even if packets still come: whoever stops us has emptied the steering first. */
const DRAIN_MILLISECONDS = 2000

/**
 * Turns of the loop without a wait before the first one under an image: V8 compiles the loop meanwhile, in another thread, and one that it has not
 * compiled by then it never does, since packets that come seldom do not make it hot. Such a packet finds cold caches, and there the
 * interpreter costs as much as the way through the kernel (`npm run bench -- roundtrip`). They take 0.1 s; where all threads share
 * one processor, or other programs have it, several times that.
 */
const QUICK_TURNS = 30_000
const QUICK_MILLISECONDS = 1000

const setup = workerData as WorkerSetup
const port = parentPort as NonNullable<typeof parentPort>
const control = new Int32Array(setup.control)
const say = (news: WorkerNews) => port.postMessage(news)

/**
 * V8 does not count shared memory, and this thread makes no other garbage: without being asked it would keep every image it ever took.
 * A few milliseconds, for a heap as small as this one; absent where the process was not started with it.
 */
const collectGarbage = (globalThis as { gc?: () => void }).gc

const desk = createDesk()
/** For the answers to rejected packets; null while no image needed it, or where it could not be opened. */
let answers: RawSocket | null = null

function openAnswers(image: Image): void {
  if (answers !== null || !hasReject(image)) return
  try {
    answers = openRawSocket()
  } catch (error) {
    if (!(error instanceof OperationalError)) throw error
    say({ kind: 'unanswered', code: error.code, message: error.message })
  }
}

function engineFor(source: PacketSource, publication: Publication): Engine {
  const image = openImage(publication.image)
  openAnswers(image)
  return createEngine(source.batch, image, new Float64Array(publication.counters))
}

/** Before anything else: what is allocated and compiled here is then near its processor. One that has gone meanwhile is no reason not to serve. */
function pin(processor: number | null): void {
  const cause = processor === null ? null : pinThread(processor)
  if (cause !== null) say({ kind: 'unpinned', cause })
}

/**
 * Decides a batch and answers what it rejects, before its verdicts leave with the next exchange(). The time is native's: asking V8 for it made
 * a number object, through code that a lone packet finds cold.
 */
function judge(engine: Engine, count: number): void {
  decide(engine, count, engine.batch.time[0] as number)
  answerRejected(engine, count, desk, answers)
}

function open(copyRange: number): Nfqueue {
  const { packets, receiveBuffer } = roomFor(setup.failOpen, copyRange)
  return openNfqueue({
    queue: setup.queue,
    slab: setup.slab,
    wake: setup.wake,
    copyRange,
    maxLength: packets,
    receiveBuffer,
    failOpen: setup.failOpen,
    defaultVerdict: setup.failOpen ? NF_ACCEPT : NF_DROP,
  })
}

/** Takes the newest publication off the port; null where none is waiting. */
function newest(): Publication | null {
  let last: Publication | null = null
  for (let entry = receiveMessageOnPort(port); entry !== undefined; entry = receiveMessageOnPort(port)) last = entry.message
  return last
}

function askFor(source: Nfqueue, { copyRange }: Image): void {
  source.setCopyRange(copyRange, roomFor(setup.failOpen, copyRange).receiveBuffer)
}

/**
 * Whether all packets of the batch in hand were copied as far as `image` looks. Where they were not, the kernel is asked for it, and the image
 * waits until those have been judged by the old one that were queued before: none of them is told from too few bytes.
 */
function isCopiedFor(source: Nfqueue, image: Image): boolean {
  if (source.copyRange >= image.copyRange) return true
  askFor(source, image)
  return false
}

function serve(source: Nfqueue): void {
  // No other name for the first one: this function is left only when the thread ends, and nothing may hold an image that was replaced.
  let coming = setup.publication
  setup.publication = null
  let { number: taken } = coming as Publication
  let engine = engineFor(source, coming as Publication)
  coming = null
  let quickTurns = QUICK_TURNS
  let quickUntil = Date.now() + QUICK_MILLISECONDS
  while (Atomics.load(control, CONTROL.stop) === 0) {
    const count = source.exchange(coming === null && quickTurns === 0 ? WAIT_MILLISECONDS : 0)
    control[CONTROL.beats]++
    if (quickTurns > 0) quickTurns = Date.now() < quickUntil ? quickTurns - 1 : 0
    let isNew = false
    if (Atomics.load(control, CONTROL.publication) !== taken) {
      coming = newest() ?? coming
      if (coming !== null && isCopiedFor(source, openImage(coming.image))) {
        engine = engineFor(source, coming)
        taken = coming.number
        coming = null
        askFor(source, engine.image)
        say({ kind: 'took', publication: taken })
        isNew = true
      }
    }
    judge(engine, count)
    if (isNew) {
      collectGarbage?.()
      quickTurns = QUICK_TURNS
      quickUntil = Date.now() + QUICK_MILLISECONDS
    }
  }
  const deadline = Date.now() + DRAIN_MILLISECONDS
  for (let count = source.exchange(0); count > 0 && Date.now() < deadline; count = source.exchange(0)) {
    judge(engine, count)
  }
  source.close()
  answers?.close()
}

function begin(): Nfqueue {
  pin(setup.processor)
  const image = openImage((setup.publication as Publication).image)
  rehearse(image, Date.now() / 1000)
  collectGarbage?.()
  return open(image.copyRange)
}

try {
  const source = begin()
  say({ kind: 'bound' })
  serve(source)
} catch (error) {
  if (!(error instanceof OperationalError)) throw error
  say({ kind: 'failed', code: error.code, message: error.message })
}
