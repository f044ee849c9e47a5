// SPDX-License-Identifier: GPL-2.0-or-later
// Something that listens on TCP ports and greets whoever comes: a stand-in for a mail server, or for what a customer put on port 53 to get
// out of strange networks.

import { once } from 'node:events'
import { createServer } from 'node:net'

export interface GreeterTask {
  readonly addresses: readonly string[]
  readonly ports: readonly number[]
  readonly greeting: string
}

/** Returns when it listens, and goes on listening for as long as its host's agent lives. */
export async function greet({ addresses, ports, greeting }: GreeterTask): Promise<object> {
  for (const [address, port] of addresses.flatMap((address) => ports.map((port) => [address, port] as const))) {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.end(`${greeting}\r\n`)
    })
    server.listen(port, address)
    await once(server, 'listening')
  }
  return {}
}
