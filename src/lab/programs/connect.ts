// SPDX-License-Identifier: GPL-2.0-or-later
// A client of something that listens on a TCP port: connects, one connection after the other for as long as somebody answers, and
// counts the greetings it reads, the refusals it gets, and how long either took.

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
  /** Connections that were reset before they were one. */
  readonly refused: number
  /** Until a connection was open: one round trip each. */
  readonly openMilliseconds: readonly number[]
  readonly refusedMilliseconds: readonly number[]
}

interface End {
  readonly greeted: boolean
  readonly refused: boolean
  /** null: it never was. */
  readonly openMilliseconds: number | null
  readonly milliseconds: number
}

function attempt({ server, port, timeoutMilliseconds }: ConnectTask): Promise<End> {
  const started = performance.now()
  const elapsed = (): number => performance.now() - started
  return new Promise((resolve) => {
    let openMilliseconds: number | null = null
    const socket = open({ host: server, port })
    const end = (greeted: boolean, refused = false): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ greeted, refused, openMilliseconds, milliseconds: elapsed() })
    }
    const timer = setTimeout(end, timeoutMilliseconds, false)
    socket.on('connect', () => {
      openMilliseconds = elapsed()
    })
    socket.on('error', ({ code }: NodeJS.ErrnoException) => end(false, code === 'ECONNREFUSED'))
    socket.on('data', () => end(true))
  })
}

export async function connect(task: ConnectTask): Promise<ConnectResult> {
  const ends: End[] = []
  // After a silence all others would be silent, too, and each would be waited for.
  const patient = await attempt(task)
  ends.push(patient)
  if (!patient.greeted && !patient.refused) {
    ends.push(...(await Promise.all(Array.from({ length: task.connections - 1 }, () => attempt(task)))))
  } else while (ends.length < task.connections) ends.push(await attempt(task))
  return {
    attempted: ends.length,
    greeted: ends.filter(({ greeted }) => greeted).length,
    refused: ends.filter(({ refused }) => refused).length,
    openMilliseconds: ends.flatMap(({ openMilliseconds: time }) => (time === null ? [] : [time])),
    refusedMilliseconds: ends.filter(({ refused }) => refused).map(({ milliseconds }) => milliseconds),
  }
}
