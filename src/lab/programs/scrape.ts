// SPDX-License-Identifier: GPL-2.0-or-later
// Reads the appliance's metrics as Prometheus would, from inside its network namespace.

import { get } from 'node:http'
import { giveResult, readTask } from './task.js'

export interface ScrapeTask {
  readonly url: string
}

export interface ScrapeResult {
  /** Prometheus text format. */
  readonly text: string
}

get(readTask<ScrapeTask>().url, { timeout: 2000 }, (response) => {
  let text = ''
  response.setEncoding('utf8')
  response.on('data', (piece: string) => {
    text += piece
  })
  response.on('end', () => giveResult({ text } satisfies ScrapeResult))
})
