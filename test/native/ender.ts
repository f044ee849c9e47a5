// SPDX-License-Identifier: GPL-2.0-or-later
// A process that ends one thread after the other in the middle of its exchanges. It lives to the end, with status 0, if their ends are theirs alone.

import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'

const THREADS = 40
/** Long enough for V8 to compile the loop: it looks less often then whether it is to end. */
const MILLISECONDS = 20

for (let thread = 0; thread < THREADS; thread++) {
  const worker = new Worker(new URL('./holder.js', import.meta.url), { workerData: 'spinning' })
  await once(worker, 'message')
  await pause(MILLISECONDS)
  await worker.terminate()
}
