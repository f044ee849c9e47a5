// SPDX-License-Identifier: GPL-2.0-or-later
// Something that a customer put on a TCP port, as people put an SSH server on 53 to get out of strange networks: it greets whoever comes.

import { createServer } from 'node:net'
import { readTask } from './task.js'

export interface GreeterTask {
  readonly address: string
  readonly port: number
}

const task = readTask<GreeterTask>()
const server = createServer((socket) => {
  socket.on('error', () => undefined)
  socket.end('SSH-2.0-lab\r\n')
})
server.listen(task.port, task.address)
