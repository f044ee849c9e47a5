// SPDX-License-Identifier: GPL-2.0-or-later
// A client of DNS: asks every name once, all at the same time, without repeating itself, and counts what comes back in time.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { encodeQuery, readAnswer } from '../dns.js'

export interface LookupTask {
  readonly server: string
  readonly names: readonly string[]
  readonly timeoutMilliseconds: number
}

export interface LookupResult {
  readonly asked: number
  /** Answers without error and with at least one record. */
  readonly answered: number
  /** Answers that say failure, or that have no record. */
  readonly failed: number
}

export async function lookup({ server, names, timeoutMilliseconds }: LookupTask): Promise<LookupResult> {
  const socket = createSocket('udp4')
  socket.on('error', () => undefined) // an unreachable server is an unanswered question
  socket.bind(0)
  await once(socket, 'listening')
  const outstanding = new Set(names.keys())
  let answered = 0
  const done = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, timeoutMilliseconds)
    socket.on('message', (message) => {
      const answer = readAnswer(message)
      if (answer === null || !outstanding.delete(answer.id)) return
      if (answer.rcode === 0 && answer.records > 0) answered++
      if (outstanding.size > 0) return
      clearTimeout(timer)
      resolve()
    })
  })
  for (const [id, name] of names.entries()) socket.send(encodeQuery({ id, name, type: 'A', udpSize: 1232 }), 53, server, () => undefined)
  await done
  socket.close()
  return { asked: names.length, answered, failed: names.length - outstanding.size - answered }
}
