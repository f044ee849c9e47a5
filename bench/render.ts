// SPDX-License-Identifier: GPL-2.0-or-later
// Saved results as Markdown tables: median, and in brackets the quartiles.

import { existsSync, readFileSync } from 'node:fs'
import { goalRows } from './goals.js'
import { resultsOf } from './record.js'
import type { Spread } from './spread.js'

type Line = Readonly<Record<string, unknown>>

const SCALES: Readonly<Record<string, number>> = { us: 1e-3, 'M/s': 1e-6, 'k/s': 1e-3, ns: 1, ms: 1e3, '%': 100 }

function show(value: unknown, unit: keyof typeof SCALES, digits: number): string {
  // Results may be older than the column.
  if (value === undefined) return ''
  const { median, lowerQuartile, upperQuartile, rounds } = value as Spread
  if (rounds === 0) return 'not known'
  const print = (number: number) => (number * (SCALES[unit] as number)).toFixed(digits)
  return `${print(median)} (${print(lowerQuartile)}-${print(upperQuartile)})`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function machine(lines: readonly Line[]): string {
  const facts = lines.find((line) => line.kind === 'machine') ?? {}
  const { cpu, cores, memoryGigabytes, kernel, node, date } = facts
  return `${cpu}, ${cores} cores${facts.virtual === 'yes' ? ' (virtual machine)' : ''}, ${memoryGigabytes} GB, Linux ${kernel}, Node ${node}, ${date}${facts.realtime === true ? '; other programs ran meanwhile, hence real-time priority for sender and consumers' : ''}.`
}

const of = (lines: readonly Line[], kind: string) => lines.filter((line) => line.kind === kind)

/** A row a ratio: the keys that name it, its median with the quartiles, its goal. */
const ratioRows = (ratios: readonly Line[], names: readonly string[], digits = 2): string[][] =>
  ratios.map((line) => [...names.map((name) => String(line[name] ?? '')), show(line.value, 'ns', digits), String(line.goal ?? '')])

function queue(lines: readonly Line[]): string {
  const rows = of(lines, 'result').map((line) => [
    String(line.load),
    String(line.consumer),
    show(line.nanosecondsPerPacket, 'us', 2),
    show(line.ownNanosecondsPerPacket, 'ns', 0),
    show(line.machineNanosecondsPerPacket, 'us', 2),
    show(line.packetsPerSecond, 'k/s', 0),
    show(line.coreShare, '%', 0),
    show(line.lostShare, '%', 0),
    String((line.nanosecondsPerPacket as Spread).rounds),
  ])
  const ratios = ratioRows(of(lines, 'ratio'), ['load', 'ratio'])
  const measured = ['whole machine, us', 'packets, k/s', 'of its core, %', 'sent but lost, %']
  const missing = of(lines, 'left out').map(({ consumer, why }) => `Without ${consumer}: ${why}`)
  return [
    '### End to end',
    table(['load', 'consumer', 'CPU per packet, us', 'own code, ns', ...measured, 'valid rounds'], rows),
    table(['load', 'ratio of CPU per packet', 'median of the rounds', 'goal'], ratios),
    ...missing,
  ].join('\n\n')
}

function roundtrip(lines: readonly Line[]): string {
  const rows = of(lines, 'result').map((line) => [String(line.quantile), String(line.consumer), show(line.nanoseconds, 'us', 1)])
  const ratios = ratioRows(of(lines, 'ratio'), ['quantile', 'ratio'])
  return [
    '### Through the idle queue',
    table(['of the packets of a round', 'consumer', 'through the router, us'], rows),
    table(['of the packets of a round', 'ratio', 'median of the rounds', 'goal'], ratios),
  ].join('\n\n')
}

function twoQueues(lines: readonly Line[]): string {
  const rows = of(lines, 'result').map((line) => [
    String(line.load),
    String(line.consumer),
    String(line.queues),
    show(line.packetsPerSecond, 'k/s', 0),
  ])
  const ratios = ratioRows(of(lines, 'ratio'), ['load', 'consumer'])
  const cores = of(lines, 'cores').map(({ scaling }) => ['', 'a loop that shares nothing', show(scaling, 'ns', 2), ''])
  return [
    '### Two queues on two cores',
    table(['packets', 'consumer', 'queues', 'emptied, packets k/s'], rows),
    table(['packets', 'consumer', 'two queues to one, median of the rounds', 'goal'], [...ratios, ...cores]),
  ].join('\n\n')
}

function flood(lines: readonly Line[]): string {
  const asked = (kind: string, what: string) => of(lines, kind).filter((line) => line.asked === what)
  const costs = asked('result', 'cost').map((line) => [
    String(line.load),
    String(line.placement),
    show(line.packetsPerSecond, 'k/s', 0),
    show(line.threadShare, 'ms', 1),
    show(line.childShare, 'ms', 1),
    show(line.nanosecondsPerPacket, 'ns', 0),
    show(line.machineNanosecondsPerPacket, 'us', 2),
  ])
  const deliveries = asked('result', 'delivery').map((line) => [
    String(line.guard),
    show(line.packetsPerSecond, 'k/s', 0),
    show(line.timesCapacity, 'ns', 2),
    String(line.repliesSent),
    show(line.delivered, 'ns', 4),
  ])
  const ratios = (what: string, digits: number) => ratioRows(asked('ratio', what), ['load', 'ratio'], digits)
  const capacity = of(lines, 'capacity').map(
    ({ settledPerSecond, threadShare }) =>
      `One queue took ${Math.round(Number(settledPerSecond) / 1000)},000 queries a second from one sender, with ${Number(threadShare).toFixed(2)} of a core.`,
  )
  return [
    '### A flood of requests',
    ...capacity,
    table(
      [
        'flood',
        'placement',
        'packets, k/s',
        'threads, ms a second',
        'started programs, ms a second',
        'both by packet, ns',
        'whole machine by packet, us',
      ],
      costs,
    ),
    table(['flood', 'ratio of CPU by packet', 'median of the rounds', 'goal'], ratios('cost', 3)),
    table(['router', 'packets, k/s', 'times the capacity', 'replies sent', 'share of them delivered'], deliveries),
    table(['', 'ratio of shares delivered', 'median of the rounds', 'goal'], ratios('delivery', 4)),
  ].join('\n\n')
}

function forward(lines: readonly Line[]): string {
  const rows = of(lines, 'result').map((line) => [
    String(line.hook),
    String(line.router),
    show(line.packetsPerSecond, 'k/s', 0),
    show(line.nanosecondsPerPacket, 'us', 2),
  ])
  const ratios = ratioRows(of(lines, 'ratio'), ['hook', 'ratio', 'of'], 3)
  return [
    '### Packets that no block names',
    table(['hook', 'router', 'forwarded packets, k/s', 'CPU per packet, us'], rows),
    table(['hook', 'ratio', 'of', 'median of the rounds', 'goal'], ratios),
  ].join('\n\n')
}

function reload(lines: readonly Line[]): string {
  const rows = of(lines, 'result').map((line) => [
    String(line.prefixes),
    String(line.changed),
    show(line.milliseconds, 'ns', 0),
    String(line.goal ?? ''),
  ])
  return ['### Reloads', table(['prefixes', 'of them changed', 'from SIGHUP to in force, ms', 'goal'], rows)].join('\n\n')
}

function engine(lines: readonly Line[]): string {
  const rows = of(lines, 'result').map((line) => [String(line.name), show(line.nanosecondsPerPacket, 'ns', 0)])
  const ratios = ratioRows(of(lines, 'ratio'), ['name'])
  return [
    '### The engine alone',
    table(['packets and policy', 'CPU per packet, ns'], rows),
    table(['ratio', 'median of the rounds', 'goal'], ratios),
  ].join('\n\n')
}

function replay(lines: readonly Line[]): string {
  const rows = of(lines, 'result').map((line) => [String(line.name), String(line.frames), show(line.framesPerSecond, 'M/s', 2)])
  const ratios = ratioRows(of(lines, 'ratio'), ['ratio'])
  return [
    '### Replay of a large capture',
    table(['program', 'frames in the file', 'frames, M/s'], rows),
    table(['ratio of rates', 'median of the rounds', 'goal'], ratios),
  ].join('\n\n')
}

function prefixes(lines: readonly Line[]): string {
  const rows = of(lines, 'result').map((line) => [
    String(line.table),
    String(line.addresses),
    String(line.program),
    show(line.lookUpsPerSecond, 'M/s', 1),
  ])
  const ratios = ratioRows(of(lines, 'ratio'), ['table', 'addresses', 'ratio'])
  const built = of(lines, 'build').map(
    ({ name, prefixes, seconds, bytes }) =>
      `${name}: ${prefixes} prefixes, compiled in ${Number(seconds).toFixed(1)} s of CPU; ${Math.round(Number(bytes) / 2 ** 20)} MB.`,
  )
  const compared = ratios.length === 0 ? [] : [table(['table', 'addresses', 'ratio of rates', 'median of the rounds', 'goal'], ratios)]
  return ['### Prefix look-up alone', table(['table', 'addresses', 'program', 'look-ups, M/s'], rows), ...compared, ...built].join('\n\n')
}

type Grades = Readonly<Record<'median' | 'ninetyNinth' | 'worst' | 'above', number>>

function compiled(lines: readonly Line[]): string {
  const rows = of(lines, 'result').map((line) => {
    const goals = line.goals as { readonly milliseconds: string; readonly peakMegabytes: string }
    const stages = ['readMilliseconds', 'compileMilliseconds', 'cpuMilliseconds'].map((name) => show(line[name], 'ns', 0))
    const sizes = ['imageMegabytes', 'idleMegabytes', 'peakMegabytes'].map((name) => show(line[name], 'ns', 0))
    const asked = `${line.prefixes}${line.hosts === 0 ? '' : ` and ${line.hosts} exempted hosts`}`
    return [asked, show(line.milliseconds, 'ns', 0), goals.milliseconds, ...stages, ...sizes, goals.peakMegabytes]
  })
  const times = ['from file to published, ms', 'goal', 'reading, ms', 'compiling, ms', 'CPU, ms']
  const sizes = ['image, MB', 'idle, MB', 'peak above idle, MB', 'goal']
  const sets = of(lines, 'sets').map(
    ({ tool, prefixes, milliseconds, toolMegabytes }) =>
      `${tool}: ${prefixes} prefixes in the kernel's set after ${show(milliseconds, 'ns', 0)} ms; the tool takes ${show(toolMegabytes, 'ns', 0)} MB.`,
  )
  const changes = of(lines, 'change').map(({ what, changes, milliseconds, clock, goal }) => {
    const own = milliseconds as Grades
    const alone = clock as Grades
    const times = [own.median, own.ninetyNinth, own.worst, alone.worst].map((value) => value.toFixed(3))
    return [String(what), String(changes), ...times, `${own.above} (${alone.above})`, String(goal)]
  })
  const head = [
    'exempted, or no more',
    'changes',
    'median, ms',
    '99th percentile, ms',
    'worst, ms',
    'clock alone, worst, ms',
    'not within the goal (clock alone)',
    'goal, ms',
  ]
  const inPlace =
    changes.length === 0 ? [] : ['One exemption added or removed, in place, in the image with the exempted hosts:', table(head, changes)]
  return ['### A large policy, from its file to the image', table(['prefixes', ...times, ...sizes], rows), ...inPlace, ...sets].join('\n\n')
}

const SECTIONS: Readonly<Record<string, (lines: readonly Line[]) => string>> = {
  queue,
  roundtrip,
  'two-queues': twoQueues,
  flood,
  forward,
  reload,
  engine,
  replay,
  compile: compiled,
  prefixes,
}

function read(path: string): readonly Line[] {
  if (!existsSync(path)) return []
  const texts = readFileSync(path, 'utf8').trim().split('\n')
  return texts.map((text) => JSON.parse(text) as Line)
}

/** The saved results of the benches of these names, as far as there are any: first all goals, then bench by bench. */
export function renderResults(names: readonly string[]): string {
  const last = names.map((name) => read(resultsOf(name).last)).reverse()
  const before = names.map((name) => read(resultsOf(name).before))
  const goals = table(['measure', 'goal', 'last run', 'the run before', 'met'], goalRows(last, before))
  const sections = last.flatMap((lines) => {
    const render = SECTIONS[String(lines[0]?.bench)]
    return render === undefined ? [] : [`${render(lines)}\n\n${machine(lines)}`]
  })
  return `${['### All goals', goals, ...sections].join('\n\n')}\n`
}
