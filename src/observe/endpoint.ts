// SPDX-License-Identifier: GPL-2.0-or-later
// The scrape endpoint: GET /metrics on a loopback address, nothing else. It takes no input but the path.

import { createServer } from 'node:http'
import { OperationalError } from '../errors.js'
import { METRICS_CONTENT_TYPE } from './metrics.js'

export interface Endpoint {
  /** `address:port` really bound (port 0 asks the kernel for one). */
  readonly address: string
  close(): Promise<void>
}

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** `127.0.0.1:9530` or `[::1]:9530`. Throws USAGE for anything else. */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65535) throw new OperationalError('USAGE', `\`${text}\` is not ADDRESS:PORT (IPv6 in brackets)`)
  return { host: (match[1] ?? match[2]) as string, port }
}

/** Serves what `render` gives at the moment of each scrape. Throws METRICS_PORT where the address cannot be bound. */
export async function openEndpoint(listen: ListenAddress, render: () => Promise<string>): Promise<Endpoint> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('GET /metrics\n')
      return
    }
    // A fault inside, also a thrown one, is the scraper's and not the appliance's end.
    Promise.resolve()
      .then(render)
      .then(
        (text) => response.writeHead(200, { 'content-type': METRICS_CONTENT_TYPE }).end(text),
        () => response.writeHead(500).end(),
      )
  })
  // A scraper sends a line and a few headers; whoever sends slowly, or holds the connection, is no scraper.
  server.requestTimeout = 5000
  server.keepAliveTimeout = 1000
  await new Promise<void>((resolve, reject) => {
    // For as long as it lives: where the kernel refuses a later connection, nobody is left to reject, and the appliance goes on.
    server.on('error', (error) =>
      reject(new OperationalError('METRICS_PORT', `cannot listen on ${listen.host}:${listen.port}: ${error.message}`, { cause: error })),
    )
    server.listen(listen.port, listen.host, resolve)
  })
  const bound = server.address() as { address: string; family: string; port: number }
  return {
    address: `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
