// SPDX-License-Identifier: GPL-2.0-or-later

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createBatch, NATIVE_COUNTERS, nativeCounters } from '../../src/contract/batch.js'
import { METRICS, renderMetrics, type Snapshot } from '../../src/observe/metrics.js'
import { compareGenerated } from './generated.js'

const { memory: slab } = createBatch(512)
const native = nativeCounters(slab)
for (const [at, name] of Object.keys(NATIVE_COUNTERS).entries()) {
  native[NATIVE_COUNTERS[name as keyof typeof NATIVE_COUNTERS]] = BigInt(100 + at)
}

const snapshot: Snapshot = {
  version: '1.2.3',
  backend: 'iptables-nft',
  generation: 4,
  loadedAt: 1_700_000_000,
  copyRange: 128,
  blocks: { observe: 1, enforce: 2 },
  reloads: { done: 3, failed: 1 },
  steering: { inForce: true, reinstalls: { done: 1, failed: 0 } },
  totals: {
    verdicts: [
      { block: 'quote"back\\slash\nline', mode: 'enforce', reason: 'request', verdict: 'drop', packets: 9 },
      { block: '増幅 {a="b"}, # 1', mode: 'observe', reason: 'class-a', verdict: 'would', packets: 2 ** 53 - 1 },
      { block: '', mode: '', reason: 'no-block', verdict: 'accept', packets: 0 },
    ],
    spoofedInbound: 1,
    spoofedOutbound: 2,
    rejectsSent: 4,
    rejectsUnsent: 5,
  },
  unseen: 6,
  queues: [{ number: 5300, kind: 'enforce', slab, restarts: 1, alive: true, waiting: 7, dropped: { full: 8, user: 9 } }],
}

t.test('every metric of the catalogue is rendered, with help and type, from one snapshot', async (t) => {
  const text = await renderMetrics(snapshot)
  for (const [name, { type }] of Object.entries(METRICS)) {
    t.match(text, new RegExp(`^# HELP ${name} `, 'm'))
    t.match(text, new RegExp(`^# TYPE ${name} ${type}$`, 'm'))
    t.match(text, new RegExp(`^${name}[{ ].*\\d$`, 'm'), `${name} has a sample`)
  }
  t.match(
    text,
    'ipxxb_verdicts_total{block="quote\\"back\\\\slash\\nline",mode="enforce",reason="request",verdict="drop"} 9',
    'labels are escaped',
  )
})

/** Batches are shown by size, drops together with the kernel's own count; wake-ups only matter to a debugger. */
const ELSEWHERE = ['batches', 'wakeups', 'droppedFull', 'droppedUser']

t.test('every native counter is shown somewhere', async (t) => {
  const text = await renderMetrics(snapshot)
  const values = new Set([...text.matchAll(/ (\d\S*)$/gm)].map(([, value]) => Number(value)))
  for (const [at, name] of Object.keys(NATIVE_COUNTERS).entries()) {
    if (!ELSEWHERE.includes(name)) t.ok(values.has(name.endsWith('Microseconds') ? (100 + at) / 1e6 : 100 + at), name)
  }
})

t.test('a queue that is not bound has no kernel side', async (t) => {
  const [queue] = snapshot.queues
  const text = await renderMetrics({ ...snapshot, queues: [{ ...(queue as NonNullable<typeof queue>), waiting: null, dropped: null }] })
  t.notMatch(text, /ipxxb_queue_(waiting|dropped_total)\{/)
  t.match(text, /ipxxb_queue_id_gaps_total\{queue="5300"\}/)
})

/** From the path, or where deploy/promtool.sh keeps it. */
function promtool(): string | null {
  const kept = join(
    process.env.IPXXB_PROMTOOL || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ipxxb/promtool'),
    'promtool',
  )
  const found = [kept, 'promtool'].find((name) => (name === kept ? existsSync(kept) : spawnSync(name, ['--version']).status === 0))
  return found ?? null
}

const judge = promtool()
t.test('promtool has no complaint', { skip: judge === null ? 'no promtool here: deploy/promtool.sh unpacks it' : false }, async (t) => {
  const check = (input: string) => spawnSync(judge as string, ['check', 'metrics'], { input, encoding: 'utf8' })
  const { status, stdout, stderr } = check(await renderMetrics(snapshot))
  t.strictSame([status, stdout, stderr], [0, '', ''])
  t.not(check('# HELP a_total Help.\n# TYPE a_total gauge\na_total 1\n').status, 0, 'and it can complain')
})

t.test('docs/metrics.md says what the catalogue says', async (t) => {
  const rows = Object.entries(METRICS).map(
    ([name, { type, labels, help }]) => `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(' ')} | ${help} |`,
  )
  compareGenerated(t, 'metrics.md', [
    '# Metrics',
    '',
    'Served as Prometheus text on the address given by `ipxxb run --metrics`, path `/metrics`: 127.0.0.1:9530 where none is given. Whoever reaches it may read it.',
    'Labels are bounded: `block` holds the names of the policy, everything else comes from closed catalogues.',
    'Generated from `src/observe/metrics.ts`; `UPDATE=1 npm test` writes it anew.',
    '',
    '| name | type | labels | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ])
})
