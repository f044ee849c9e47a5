// SPDX-License-Identifier: GPL-2.0-or-later
// Holds a queue in a thread or process of its own until it is ended: `exchanging` for ever, or `stuck` with packets undecided.

import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { bind } from './bound.js'

const stuck = isMainThread ? process.argv[2] === 'stuck' : workerData === 'stuck'
const source = bind()
if (isMainThread) process.stdout.write('bound\n')
else parentPort?.postMessage('bound')
if (stuck) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
for (;;) source.exchange(250)
