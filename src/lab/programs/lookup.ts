// SPDX-License-Identifier: GPL-2.0-or-later
// A client of DNS: asks every name once, all at the same time, without repeating itself, and counts what comes back in time.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { encodeQuery, readAnswer } from '../dns.js'
import { giveResult, readTask } from './task.js'

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

const task = readTask<LookupTask>()
const socket = createSocket('udp4')
const outstanding = new Set(task.names.keys())
let answered = 0
const finish = (): void => {
  clearTimeout(timer)
  socket.close()
  const failed = task.names.length - outstanding.size - answered
  giveResult({ asked: task.names.length, answered, failed } satisfies LookupResult)
}
const timer = setTimeout(finish, task.timeoutMilliseconds)
socket.on('error', () => undefined) // an unreachable server is an unanswered question
socket.on('message', (message) => {
  const answer = readAnswer(message)
  if (answer === null || !outstanding.delete(answer.id)) return
  if (answer.rcode === 0 && answer.records > 0) answered++
  if (outstanding.size === 0) finish()
})
socket.bind(0)
await once(socket, 'listening')
for (const [id, name] of task.names.entries()) {
  socket.send(encodeQuery({ id, name, type: 'A', udpSize: 1232 }), 53, task.server, () => undefined)
}
