// SPDX-License-Identifier: GPL-2.0-or-later
// Reads the appliance's metrics as Prometheus would, from inside its network namespace.

import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

export interface ScrapeTask {
  readonly url: string
}

export interface ScrapeResult {
  /** Prometheus text format. */
  readonly text: string
}

export async function scrape({ url }: ScrapeTask): Promise<ScrapeResult> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage]
  return { text: await text(response) }
}
