// SPDX-License-Identifier: GPL-2.0-or-later
// A worker that says it has its queue, and is never heard of again.

import { parentPort } from 'node:worker_threads'

parentPort?.postMessage({ kind: 'bound' })
for (;;);
