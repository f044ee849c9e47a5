// SPDX-License-Identifier: GPL-2.0-or-later
// Holds a queue in a thread or process of its own until it is ended: `exchanging` for ever, `spinning` without a
// wait, or `stuck` with packets undecided.

import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { bind } from './bound.js'

const mode: unknown = isMainThread ? process.argv[2] : workerData
const source = bind()
if (isMainThread) process.stdout.write('bound\n')
else parentPort?.postMessage('bound')
if (mode === 'stuck') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
const wait = mode === 'spinning' ? 0 : 250
for (;;) source.exchange(wait)
