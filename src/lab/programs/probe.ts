// SPDX-License-Identifier: GPL-2.0-or-later
// Sends one UDP message and says whether anything came back: whether a server serves that no client of the lab speaks to.

import { createSocket } from 'node:dgram'

export interface ProbeTask {
  readonly server: string
  readonly port: number
  /** In hex. */
  readonly message: string
  readonly timeoutMilliseconds: number
}

export interface ProbeResult {
  readonly answered: boolean
}

export function probe({ server, port, message, timeoutMilliseconds }: ProbeTask): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    const end = (answered: boolean): void => {
      clearTimeout(timer)
      socket.close()
      resolve({ answered })
    }
    const timer = setTimeout(end, timeoutMilliseconds, false)
    socket.on('error', () => undefined)
    socket.once('message', () => end(true))
    socket.send(Buffer.from(message, 'hex'), port, server, () => undefined)
  })
}
