// SPDX-License-Identifier: GPL-2.0-or-later
// A thread of its own for a test: rehearses as a new worker does, makes an engine as a worker does then, and tells which of the functions that
// V8 had compiled by the rehearsal are still compiled when that engine has decided its first packet.

import { setFlagsFromString } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import { createBatch, strideFor } from '../../src/contract/batch.js'
import { createCounters } from '../../src/contract/counters.js'
import { openImage } from '../../src/contract/image.js'
import * as DECIDE from '../../src/datapath/decide.js'
import * as FIXED from '../../src/datapath/inspect/fixed.js'
import * as PLAIN from '../../src/datapath/plain.js'
import * as VERDICT from '../../src/datapath/verdict/verdict.js'
import { packetsFor, place, rehearse } from '../../src/worker/rehearsal.js'
import { setStage } from '../../src/worker/stage.js'

export interface Told {
  readonly before: readonly string[]
  readonly after: readonly string[]
}

// A bit of the answer of %GetOptimizationStatus, in every V8 since 2016.
const OPTIMISED = 1 << 4

setFlagsFromString('--allow-natives-syntax')
const statusOf = new Function('one', 'return %GetOptimizationStatus(one)') as (one: unknown) => number
// Compiled at once, and not whenever another thread gets to it.
setFlagsFromString('--no-concurrent-recompilation')

const functions = { ...DECIDE, ...PLAIN, ...VERDICT, ...FIXED }
const compiled = (): string[] =>
  Object.entries(functions).flatMap(([name, one]) => (typeof one === 'function' && (statusOf(one) & OPTIMISED) !== 0 ? [name] : []))

const { memory, nowSeconds } = workerData as { memory: SharedArrayBuffer; nowSeconds: number }
const image = openImage(memory)
// Once and to its end, however slow the machine is: a second rehearsal would hide what the first left undone.
performance.now = () => 0
rehearse(image, nowSeconds)
const before = compiled()
const stage = setStage(image)
const batch = createBatch(strideFor(image.copyRange))
const engine = DECIDE.createEngine(batch, openImage(memory), createCounters(image.blockCount))
for (const [slot, packet] of packetsFor(stage).slice(0, 1).entries()) place(batch, slot, packet, image.copyRange)
DECIDE.decide(engine, 1, nowSeconds)
parentPort?.postMessage({ before, after: compiled() } satisfies Told)
