// SPDX-License-Identifier: GPL-2.0-or-later
// A host of a test network: a process inside one namespace that opens UDP and TCP sockets, sends, connects and counts on command. One JSON
// command a line on stdin, one JSON answer a line on stdout, in order.

import { createSocket, type Socket } from 'node:dgram'
import { connect, createServer } from 'node:net'
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
  | { readonly do: 'serve'; readonly address: string; readonly port: number }
  | { readonly do: 'connect'; readonly from: string; readonly to: string; readonly port: number; readonly patience: number }

/** What became of an attempt to connect: `silence` means that nothing at all came back within the patience. */
export type Outcome = 'connected' | 'silence' | string

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

/** A TCP server that greets nobody; connections are let go at once. */
function serve(address: string, port: number): Promise<object> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.on('error', () => undefined).end())
    server.once('error', reject).listen(port, address, () => resolve({}))
  })
}

/** Resolves with `connected`, `silence` after `patience` milliseconds, or the code of what the kernel was told (ECONNREFUSED ...). */
function attempt(from: string, to: string, port: number, patience: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = connect({ host: to, port, localAddress: from })
    const done = (outcome: Outcome) => {
      resolve(outcome)
      clearTimeout(patient)
      socket.destroy()
    }
    const patient = setTimeout(() => done('silence'), patience)
    socket.once('connect', () => done('connected'))
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
  })
}

async function perform(command: Command): Promise<object> {
  if (command.do === 'count') return { count: received.get(command.port) ?? 0 }
  if (command.do === 'serve') return serve(command.address, command.port)
  if (command.do === 'connect') {
    const { from, to, port, patience } = command
    return { outcome: await attempt(from, to, port, patience) }
  }
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
