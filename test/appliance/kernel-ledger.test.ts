// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's counts in the totals of all: under the names of the policy they were counted under, never less than before.

import { mock } from 'node:test'
import t from 'tap'
import { KernelLedger, RENEW_MILLISECONDS } from '../../src/appliance/kernel-ledger.js'
import { REQUEST, SHORT } from '../../src/contract/reasons.js'
import type { DropCounts } from '../../src/control/install/install.js'
import type { Prepared } from '../../src/control/reload.js'
import { OperationalError } from '../../src/errors.js'
import type { Log } from '../../src/observe/log.js'
import { TotalsKeeper } from '../../src/observe/totals.js'

const preparedOf = (names: readonly string[], inKernel = true): Prepared =>
  ({
    policy: { blocks: names.map((name) => ({ name, mode: 'enforce' })) },
    compiled: { drops: { placed: names.map((_, block) => ({ block, place: inKernel ? 'kernel' : 'userspace' })) } },
  }) as unknown as Prepared

const countsOf = (reason: number, packets: number, spoofed = 0): DropCounts => ({
  drops: [{ block: 0, reason, packets, bytes: 60 * packets }],
  spoofed: { packets: spoofed, bytes: 0 },
})
const NONE = countsOf(REQUEST, 0)

const scene = () => {
  const totals = new TotalsKeeper()
  const events: [string, unknown][] = []
  const ledger = new KernelLedger(totals, { emit: (name: string, fields: unknown) => events.push([name, fields]) } as unknown as Log)
  const seen = () => totals.read().verdicts.map(({ block, reason, verdict, packets }) => `${block} ${reason} ${verdict} ${packets}`)
  return { totals, events, ledger, seen }
}
const step = (one: () => Promise<void>) => one()

t.test('counts are taken when somebody asks, and stay when the plan changes', async (t) => {
  const { totals, ledger, seen } = scene()
  let counts = countsOf(REQUEST, 5, 2)
  const kernel = { renew: async () => {}, counts: async () => counts }
  ledger.changed({ refused: [], last: NONE }, preparedOf(['a']))
  await ledger.refresh()
  t.strictSame(seen(), [], 'before it has begun there is nobody to ask')
  ledger.start(kernel, step)
  t.teardown(() => ledger.stop())
  await ledger.refresh()
  t.strictSame(seen(), ['a request drop 5'])
  t.equal(totals.read().spoofedInbound, 2)
  counts = countsOf(SHORT, 3)
  ledger.changed({ refused: [], last: countsOf(REQUEST, 7) }, preparedOf(['b']))
  t.strictSame(seen(), ['a request drop 7'], 'the last of the old ones')
  await ledger.refresh()
  t.strictSame(seen(), ['a request drop 7', 'b short drop 3'])
  ledger.changed({ refused: [], last: countsOf(SHORT, 4) }, preparedOf(['c'], false))
  await ledger.refresh()
  t.strictSame(seen(), ['a request drop 7', 'b short drop 4'], 'of a policy that leaves nothing to the kernel, nothing')
})

t.test('a reader does not wait for a change that takes long', async (t) => {
  const { ledger, seen } = scene()
  ledger.changed({ refused: [], last: NONE }, preparedOf(['a']))
  ledger.start({ renew: async () => {}, counts: async () => NONE }, () => new Promise(() => {}))
  t.teardown(() => ledger.stop())
  await ledger.refresh()
  t.strictSame(seen(), [])
})

t.test('renews while it lives, and says once what is in the way', async (t) => {
  const { ledger, events } = scene()
  let renewals = 0
  const kernel = {
    renew: async () => {
      renewals++
      throw new OperationalError('STEERING_FAILED', 'no table')
    },
    counts: async () => NONE,
  }
  ledger.changed({ refused: [{ block: 0, message: 'no rule' }], last: NONE }, preparedOf(['a', 'b']))
  t.strictSame(events, [['placement-refused', { block: 'a', detail: 'no rule' }]])
  ledger.start(kernel, step)
  await new Promise((resolve) => setTimeout(resolve, 2.5 * RENEW_MILLISECONDS))
  ledger.stop()
  t.equal(renewals, 2)
  t.strictSame(events.slice(1), [['drops-not-renewed', { code: 'STEERING_FAILED', detail: 'no table' }]])
})

t.test('the switch is renewed also while a change takes longer than it holds', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const { ledger } = scene()
  let [renewals, waiting] = [0, 0]
  const kernel = { renew: async () => void renewals++, counts: async () => NONE }
  ledger.changed({ refused: [], last: NONE }, preparedOf(['a']))
  ledger.start(kernel, () => {
    waiting++
    return new Promise(() => {})
  })
  for (let milliseconds = 0; milliseconds < 4 * RENEW_MILLISECONDS; milliseconds += 100) {
    mock.timers.tick(100)
    await new Promise((resolve) => setImmediate(resolve))
  }
  ledger.stop()
  t.equal(renewals, 3)
  t.equal(waiting, 1, 'one look waits for all')
})

t.test('counts that nobody asks for are taken with each renewal', async (t) => {
  const { ledger, seen } = scene()
  const asked: string[] = []
  const kernel = {
    renew: async () => void asked.push('renew'),
    counts: async () => {
      asked.push('counts')
      return countsOf(REQUEST, 5)
    },
  }
  ledger.changed({ refused: [], last: NONE }, preparedOf(['a']))
  ledger.start(kernel, step)
  await new Promise((resolve) => setTimeout(resolve, 2.5 * RENEW_MILLISECONDS))
  ledger.stop()
  t.strictSame(asked, ['renew', 'counts', 'renew', 'counts'])
  t.strictSame(seen(), ['a request drop 5'])
})

t.test('what is refused is said once for each cause; where it is everything, nothing is renewed or counted', async (t) => {
  const { ledger, events } = scene()
  const asked: string[] = []
  const kernel = {
    renew: async () => void asked.push('renew'),
    counts: async () => {
      asked.push('counts')
      return NONE
    },
  }
  const prepared = preparedOf(['a', 'b'])
  const refused = [0, 1].map((block) => ({ block, message: 'no program' }))
  for (let reload = 0; reload < 2; reload++) ledger.changed({ refused, last: NONE }, prepared)
  t.strictSame(events, [['placement-refused', { block: 'a, b', detail: 'no program' }]])
  ledger.start(kernel, step)
  await ledger.refresh()
  await new Promise((resolve) => setTimeout(resolve, 1.5 * RENEW_MILLISECONDS))
  ledger.stop()
  t.strictSame(asked, [])
  ledger.changed({ refused: [], last: NONE }, prepared)
  ledger.changed({ refused, last: NONE }, prepared)
  t.equal(events.length, 2, 'and again where it had been otherwise meanwhile')
})
