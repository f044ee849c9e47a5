// SPDX-License-Identifier: GPL-2.0-or-later
// Interfaces that come, go and come back with another index, as the image and the log see them.

import t from 'tap'
import { OutsideInterfaces } from '../../src/appliance/outside.js'
import { INTERFACE_SLOTS, openImage } from '../../src/contract/image.js'
import { compile } from '../../src/control/compile/compile.js'
import type { Policy } from '../../src/control/policy/policy.js'
import type { Prepared } from '../../src/control/reload.js'
import type { Interface } from '../../src/datapath/packet/native.js'
import type { Log } from '../../src/observe/log.js'

function preparedWith(outside: readonly string[]): Prepared {
  const policy: Policy = {
    timezone: 'UTC',
    outside,
    networks: [],
    blocks: [],
    exemptions: [],
    overload: 'fail-open',
    hook: 'forward',
    observeRate: 20_000,
  }
  return { policy, compiled: compile(policy, { digest: new Uint32Array(8), generation: 1 }) } as unknown as Prepared
}

/** The indices in the half that is in force. */
function indices({ compiled }: Prepared): number[] {
  const { interfaces, header } = openImage(compiled.image)
  const half = Number(header[19]) * INTERFACE_SLOTS
  return [...interfaces.subarray(half, half + INTERFACE_SLOTS)].filter((index) => index !== 0).sort((a, b) => a - b)
}

function setUp(outside: readonly string[], machine: Interface[]) {
  const events: unknown[] = []
  const log = { emit: (name: string, fields: object) => events.push([name, fields]) } as unknown as Log
  return { events, prepared: preparedWith(outside), interfaces: new OutsideInterfaces(log, () => machine) }
}

t.test('names and wildcards; what is missing is said once, and counts when it comes', (t) => {
  const machine = [
    { name: 'lo', index: 1 },
    { name: 'eth0', index: 2 },
    { name: 'eth01', index: 3 },
  ]
  const { events, prepared, interfaces } = setUp(['eth0', 'ppp*'], machine)
  interfaces.show(prepared)
  t.same(indices(prepared), [2], 'a plain name is no prefix')
  t.same(events, [
    ['interfaces', { outside: ['eth0'] }],
    ['interface-missing', { wanted: ['ppp*'] }],
  ])
  interfaces.show(prepared)
  t.equal(events.length, 2, 'nothing changed, nothing is said')

  machine.push({ name: 'ppp0', index: 9 }, { name: 'ppp1', index: 10 })
  interfaces.show(prepared)
  t.same(indices(prepared), [2, 9, 10])
  machine.splice(3)
  machine.push({ name: 'ppp0', index: 11 })
  interfaces.show(prepared)
  t.same(indices(prepared), [2, 11], 'back with another index')
  machine.splice(3)
  interfaces.show(prepared)
  t.same(indices(prepared), [2])
  t.same(events.at(-1), ['interface-missing', { wanted: ['ppp*'] }], 'gone, and said again')
  t.equal(interfaces.isNone, false)
  t.end()
})

t.test('none at all: no block acts, and that is said', (t) => {
  const machine: Interface[] = []
  const { events, prepared, interfaces } = setUp(['eht0'], machine)
  interfaces.show(prepared)
  t.equal(interfaces.isNone, true)
  t.same(events.at(-1), ['no-outside', { wanted: ['eht0'] }])
  interfaces.show(preparedWith([]))
  t.equal(interfaces.isNone, false, 'a policy that tells direction by prefixes needs none')
  t.end()
})

t.test('another image gets them too, without another word', (t) => {
  const { events, prepared, interfaces } = setUp(['eth0'], [{ name: 'eth0', index: 2 }])
  interfaces.show(prepared)
  const next = preparedWith(['eth0'])
  interfaces.show(next)
  t.same(indices(next), [2])
  t.equal(events.length, 1)
  t.end()
})
