// SPDX-License-Identifier: GPL-2.0-or-later
// A host of a test network: a process inside one namespace that opens UDP sockets, sends and counts on command. One JSON command a line on
// stdin, one JSON answer a line on stdout, in order.

import { createSocket, type Socket } from 'node:dgram'
import { createInterface } from 'node:readline'

export type Command =
  | { readonly do: 'listen'; readonly address: string; readonly port: number }
  | {
      readonly do: 'send'
      readonly from: string
      readonly fromPort: number
      readonly to: string
      readonly toPort: number
      readonly payload: string
      readonly count: number
      /** Milliseconds between two datagrams. */
      readonly gap: number
    }
  | { readonly do: 'count'; readonly port: number }

/** Enough for a burst that arrives while this process waits for its turn on the processor: a test counts, it must not lose. */
const RECEIVE_BUFFER = 4 << 20

const sockets = new Map<string, Promise<Socket>>()
const received = new Map<number, number>()

function socketOn(address: string, port: number): Promise<Socket> {
  const key = `${address} ${port}`
  const known = sockets.get(key)
  if (known !== undefined) return known
  const opened = new Promise<Socket>((resolve, reject) => {
    const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', reuseAddr: true, recvBufferSize: RECEIVE_BUFFER })
    socket.on('message', () => received.set(port, (received.get(port) ?? 0) + 1))
    socket.once('error', reject)
    socket.bind(port, address, () => resolve(socket))
  })
  sockets.set(key, opened)
  return opened
}

async function perform(command: Command): Promise<object> {
  if (command.do === 'count') return { count: received.get(command.port) ?? 0 }
  if (command.do === 'listen') {
    await socketOn(command.address, command.port)
    return {}
  }
  const socket = await socketOn(command.from, command.fromPort)
  const payload = Buffer.from(command.payload, 'hex')
  for (let sent = 0; sent < command.count; sent++) {
    await new Promise<void>((resolve, reject) => {
      socket.send(payload, command.toPort, command.to, (error) => (error ? reject(error) : resolve()))
    })
    if (command.gap > 0) await new Promise((resolve) => setTimeout(resolve, command.gap))
  }
  return { sent: command.count }
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await perform(JSON.parse(line) as Command).catch((error: Error) => ({ error: error.message }))
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
process.exit(0)
