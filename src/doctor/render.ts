// SPDX-License-Identifier: GPL-2.0-or-later
// Findings as text: one line each, the remedy indented under it, and a last line that sums up.

import { type Finding, LEVELS, type Level } from './finding.js'

const COLORS: Readonly<Record<Level, string>> = { ok: '\x1b[32m', note: '\x1b[36m', warning: '\x1b[33m', problem: '\x1b[31m' }
const RESET = '\x1b[0m'

export function render(findings: readonly Finding[], color: boolean): string {
  const widths = { level: widest(LEVELS), id: widest(findings.map(({ id }) => id)) }
  const lines = findings.flatMap(({ id, level, finding, remedy }) => {
    const mark = color ? `${COLORS[level]}${level}${RESET}` : level
    const indent = ' '.repeat(widths.level + widths.id + 4)
    const first = `${mark}${' '.repeat(widths.level - level.length)}  ${id.padEnd(widths.id)}  ${printable(finding)}`
    return remedy === null ? [first] : [first, `${indent}remedy: ${printable(remedy)}`]
  })
  const counts = LEVELS.toReversed().map((level) => counted(findings.filter((one) => one.level === level).length, level))
  return `${lines.join('\n')}\n\n${counts.join(', ')}\n`
}

const counted = (count: number, level: Level): string => `${count} ${level}${count === 1 || level === 'ok' ? '' : 's'}`

const widest = (words: readonly string[]): number => Math.max(0, ...words.map(({ length }) => length))

/** Names of chains, interfaces and processes are others' text; what could move a terminal's cursor is shown as an escape. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
