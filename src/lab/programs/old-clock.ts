// SPDX-License-Identifier: GPL-2.0-or-later
// Plays a device whose NTP server is older than 2010 and tells whoever asks whom it has talked to (monlist, CVE-2013-5211). No server
// that a distribution packages today still does that, so that the lab has to play one. It tells nobody the time.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { encodeMonlistAnswer, isMonlist } from '../ntp.js'

export interface OldClockTask {
  readonly address: string
  /** How many clients it remembers. */
  readonly clients: number
}

/** Returns when it listens, and goes on answering for as long as its host's agent lives. */
export async function playOldClock({ address, clients }: OldClockTask): Promise<object> {
  const answer = encodeMonlistAnswer(clients)
  const socket = createSocket('udp4')
  socket.on('error', () => undefined)
  socket.on('message', (message, { address: asker, port }) => {
    if (isMonlist(message)) for (const packet of answer) socket.send(packet, port, asker, () => undefined)
  })
  socket.bind(123, address)
  await once(socket, 'listening')
  return {}
}
