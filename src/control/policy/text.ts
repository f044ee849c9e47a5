// SPDX-License-Identifier: GPL-2.0-or-later
// A text that was read, and places in it. Stages carry offsets (UTF-16 units, as JavaScript counts); lines and columns are worked out only
// for what is printed, so that a million good lines cost nothing.

export interface TextFile {
  /** As the operator wrote it, or as the policy names it. */
  readonly path: string
  readonly text: string
}

/** A stretch of a text, `end` exclusive. */
export interface Span {
  readonly file: TextFile
  readonly start: number
  readonly end: number
}

/** The line that an offset lies in: its number from 1, and where it starts and ends (without the line break). */
export interface Line {
  readonly number: number
  readonly start: number
  readonly end: number
}

const startsByFile = new WeakMap<TextFile, Uint32Array>()

function lineStarts(file: TextFile): Uint32Array {
  const known = startsByFile.get(file)
  if (known !== undefined) return known
  const starts = [0]
  for (let at = file.text.indexOf('\n'); at !== -1; at = file.text.indexOf('\n', at + 1)) starts.push(at + 1)
  const table = Uint32Array.from(starts)
  startsByFile.set(file, table)
  return table
}

/** The line of `offset`; an offset behind the end counts as the end. */
export function lineAt(file: TextFile, offset: number): Line {
  const starts = lineStarts(file)
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] as number) <= offset) low = middle
    else high = middle - 1
  }
  const start = starts[low] as number
  let end = low + 1 < starts.length ? (starts[low + 1] as number) - 1 : file.text.length
  if (end > start && file.text[end - 1] === '\r') end--
  return { number: low + 1, start, end }
}
