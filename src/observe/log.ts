// SPDX-License-Identifier: GPL-2.0-or-later
// The log: pino, JSON lines, nothing outside the catalogue of events.ts.

import { pino } from 'pino'
import { type EventFields, type EventName, EVENTS } from './events.js'

export interface Log {
  emit<Name extends EventName>(name: Name, fields: EventFields<Name>): void
}

/** A log on a file descriptor (2: stderr). Lines are written at once: the line that tells why we died must not die with us. */
export function createLog(descriptor = 2): Log {
  const destination = pino.destination({ dest: descriptor, sync: true })
  // A full disk, a reader that went away: the lines are lost, and the appliance goes on.
  destination.on('error', () => {})
  const logger = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    destination,
  )
  return {
    emit(name, fields) {
      const { level, text } = EVENTS[name]
      const write: (fields: object, text: string) => void = logger[level].bind(logger)
      write({ event: name, ...fields }, text)
    },
  }
}
