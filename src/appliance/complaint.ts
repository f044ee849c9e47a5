// SPDX-License-Identifier: GPL-2.0-or-later
// What is tried again and again, and fails each time for the same reason, is told once.

import { OperationalError } from '../errors.js'
import type { Log } from '../observe/log.js'

export class Complaint {
  readonly #log: Log
  readonly #event: 'steering-failed' | 'drops-not-renewed'
  /** Of the failure last logged; empty after a success. */
  #last = ''

  constructor(log: Log, event: 'steering-failed' | 'drops-not-renewed') {
    this.#log = log
    this.#event = event
  }

  say(error: unknown): void {
    const [code, detail] = error instanceof OperationalError ? [error.code, error.message] : ['INTERNAL', String(error)]
    if (detail !== this.#last) this.#log.emit(this.#event, { code, detail })
    this.#last = detail
  }

  settle(): void {
    this.#last = ''
  }
}
