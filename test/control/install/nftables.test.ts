// SPDX-License-Identifier: GPL-2.0-or-later
// The steering as nft's text, against test/cases/steering (UPDATE=1 writes them anew), and that text against the real nft.

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { render, renderChange, renderParts, renderRemove, renderRemoveOthers, renderRules } from '../../../src/control/install/nftables.js'
import type { SteeringPlan } from '../../../src/control/compile/steering.js'
import { LIST_WORDS, type Listed, readListed } from '../../../src/control/install/nftables-listed.js'
import { layerOf, setsOf } from '../../../src/control/install/layers.js'
import { enterNamespaces } from '../../network/network.js'
import { block, KINDS, network, policy } from '../../property/policies.js'
import { PLANS, planOf, QUEUES } from './plans.js'
import { hasQueueStatement, withoutQueue } from './stand-in.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside
const CASES = new URL('../../../../test/cases/steering/', import.meta.url)
const golden = (name: string): string => readFileSync(new URL(`${name}.nft`, CASES), 'utf8')

const nft = (words: readonly string[], input = '') => spawnSync('nft', words, { input, encoding: 'utf8' })

t.test('golden texts', (t) => {
  for (const [name, plan] of Object.entries(PLANS)) {
    const text = render(plan, QUEUES)
    if (process.env.UPDATE === '1') writeFileSync(new URL(`${name}.nft`, CASES), text)
    t.equal(text, golden(name), name)
  }
  const written = readdirSync(CASES).filter((name) => name.endsWith('.nft'))
  t.equal(written.length, Object.keys(PLANS).length, 'no text is left over')
  t.end()
})

t.test('nft takes every text, and lists as many rules as were given', { skip }, (t) => {
  const standIn = hasQueueStatement() ? (text: string) => text : withoutQueue
  for (const [name, plan] of Object.entries(PLANS)) {
    t.equal(nft(['-f', '-'], standIn(golden(name))).stderr, '', name)
    const { chains, sets, counters } = readListed(nft(LIST_WORDS).stdout) as Listed
    const { gates, candidates, observed } = renderRules([layerOf(plan)], QUEUES)
    const base = plan.hook === 'forward' ? 'filter forward -10' : 'filter prerouting -300'
    t.same(
      [...chains],
      [
        ['candidates', { base: null, rules: candidates.length }],
        ...(observed.length === 0 ? [] : [['observed', { base: null, rules: observed.length }]]),
        [plan.hook, { base, rules: gates.length }],
      ],
      name,
    )
    t.same(counters, observed.length === 0 ? [] : ['unseen'], name)
    t.same(
      [...sets.keys()].sort(),
      setsOf([layerOf(plan)])
        .map((set) => set.name)
        .sort(),
      name,
    )
    nft(['delete', 'table', 'inet', 'ipxxb'])
  }
  t.end()
})

t.test('a set holds the customers and not what others carve out', { skip }, (t) => {
  const load = (name: string) => nft(['-f', '-'], withoutQueue(golden(name)))
  const holds = (set: string, address: string) => nft(['get', 'element', 'inet', 'ipxxb', `ipxxb-1-${set}`, `{ ${address} }`]).status === 0
  load('small-isp')
  t.ok(holds('dynamic-4', '198.51.100.127'))
  t.notOk(holds('dynamic-4', '198.51.100.128'), 'carved out')
  t.ok(holds('dynamic-static-4', '198.51.100.128'))
  t.notOk(holds('dynamic-static-4', '203.0.113.128'))
  t.ok(holds('dynamic-6', '2001:db8:1ff::1'))
  t.notOk(holds('dynamic-6', '2001:db8:200::'))
  nft(['delete', 'table', 'inet', 'ipxxb'])
  load('everybody')
  t.ok(holds('all-4', '0.0.0.0'))
  t.ok(holds('all-4', '127.255.255.255'))
  t.notOk(holds('all-4', '255.255.255.255'))
  t.notOk(holds('all-6', '8000::'))
  nft(['delete', 'table', 'inet', 'ipxxb'])
  t.end()
})

t.test('two plans at once: the enforced rules of both before the observed ones of either, and each port in one gate', (t) => {
  const plan = planOf(
    policy({
      networks: [network('dynamic', '198.51.100.0/24', { customers: true })],
      blocks: [block(KINDS.dns), block(KINDS.ntp, { mode: 'observe' })],
    }),
  )
  t.same(renderRules([layerOf(plan, ['ipxxb-7-a-4']), layerOf(plan, ['ipxxb-8-a-4'])], QUEUES), {
    gates: ['@th,0,32 & 0x0000ff80 == 0x00000000 udp dport { 53, 123 } goto candidates'],
    candidates: [
      'meta mark 0x69707862 return',
      'udp dport 53 ip daddr @ipxxb-8-dynamic-4 queue flags bypass to 5300-5301',
      'udp dport 53 ip daddr @ipxxb-9-dynamic-4 queue flags bypass to 5300-5301',
      'udp dport 123 ip daddr @ipxxb-8-dynamic-4 goto observed',
      'udp dport 123 ip daddr @ipxxb-9-dynamic-4 goto observed',
    ],
    observed: [
      'meta nfproto ipv4 limit rate over 20000/second burst 20000 packets counter name "unseen" return',
      'meta nfproto ipv6 limit rate over 20000/second burst 20000 packets counter name "unseen" return',
      'queue flags bypass to 5310',
    ],
  })
  t.match(
    renderRules([layerOf(plan), layerOf({ ...plan, observeRate: 500 })], QUEUES).observed[0],
    'over 500/second',
    'the rate of the last',
  )
  t.same(renderRules([layerOf(plan)], QUEUES, false).observed, ['queue flags bypass to 5310'], 'a kernel without limits')
  t.end()
})

