// SPDX-License-Identifier: GPL-2.0-or-later
// The guard with a steering of paper: what it does when rules go missing, cannot be put back, and while a change of policy is under way.

import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { LOOK_MILLISECONDS, SteeringGuard } from '../../src/appliance/guard.js'
import type { Steering } from '../../src/control/install/install.js'
import { OperationalError } from '../../src/errors.js'
import type { Log } from '../../src/observe/log.js'

const A_FEW_LOOKS = 4 * LOOK_MILLISECONDS

function setUp() {
  const events: string[] = []
  const world = { present: true, reinstallable: true, busy: Promise.resolve() }
  const steering = {
    isInForce: async () => world.present,
    reinstall: async () => {
      if (!world.reinstallable) throw new OperationalError('STEERING_FAILED', 'the kernel said no')
      world.present = true
    },
  } as unknown as Steering
  const log = { emit: (name: string, fields: { detail?: string }) => events.push(fields.detail ? `${name}: ${fields.detail}` : name) }
  const guard = new SteeringGuard(steering, log as unknown as Log, (step) => world.busy.then(step))
  t.teardown(() => guard.stop())
  return { events, world, guard }
}

t.test('rules that somebody removed are back within a second, and it is said', async (t) => {
  const { events, world, guard } = setUp()
  guard.start()
  await sleep(LOOK_MILLISECONDS * 2)
  t.same(events, [])
  for (const times of [1, 2]) {
    world.present = false
    await sleep(A_FEW_LOOKS)
    t.equal(world.present, true)
    t.same(guard.reinstalls, { done: times, failed: 0 })
  }
  t.same(events, ['steering-lost', 'steering-reinstalled', 'steering-lost', 'steering-reinstalled'])
})

t.test('what cannot be put back is tried again, with one line for as long as the cause stays', async (t) => {
  const { events, world, guard } = setUp()
  guard.start()
  world.present = false
  world.reinstallable = false
  await sleep(A_FEW_LOOKS)
  t.equal(guard.isInForce, false)
  t.ok(guard.reinstalls.failed > 1, `${guard.reinstalls.failed} tries`)
  t.same(events, ['steering-lost', 'steering-failed: the kernel said no'])
  world.reinstallable = true
  await sleep(LOOK_MILLISECONDS * 2)
  t.equal(guard.isInForce, true)
  t.equal(events.at(-1), 'steering-reinstalled')
})

t.test('it waits for a change that is under way, and a stopped one looks no more', async (t) => {
  const { world, guard } = setUp()
  let release = () => {}
  world.busy = new Promise<void>((resolve) => {
    release = resolve
  })
  guard.start()
  world.present = false
  await sleep(A_FEW_LOOKS)
  t.equal(world.present, false, 'nothing is touched meanwhile')
  guard.stop()
  release()
  await sleep(A_FEW_LOOKS)
  t.equal(world.present, false)
})
