// SPDX-License-Identifier: GPL-2.0-or-later
// One corpus through the engine and through the real kernel with the rules of each policy's kernel plan: for every packet the same verdict, for
// every block and reason the same count, in both hooks, with and without defragmentation. The kernel may leave to the engine what is not
// plain and what its plan leaves alone, and nothing else; and what it drops the engine drops. What the router does not pass on without any
// rule is left out.

import t, { type Test } from 'tap'
import type { Policy } from '../../src/control/policy/policy.js'
import { enterNamespaces } from '../network/network.js'
import { corpus, type Letter } from './corpus.js'
import { compareVerdicts, decisionsOf, packetsAt, type Unit } from './judging.js'
import { defragment, nft, openDrops, planOf } from './kernel.js'
import { INSIDE_PREFIXES } from './networks.js'
import { SCENES } from './policies.js'
import { exchange, wireRouter } from './wiring.js'

const LETTERS = 24_000
const LEAST = 20_000
const SEED = 5
/** Of what a router could pass on, some is drawn to be what it does not: lengths that lie, turned bits. */
const MOST_LEFT_OUT = 0.15
const SHOWN = 5
const WRONG = `
table inet wrong {
  chain forward {
    type filter hook forward priority 0
    udp sport 53 udp length > 60 drop
  }
}
`

const inside = enterNamespaces(import.meta.url)

function unitsOf(letters: readonly Letter[], defragmented: boolean): Unit[] {
  return letters.flatMap(({ what, form, side, pieces, whole }): Unit[] => {
    const records = pieces.map((bytes) => ({ side, bytes }))
    const name = `${what}, ${form}`
    if (!defragmented) return records.map((record) => ({ what: name, side, records: [record], seen: record.bytes }))
    return whole === null ? [] : [{ what: name, side, records, seen: whole }]
  })
}

/** Of each unit whether any of it came through. */
async function passing(units: readonly Unit[], defragmented: boolean): Promise<boolean[]> {
  const came = await exchange(
    units.flatMap(({ records }) => records),
    defragmented ? 'id' : 'same',
  )
  let at = 0
  return units.map(({ records }) => {
    const from = at
    at += records.length
    return came.slice(from, at).some(Boolean)
  })
}

/** What the router passes on without any rule of ours; the rest is of no use here. */
async function usable(t: Test, letters: readonly Letter[], defragmented: boolean): Promise<Unit[]> {
  const all = unitsOf(letters, defragmented)
  const came = await passing(all, defragmented)
  const some = all.filter((_, index) => came[index])
  t.comment(`${some.length} of ${all.length} packets pass a router without rules`)
  t.ok(some.length >= LEAST && some.length >= all.length * (1 - MOST_LEFT_OUT), 'enough to compare')
  return some
}

async function hold(t: Test, policy: Policy, units: readonly Unit[], defragmented: boolean): Promise<void> {
  const plan = planOf(policy)
  const drops = openDrops()
  const { refused } = await drops.apply(plan, 'fail-closed')
  t.strictSame(refused, [], 'the kernel takes every block')
  const packets = packetsAt(policy, units)
  const decisions = decisionsOf(policy, packets)
  const passed = await passing(units, defragmented)
  const counts = await drops.counters()
  const { differences, dropped, left } = compareVerdicts(plan, units, packets, decisions, passed, counts)
  await drops.remove()
  t.strictSame(differences.slice(0, SHOWN), [], `${differences.length} differences`)
  const silent = plan.placed.filter(
    ({ block, place }) => place === 'kernel' && !counts.drops.some((one) => one.block === block && one.packets > 0),
  )
  t.strictSame(silent, [], 'every block in the kernel drops something')
  const inKernel = plan.placed.filter(({ place }) => place === 'kernel').length
  t.ok(
    dropped > 0,
    `${inKernel} of ${plan.placed.length} blocks in the kernel drop ${dropped} packets, ${[...left].map(([why, count]) => `${count} ${why}`).join(', ')}`,
  )
}

if (inside !== true) t.pass('the engine and the kernel', { skip: inside })
else {
  t.setTimeout(300_000)
  wireRouter(INSIDE_PREFIXES)
  const letters = corpus(LETTERS, SEED)
  t.ok(letters.length >= LEAST, `${letters.length} datagrams and fragments`)
  for (const defragmented of [false, true]) {
    await t.test(defragmented ? 'fragments are put together' : 'fragments pass as they are', async (t) => {
      await defragment(defragmented)
      const units = await usable(t, letters, defragmented)
      for (const { name, policy } of SCENES) {
        for (const hook of ['forward', 'prerouting'] as const) {
          await t.test(`${name}, ${hook}`, (t) => hold(t, { ...policy, hook }, units, defragmented))
        }
      }
    })
  }
  await t.test('rules that are wrong are found out', async (t) => {
    await defragment(false)
    const { policy } = SCENES[0] as (typeof SCENES)[number]
    const units = unitsOf(letters.slice(0, 4000), false)
    const came = await passing(units, false)
    const some = units.filter((_, index) => came[index])
    const packets = packetsAt(policy, some)
    const plan = planOf(policy)
    const drops = openDrops()
    await drops.apply(plan, 'fail-closed')
    await nft(WRONG)
    const passed = await passing(some, false)
    const found = compareVerdicts(plan, some, packets, decisionsOf(policy, packets), passed, await drops.counters())
    t.ok(
      found.differences.some((text) => text.includes('the kernel drops, its plan says')),
      'a rule too many',
    )
    await nft('delete table inet wrong')
    await drops.remove()
    const without = compareVerdicts(plan, some, packets, decisionsOf(policy, packets), came.filter(Boolean), {
      drops: [],
      spoofed: { packets: 0, bytes: 0 },
    })
    t.ok(
      without.differences.some((text) => text.includes('the kernel passes, its plan says')),
      'no rule at all',
    )
  })
}
