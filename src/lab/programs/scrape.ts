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

get(readTask<ScrapeTask>().url, (response) => {
  let text = ''
  response.setEncoding('utf8')
  response.on('data', (piece: string) => {
    text += piece
  })
  response.on('end', () => giveResult({ text } satisfies ScrapeResult))
}).on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
