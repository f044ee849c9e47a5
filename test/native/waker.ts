// SPDX-License-Identifier: GPL-2.0-or-later
// A thread that wakes a waiting one, once.

import { workerData } from 'node:worker_threads'
import { addon } from './bound.js'

setTimeout(() => addon.wake(workerData as number), 50)
