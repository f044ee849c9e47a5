// SPDX-License-Identifier: GPL-2.0-or-later
// A process that tries to bind the queue of its argument and says how that went.

import { bind, refusal } from './bound.js'

const queue = Number(process.argv[2])
process.stdout.write(`${refusal(() => bind({ queue }))}\n`)
process.exit()
