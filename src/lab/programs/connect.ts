// SPDX-License-Identifier: GPL-2.0-or-later
// A client of something that listens on a TCP port: connects, one connection after the other, and counts the greetings it reads.

import { connect as open } from 'node:net'

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

function isGreeted({ server, port, timeoutMilliseconds }: ConnectTask): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = open({ host: server, port })
    const end = (greeted: boolean): void => {
      socket.destroy()
      resolve(greeted)
    }
    socket.setTimeout(timeoutMilliseconds, () => end(false))
    socket.on('error', () => end(false))
    socket.on('data', () => end(true))
  })
}

export async function connect(task: ConnectTask): Promise<ConnectResult> {
  let greeted = 0
  for (let count = 0; count < task.connections; count++) if (await isGreeted(task)) greeted++
  return { attempted: task.connections, greeted }
}
