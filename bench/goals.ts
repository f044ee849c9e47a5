// SPDX-License-Identifier: GPL-2.0-or-later
// What the project holds itself to, in one table: every measure that has a goal, its median in the last run and in the run before that, so that
// nobody has to believe a single run.

import type { Spread } from './spread.js'

type Line = Readonly<Record<string, unknown>>

/** One measure of one run. */
interface Measure {
  readonly name: string
  readonly goal: string
  /** In the unit of the goal; NaN where nothing valid was measured. */
  readonly value: number
  /** The quartiles, or what else tells how far to believe it. */
  readonly spread: string
}

const NAMES: Readonly<Record<string, (line: Line) => string>> = {
  queue: ({ load, ratio }) => `CPU per packet, ${load}: ${ratio}`,
  roundtrip: ({ quantile, ratio }) => `through the idle queue, ${quantile}: ${ratio}`,
  'two-queues': ({ load, consumer }) => `two queues to one, ${load}: ${consumer}`,
  flood: ({ asked, load, ratio }) =>
    asked === 'cost' ? `CPU of a kernel-placed flood, ${load}: ${ratio}` : `replies delivered in a flood: ${ratio}`,
  forward: ({ hook, ratio, of }) => `packets that no block names, ${hook}, ${of}: ${ratio}`,
  reload: ({ prefixes, changed }) => `reload of ${prefixes} prefixes, ${changed} of them changed, ms`,
  engine: ({ name }) => `the engine alone: ${name}`,
  replay: ({ ratio }) => `replay of a capture: ${ratio}`,
  prefixes: ({ table, addresses, ratio }) => `look-ups, ${table}, ${addresses} addresses: ${ratio}`,
}

const isSpread = (value: unknown): value is Spread => typeof value === 'object' && value !== null && 'lowerQuartile' in value
const print = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(value < 0.1 ? 3 : 2))
const quartiles = ({ lowerQuartile, upperQuartile }: Spread) => `${print(lowerQuartile)}-${print(upperQuartile)}`

function ofSpread(name: string, goal: unknown, value: unknown): Measure[] {
  if (typeof goal !== 'string' || !isSpread(value)) return []
  // Without a round the numbers are NaN, which JSON does not have.
  return [{ name, goal, ...(value.rounds === 0 ? { value: Number.NaN, spread: '' } : { value: value.median, spread: quartiles(value) }) }]
}

function ofCompile(line: Line): Measure[] {
  if (line.kind === 'change') {
    const { median, worst } = line.milliseconds as { readonly median: number; readonly worst: number }
    const name = `one exemption more or less in place, ${line.what}, ms`
    return [{ name, goal: String(line.goal), value: median, spread: `at worst ${print(worst)}` }]
  }
  if (line.kind !== 'result') return []
  const goals = line.goals as Readonly<Record<string, string>>
  const what = `${line.prefixes} prefixes${line.hosts === 0 ? '' : ` and ${line.hosts} exempted hosts`}`
  return [
    ...ofSpread(`from file to published, ${what}, ms`, goals.milliseconds, line.milliseconds),
    ...ofSpread(`peak above idle, ${what}, MB`, goals.peakMegabytes, line.peakMegabytes),
  ]
}

function measuresOf(lines: readonly Line[]): Measure[] {
  const bench = String(lines[0]?.bench)
  if (bench === 'compile') return lines.flatMap(ofCompile)
  const nameOf = NAMES[bench]
  return nameOf === undefined ? [] : lines.flatMap((line) => ofSpread(nameOf(line), line.goal, line.value ?? line.milliseconds))
}

/** Goals are written `at most 1.05`, `at least 0.97`, `under 1000`. */
function isMet({ goal, value }: Measure): boolean {
  const bound = Number(goal.split(' ').at(-1))
  return goal.startsWith('at least') ? value >= bound : value <= bound
}

/** The rows of the table: of the lines of the last run of each bench, and of the run before it. */
export function goalRows(last: readonly (readonly Line[])[], before: readonly (readonly Line[])[]): string[][] {
  const earlier = new Map(before.flatMap(measuresOf).map((measure) => [measure.name, measure]))
  const show = (measure: Measure | undefined) =>
    measure === undefined ? '' : Number.isNaN(measure.value) ? 'not known' : `${print(measure.value)} (${measure.spread})`
  return last.flatMap(measuresOf).map((measure) => {
    const other = earlier.get(measure.name)
    const met = [measure, ...(other === undefined ? [] : [other])].map(isMet)
    return [measure.name, measure.goal, show(measure), show(other), met.every(Boolean) ? 'yes' : met.some(Boolean) ? 'in one of two' : 'no']
  })
}
