// SPDX-License-Identifier: GPL-2.0-or-later
// The project's own files, for the tests that hold rules over them. What is built, downloaded or recorded does not count as ours.

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The project's folder, with a slash at the end; this file is compiled to build/test/rules/. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

const NOT_OURS = /^(\.git|\.tap|node_modules|dist|build[^/]*|coverage|native\/build[^/]*|native\/node_modules|bench\/results)$/

function walk(folder: string, found: string[]): string[] {
  for (const entry of readdirSync(ROOT + folder, { withFileTypes: true })) {
    const path = folder + entry.name
    if (entry.isDirectory() && !NOT_OURS.test(path)) walk(`${path}/`, found)
    if (entry.isFile()) found.push(path)
  }
  return found
}

/** Paths of our files, relative to ROOT, sorted. */
export const FILES: readonly string[] = walk('', []).sort()

export const read = (path: string): string => readFileSync(ROOT + path, 'utf8')

/** Cells of the first Markdown table below the heading line `heading`, without its head; backticks are kept. */
export function table(path: string, heading: string): string[][] {
  const lines = read(path).split('\n')
  const at = lines.indexOf(heading)
  if (at < 0) throw new Error(`${path} has no heading "${heading}"`)
  const first = lines.findIndex((line, index) => index > at && line.startsWith('|'))
  const rows: string[][] = []
  for (let index = first; first >= 0 && lines[index]?.startsWith('|'); index++) {
    const cells = (lines[index] as string).split(/(?<!\\)\|/).slice(1, -1)
    rows.push(cells.map((cell) => cell.trim()))
  }
  return rows.slice(2)
}

/** What stands between backticks in a cell. */
export const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] as string)
