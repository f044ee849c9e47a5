// SPDX-License-Identifier: GPL-2.0-or-later
// A client that sends one datagram from a connected socket, the only kind that the kernel tells of ICMP errors, and prints what came of it:
// an error code, `answered`, or `silence` after the patience in milliseconds.

import { createSocket } from 'node:dgram'

const [from = '', to = '', port = '', patience = ''] = process.argv.slice(2)
const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4')
const began = performance.now()

function done(outcome: string): void {
  console.log(JSON.stringify({ outcome, milliseconds: Math.round(performance.now() - began) }))
  process.exit(0)
}

socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
socket.on('message', () => done('answered'))
socket.bind(0, from, () => {
  socket.connect(Number(port), to, () => {
    socket.send('0123456789abcdef')
    setTimeout(done, Number(patience), 'silence')
  })
})
