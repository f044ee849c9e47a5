// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { healthText, liveness, readiness, SILENCE_MILLISECONDS, type Vitals } from '../../src/observe/health.js'

const WELL: Vitals = {
  phase: 'running',
  queues: [
    { number: 5300, alive: true, silentMilliseconds: 200 },
    { number: 5301, alive: true, silentMilliseconds: 0 },
  ],
  steering: true,
  noOutside: false,
}

const CASES: readonly [title: string, change: Partial<Vitals>, live: RegExp | null, ready: RegExp | null][] = [
  ['all is well', {}, null, null],
  ['before the start is done', { phase: 'starting', queues: [], steering: false }, null, /is starting/],
  ['while it stops', { phase: 'stopping' }, null, /is stopping/],
  ['somebody removed our rules', { steering: false }, null, /not in the kernel/],
  ['no outside interface', { noOutside: true }, null, /no interface is outside/],
  [
    'a worker died: it is being replaced',
    { queues: [{ number: 7, alive: false, silentMilliseconds: 60_000 }] },
    null,
    /queue 7 has no worker/,
  ],
  [
    'a worker hangs',
    { queues: [{ number: 7, alive: true, silentMilliseconds: SILENCE_MILLISECONDS + 1 }] },
    /the worker of queue 7 hangs/,
    /the worker of queue 7 hangs/,
  ],
]

for (const [title, change, live, ready] of CASES) {
  t.test(title, (t) => {
    const vitals = { ...WELL, ...change }
    for (const [health, wanted] of [[liveness(vitals), live] as const, [readiness(vitals), ready] as const]) {
      t.equal(health.ok, wanted === null)
      t.match(healthText(health), wanted ?? /^ok\n$/)
    }
    t.end()
  })
}
