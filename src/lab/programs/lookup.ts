// SPDX-License-Identifier: GPL-2.0-or-later
// A client of DNS: asks every name once, all at the same time, without repeating itself, and counts what comes back in time. Each name has
// a socket of its own, because an ICMP error is told to a connected socket alone, and one error hides the next.

import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { encodeQuery, readAnswer } from '../dns.js'

export interface LookupTask {
  readonly server: string
  readonly names: readonly string[]
  readonly timeoutMilliseconds: number
  readonly transport?: 'udp' | 'tcp'
}

export interface LookupResult {
  readonly asked: number
  /** Answers without error and with at least one record. */
  readonly answered: number
  /** Answers that say failure or have no record, and servers that do not listen. */
  readonly failed: number
  /** Questions that the network refused: an ICMP error, a reset. */
  readonly refused: number
  readonly refusedMilliseconds: readonly number[]
}

type Fate = 'answered' | 'failed' | 'refused' | 'silent'
type End = (fate: Fate) => void

/** A reset, or "administratively prohibited" over IPv4 and IPv6. A port where nobody listens is a failure like others. */
const REFUSALS = { udp: ['EHOSTUNREACH', 'EACCES'], tcp: ['ECONNREFUSED'] } as const satisfies Record<string, readonly string[]>

const fateOfError = (transport: keyof typeof REFUSALS, { code }: NodeJS.ErrnoException): Fate =>
  (REFUSALS[transport] as readonly (string | undefined)[]).includes(code) ? 'refused' : 'failed'

const judge = (message: Buffer): Fate => {
  const answer = readAnswer(message)
  return answer !== null && answer.rcode === 0 && answer.records > 0 ? 'answered' : 'failed'
}

/** Asks over UDP; returns how to close. */
function askByUdp(server: string, query: Buffer, end: End): () => void {
  const socket = createSocket(isIPv6(server) ? 'udp6' : 'udp4')
  socket.on('error', (error) => end(fateOfError('udp', error)))
  socket.on('message', (message) => end(judge(message)))
  socket.connect(53, server, () => socket.send(query, (error) => error && end(fateOfError('udp', error))))
  return () => socket.close()
}

/** Asks over TCP: with a length of two bytes before each message (RFC 1035 section 4.2.2). */
function askByTcp(server: string, query: Buffer, end: End): () => void {
  const socket = connect(53, server)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(query.length)
  let received = Buffer.alloc(0)
  socket.on('error', (error) => end(fateOfError('tcp', error)))
  socket.on('connect', () => socket.write(Buffer.concat([length, query])))
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes])
    if (received.length >= 2 && received.length >= 2 + received.readUInt16BE()) end(judge(received.subarray(2)))
  })
  return () => socket.destroy()
}

function ask({ server, transport, timeoutMilliseconds }: LookupTask, query: Buffer): Promise<{ fate: Fate; milliseconds: number }> {
  const started = performance.now()
  return new Promise((resolve) => {
    let open = true
    const end: End = (fate) => {
      if (!open) return
      open = false
      clearTimeout(timer)
      close()
      resolve({ fate, milliseconds: performance.now() - started })
    }
    const timer = setTimeout(end, timeoutMilliseconds, 'silent' as const)
    const close = (transport === 'tcp' ? askByTcp : askByUdp)(server, query, end)
  })
}

export async function lookup(task: LookupTask): Promise<LookupResult> {
  const ends = await Promise.all(task.names.map((name, id) => ask(task, encodeQuery({ id, name, type: 'A', udpSize: 1232 }))))
  const count = (fate: Fate): number => ends.filter((end) => end.fate === fate).length
  return {
    asked: ends.length,
    answered: count('answered'),
    failed: count('failed'),
    refused: count('refused'),
    refusedMilliseconds: ends.filter(({ fate }) => fate === 'refused').map(({ milliseconds }) => milliseconds),
  }
}
