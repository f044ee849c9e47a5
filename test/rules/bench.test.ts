// SPDX-License-Identifier: GPL-2.0-or-later
// Runs each bench once, small, so that none rots. Nothing here looks at a time: what must hold is that the bench ends well, says what it
// promises to say, and that its own checks of verdicts and packet counts found nothing wrong.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { packageObstacle } from '../../bench/nfqueue-package.js'
import { obstacle } from '../../bench/topology.js'

const BENCH = fileURLToPath(new URL('../../bench/', import.meta.url))
const PROJECT = fileURLToPath(new URL('../../../', import.meta.url))
const LIMIT_MILLISECONDS = 120_000

interface Line {
  readonly kind: string
  readonly [key: string]: unknown
}

/** The lines of one small run; fails the test where the bench failed. */
function runTiny(t: Test, name: string): Line[] {
  const run = spawnSync(process.execPath, [`${BENCH}${name}.bench.js`, '--tiny'], { encoding: 'utf8', timeout: LIMIT_MILLISECONDS })
  if (!t.equal(run.status, 0, `${name} ends well`)) t.comment(run.stdout + run.stderr)
  return run.stdout
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as Line)
}

const count = (lines: readonly Line[], kind: string): number => lines.filter((line) => line.kind === kind).length

t.test('engine: it decides as the reference in C does, under 64 blocks and with most reasons there are', async (t) => {
  const built = spawnSync(`${PROJECT}bench/build.sh`, ['engine'], { encoding: 'utf8' })
  if (!t.equal(built.status, 0, 'the reference builds without a warning')) t.comment(built.stderr)
  const lines = runTiny(t, 'engine')
  t.match(lines[0], { kind: 'machine', tiny: true, node: process.version })
  const { blocks, reasons } = lines.find(({ kind }) => kind === 'mix') as unknown as { blocks: number; reasons: object }
  t.equal(blocks, 64)
  t.ok(Object.keys(reasons).length >= 8, Object.keys(reasons).join(', '))
  t.equal(count(lines, 'result'), 6)
  t.equal(count(lines, 'ratio'), 3)
})

t.test('prefixes: both families; where there is rte_lpm, every answer is its answer', async (t) => {
  const built = spawnSync(`${PROJECT}bench/build.sh`, ['lpm'], { encoding: 'utf8' })
  if (!t.equal(built.status, 0, 'the reference builds without a warning, or there is nothing to build it with')) t.comment(built.stderr)
  const isCompared = existsSync(`${PROJECT}build/bench/lpm`)
  if (!isCompared) t.comment('libdpdk-dev is missing: rte_lpm was not asked')
  const lines = runTiny(t, 'prefixes')
  t.equal(count(lines, 'result'), isCompared ? 7 : 4)
  t.equal(count(lines, 'ratio'), isCompared ? 3 : 0)
  for (const line of lines.filter(({ kind }) => kind === 'result'))
    t.ok((line.foundShare as number) > 0, `${line.table}: some address was found`)
})

t.test('compile: with exempted hosts and without, exemptions in place, and both kinds of kernel set', async (t) => {
  const lines = runTiny(t, 'compile')
  t.equal(count(lines, 'round'), 2)
  for (const line of lines.filter(({ kind }) => kind === 'round')) {
    t.ok((line.imageBytes as number) > 2 ** 26, 'the image holds the root of IPv4')
    t.ok((line.peakBytes as number) > 0, 'memory grew')
  }
  t.equal(count(lines, 'result'), 2)
  t.strictSame(
    lines.filter(({ kind }) => kind === 'change').map(({ what }) => what),
    ['host', '/16', '/16 with a host in each /24'],
  )
  const hindrance = obstacle()
  if (hindrance !== null) t.comment(`no kernel sets: ${hindrance}`)
  t.equal(count(lines, 'sets'), hindrance === null ? 2 : 0)
})

const NO_TCPDUMP = spawnSync('tcpdump', ['--version']).error === undefined ? false : 'there is no tcpdump here'

