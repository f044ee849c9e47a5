// SPDX-License-Identifier: GPL-2.0-or-later
// A client of something that listens on a TCP port: connects, one connection after the other, and counts the greetings it reads.

import { connect } from 'node:net'
import { giveResult, readTask } from './task.js'

export interface ConnectTask {
  readonly server: string
  readonly port: number
  readonly connections: number
  readonly timeoutMilliseconds: number
}

export interface ConnectResult {
  readonly attempted: number
  readonly greeted: number
}

const task = readTask<ConnectTask>()

function greet(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: task.server, port: task.port })
    const end = (greeted: boolean): void => {
      socket.destroy()
      resolve(greeted)
    }
    socket.setTimeout(task.timeoutMilliseconds, () => end(false))
    socket.on('error', () => end(false))
    socket.on('data', () => end(true))
  })
}

let greeted = 0
for (let count = 0; count < task.connections; count++) if (await greet()) greeted++
giveResult({ attempted: task.connections, greeted } satisfies ConnectResult)
