// SPDX-License-Identifier: GPL-2.0-or-later
// The scrape endpoint, by default on a loopback address: GET of a few fixed pages, nothing else. It takes no input but the path.

import { createServer } from 'node:http'
import { OperationalError } from '../errors.js'
import { type Health, healthText } from './health.js'
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

/** What is served, each made at the moment it is asked for. */
export interface Pages {
  metrics(): Promise<string>
  liveness(): Health
  readiness(): Health
}

interface Page {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** `127.0.0.1:9530` or `[::1]:9530`. Throws USAGE for anything else. */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65535) throw new OperationalError('USAGE', `\`${text}\` is not ADDRESS:PORT (IPv6 in brackets)`)
  return { host: (match[1] ?? match[2]) as string, port }
}

/** Several scrapers and probes at once, and none of them keeps a connection. */
export const MOST_CONNECTIONS = 64

const TEXT = 'text/plain; charset=utf-8'
const probe = (health: Health): Page => ({ status: health.ok ? 200 : 503, type: TEXT, text: healthText(health) })

async function pageFor(path: string | undefined, pages: Pages): Promise<Page> {
  if (path === '/metrics') return { status: 200, type: METRICS_CONTENT_TYPE, text: await pages.metrics() }
  if (path === '/livez') return probe(pages.liveness())
  if (path === '/readyz') return probe(pages.readiness())
  return { status: 404, type: TEXT, text: 'GET /metrics, /livez or /readyz\n' }
}

/** Serves the pages. Throws METRICS_PORT where the address cannot be bound. */
export async function openEndpoint(listen: ListenAddress, pages: Pages): Promise<Endpoint> {
  const server = createServer((request, response) => {
    // A fault inside is the scraper's and not the appliance's end.
    pageFor(request.method === 'GET' ? request.url : undefined, pages).then(
      ({ status, type, text }) => response.writeHead(status, { 'content-type': type }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  // A scraper sends a line and a few headers; whoever sends slowly, or holds the connection, is no scraper.
  server.requestTimeout = 5000
  server.keepAliveTimeout = 1000
  // The descriptors of the process are for the kernel's tools, which keep the rules in force: whoever opens more at once is refused.
  server.maxConnections = MOST_CONNECTIONS
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