/** Programs in C that a bench runs. */
function buildPrograms(t: Test, which: string): void {
  const built = spawnSync(`${PROJECT}bench/build.sh`, { encoding: 'utf8' })
  if (!t.equal(built.status, 0, `${which} without a warning`)) t.comment(built.stderr)
}

t.test('replay: what it drops is what was put in, beside tcpdump', { skip: NO_TCPDUMP }, async (t) => {
  const lines = runTiny(t, 'replay')
  t.equal(count(lines, 'result'), 2)
  t.equal(count(lines, 'ratio'), 1)
})

t.test('forward: both hooks and every router, and no packet is lost', { skip: obstacle() ?? false }, async (t) => {
  buildPrograms(t, 'the sender builds')
  const lines = runTiny(t, 'forward')
  t.equal(count(lines, 'round'), 6)
  t.equal(count(lines, 'ratio'), 12)
})

t.test('flood: what the kernel drops never reaches the queue, and every reply arrives', { skip: obstacle() ?? false }, async (t) => {
  buildPrograms(t, 'the sender builds')
  const lines = runTiny(t, 'flood')
  t.equal(count(lines, 'cost'), 4)
  const deliveries = lines.filter(({ kind }) => kind === 'delivery')
  t.strictSame(deliveries.map(({ guard }) => guard).sort(), ['auto', 'by-hand', 'userspace'])
  for (const { guard, replies, deliveredReplies, lost } of deliveries) {
    t.ok((replies as number) > 0, `${guard}: replies were sent`)
    if (guard !== 'userspace' || lost === 0) t.equal(deliveredReplies, replies, `${guard}: all of them arrived`)
  }
  t.equal(count(lines, 'ratio'), 4)
})

t.test('reload: large policies and a small one', { skip: obstacle() ?? false }, async (t) => {
  t.equal(count(runTiny(t, 'reload'), 'result'), 3)
})

t.test('roundtrip: no packet is lost', { skip: obstacle() ?? false }, async (t) => {
  buildPrograms(t, 'the probe builds')
  const lines = runTiny(t, 'roundtrip')
  t.equal(count(lines, 'result'), 6)
  t.equal(count(lines, 'ratio'), 4)
})

t.test(
  'two-queues: each consumer empties one queue and two, and every packet is accounted for',
  { skip: obstacle() ?? false },
  async (t) => {
    buildPrograms(t, 'the references build')
    const lines = runTiny(t, 'two-queues')
    const rounds = lines.filter(({ kind }) => kind === 'round')
    for (const load of ['accept all', 'half dropped']) {
      for (const consumer of ['packed', 'ipxxb']) {
        const found = rounds.filter((line) => line.load === load && line.consumer === consumer && line.valid === true)
        t.strictSame(found.map(({ queues }) => queues).sort(), [1, 2], `${consumer}, ${load}`)
      }
    }
    t.equal(count(lines, 'ratio'), 4)
    t.equal(count(lines, 'cores'), 1)
  },
)

t.test('queue: every consumer under both loads, all measurements valid', { skip: obstacle() ?? false }, async (t) => {
  buildPrograms(t, 'the references build')
  const lines = runTiny(t, 'queue')
  const rounds = lines.filter(({ kind }) => kind === 'round')
  const isMeasured = (t: Test, subject: string, consumer: string) => {
    for (const pace of ['saturation', 'paced']) {
      const load = `${subject}, ${pace}`
      const found = rounds.filter((line) => line.consumer === consumer && line.load === load)
      t.ok(found.length > 0 && found.every(({ valid }) => valid === true), `${consumer}, ${load}`)
    }
  }
  const subject = 'half dropped, 3000 prefixes'
  for (const consumer of ['packed', 'packed-gather', 'ipxxb']) isMeasured(t, 'accept all', consumer)
  for (const consumer of ['packed', 'loop', 'ipxxb']) isMeasured(t, subject, consumer)
  const missing = packageObstacle(false)
  t.test('npm-nfqueue', { skip: missing ?? false }, async (t) => isMeasured(t, subject, 'npm-nfqueue'))
  t.equal(count(lines, 'result'), missing === null ? 14 : 12)
  t.equal(count(lines, 'ratio'), 2 * (4 + (missing === null ? 5 : 4)))
})
