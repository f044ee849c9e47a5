// SPDX-License-Identifier: GPL-2.0-or-later

import { mock } from 'node:test'
import t, { type Test } from 'tap'
import { LOOK_MILLISECONDS, UnseenLedger } from '../../src/appliance/unseen.js'
import type { Log } from '../../src/observe/log.js'

const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A ledger of a kernel whose next answers are given; null: it has no limit. */
function ledgerOf(t: Test, answer: () => number | null | Error) {
  mock.timers.enable({ apis: ['setInterval'] })
  const events: unknown[] = []
  const ledger = new UnseenLedger({ emit: (...event: unknown[]) => events.push(event) } as unknown as Log)
  const unseen = async () => {
    const packets = answer()
    if (packets instanceof Error) throw packets
    return packets
  }
  ledger.start({ unseen }, (step) => step())
  t.teardown(() => {
    ledger.stop()
    mock.timers.reset()
  })
  const look = async () => {
    mock.timers.tick(LOOK_MILLISECONDS)
    await settled()
  }
  return { ledger, events, look }
}

t.test('what passes unseen is told when it begins, and again after a pause', async (t) => {
  let packets = 0
  const { ledger, events, look } = ledgerOf(t, () => packets)
  await settled()
  t.strictSame([ledger.packets, events], [0, []])
  for (const [now, told] of [
    [5, [['observe-unseen', { packets: 5 }]]],
    [9, []],
    [9, []],
    [10, [['observe-unseen', { packets: 1 }]]],
  ] as const) {
    packets = now
    await look()
    t.strictSame([ledger.packets, events.splice(0)], [now, told])
  }
  packets = 17
  await ledger.refresh()
  t.equal(ledger.packets, 17, 'whoever is about to read it')
  ledger.stop()
  packets = 20
  await ledger.refresh()
  t.equal(ledger.packets, 17, 'after the stop nobody is asked')
})

t.test('a kernel without a limit is told once', async (t) => {
  const { ledger, events, look } = ledgerOf(t, () => null)
  await settled()
  await look()
  t.strictSame([ledger.packets, events], [0, [['observe-unlimited', {}]]])
})

t.test('what cannot be read is kept', async (t) => {
  let answer: number | Error = 3
  const { ledger, look } = ledgerOf(t, () => answer)
  await settled()
  answer = new Error('no table')
  await look()
  await ledger.refresh()
  t.equal(ledger.packets, 3)
})
