// SPDX-License-Identifier: GPL-2.0-or-later
// Something that a customer put on a TCP port, as people put an SSH server on 53 to get out of strange networks: it greets whoever comes.

import { once } from 'node:events'
import { createServer } from 'node:net'

export interface GreeterTask {
  readonly address: string
  readonly port: number
}

/** Returns when it listens, and goes on listening for as long as its host's agent lives. */
export async function greet({ address, port }: GreeterTask): Promise<object> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end('SSH-2.0-lab\r\n')
  })
  server.listen(port, address)
  await once(server, 'listening')
  return {}
}