const listed = (chains: Record<string, string | null>, sets: readonly string[] = [], counters: readonly string[] = []): Listed => ({
  chains: new Map(Object.entries(chains).map(([name, base]) => [name, { base, rules: 0 }])),
  sets: new Map(sets.map((name, index) => [name, `${index}`])),
  counters,
  queues: [],
  text: '',
})
const FORWARD = 'filter forward -10'
const PREROUTING = 'filter prerouting -300'

t.test('a change: what is there is emptied, what no plan has is deleted, what is missing is made', (t) => {
  const layers = [layerOf(PLANS['many-ports']!, ['ipxxb-1-dynamic-4'])]
  const change = (found: Listed | null, load = setsOf(layers)) =>
    renderChange({ layers, queues: QUEUES, listed: found, load, hasLimits: true, isCounting: false })
      .split('\n')
      .map((line) => line.replace('inet ipxxb ', ''))
      .filter((line) => !line.startsWith('add rule ') && line !== '')
  const made = [
    'add set ipxxb-2-dynamic-4 { type ipv4_addr; flags constant, interval; elements = { 198.51.100.0/24 }; }',
    'add chain candidates',
    'add chain forward { type filter hook forward priority filter - 10; policy accept; }',
  ]
  t.same(change(null), ['add table inet ipxxb', ...made])
  t.same(change(listed({ candidates: null, forward: FORWARD, prerouting: PREROUTING }, ['ipxxb-1-dynamic-4'])), [
    'add table inet ipxxb',
    'flush chain candidates',
    'flush chain forward',
    'flush chain prerouting',
    'delete set ipxxb-1-dynamic-4',
    ...made,
  ])
  t.same(
    change(listed({ candidates: null, forward: FORWARD }, ['ipxxb-2-dynamic-4']), []),
    ['add table inet ipxxb', 'flush chain candidates', 'flush chain forward', ...made.slice(1)],
    'a set that is there is not loaded',
  )
  t.match(
    change(listed({ forward: FORWARD }, ['ipxxb-2-dynamic-4'])),
    ['add table inet ipxxb', 'flush chain forward', 'delete set ipxxb-2-dynamic-4', ...made],
    'a set that is not trusted is replaced',
  )
  t.match(
    change(listed({ forward: 'filter forward 0' })),
    ['add table inet ipxxb', 'flush chain forward', 'delete chain forward', ...made],
    'the base chain of another version',
  )
  t.end()
})

t.test('the counter is made once, and left alone by whoever goes on', (t) => {
  const observing = planOf(
    policy({
      networks: [network('dynamic', '198.51.100.0/24', { customers: true })],
      blocks: [block(KINDS.ntp, { mode: 'observe' })],
    }),
  )
  const change = (plan: SteeringPlan, counters: readonly string[], isCounting: boolean, hasLimits = true) =>
    renderChange({ layers: [layerOf(plan)], queues: QUEUES, listed: listed({}, [], counters), load: [], isCounting, hasLimits })
      .split('\n')
      .filter((line) => /^(add|delete) counter /.test(line))
      .map((line) => line.replace(' inet ipxxb', ''))
  t.same(change(observing, [], false), ['add counter unseen'])
  t.same(change(observing, ['unseen'], false), ['delete counter unseen', 'add counter unseen'], 'of a crashed run')
  t.same(change(observing, ['unseen'], true), [])
  t.same(change(observing, [], true), ['add counter unseen'], 'it was flushed')
  t.same(change(observing, [], false, false), [], 'a kernel without limits')
  const enforcing = PLANS['many-ports'] as SteeringPlan
  t.same(change(enforcing, ['unseen'], true), [], 'nothing is observed any more')
  t.same(change(enforcing, ['unseen'], false), ['delete counter unseen'])
  t.end()
})

t.test('the base chain goes only when no queue holds a packet', (t) => {
  const found = listed({ candidates: null, forward: FORWARD, prerouting: PREROUTING }, ['ipxxb-1-a-4'], ['unseen'])
  t.equal(renderRemove(found, false), 'delete table inet ipxxb\n')
  t.equal(
    renderRemove(found, true).replaceAll('inet ipxxb ', ''),
    'flush chain candidates\nflush chain forward\nflush chain prerouting\ndelete chain candidates\ndelete set ipxxb-1-a-4\ndelete counter unseen\n',
  )
  t.equal(renderRemove(listed({ candidates: null }), true), 'delete table inet ipxxb\n', 'there is none')
  t.equal(renderRemoveOthers(found, 'forward'), 'delete chain inet ipxxb prerouting\n')
  t.equal(renderRemoveOthers(listed({ candidates: null, forward: FORWARD }), 'forward'), '')
  t.end()
})

t.test('a set in parts', (t) => {
  const [set] = setsOf([layerOf(PLANS['small-isp']!)]).filter(({ name }) => name === 'ipxxb-1-dynamic-static-4')
  t.same(renderParts(set!, 1), [
    'add table inet ipxxb\nadd set inet ipxxb ipxxb-1-dynamic-static-4 { type ipv4_addr; flags constant, interval; }\n',
    'add element inet ipxxb ipxxb-1-dynamic-static-4 { 198.51.100.0/24 }\n',
    'add element inet ipxxb ipxxb-1-dynamic-static-4 { 203.0.113.0/25 }\n',
  ])
  t.equal(renderParts(set!, 2).length, 2)
  t.end()
})
