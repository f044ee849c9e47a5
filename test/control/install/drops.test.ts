// SPDX-License-Identifier: GPL-2.0-or-later
// The text of the kernel's drops, and whether a real kernel takes it. kernel-drops.test.ts sends packets.

import t from 'tap'
import type { KernelPlan } from '../../../src/control/compile/kernel-plan.js'
import { DROPS_BASES, renderDropsChange, renderDropsTrial } from '../../../src/control/install/drops.js'
import { type Rendered, usedSets } from '../../../src/control/install/drops-blocks.js'
import { kernelSetsOf, placeSets } from '../../../src/control/install/layers.js'
import { LIST_WORDS, readListed } from '../../../src/control/install/nftables-listed.js'
import { run } from '../../../src/control/install/run.js'
import { enterNamespaces } from '../../network/network.js'
import { ANSWER_RULES, block, CLASS_A_RULES, DNS_RULES, HEADER_RULES, kernelPlan, setOf } from './kernel-plans.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside

const BLOCKS = [
  block(0, 'udp/53', DNS_RULES, { except: 'far' }),
  block(1, 'udp/111 udp/137-139 tcp/25', HEADER_RULES),
  block(2, 'udp/source/53 udp/53', ANSWER_RULES, { direction: 'outbound' }),
  block(3, 'udp/source/53 udp/161', CLASS_A_RULES),
]

function rendered(of: Partial<KernelPlan> = {}, blocks = BLOCKS): Rendered {
  const base = kernelPlan(blocks, of)
  const plan = { ...base, sets: [...base.sets, setOf('far', '203.0.113.53/32')] }
  return { plan, overload: 'fail-open', sets: placeSets(plan.sets, [], []), generation: 1 }
}

const textOf = (of: Rendered): string => renderDropsChange({ rendered: of, listed: null, load: kernelSetsOf(of.sets), isKnown: false })
const rulesOf = (of: Rendered, chain: string): string[] =>
  textOf(of)
    .split('\n')
    .flatMap((line) =>
      line.startsWith(`add rule inet ipxxb-drops ${chain} `) ? line.slice(`add rule inet ipxxb-drops ${chain} `.length) : [],
    )

t.test('the base chain asks for ports alone, and for opening segments: what costs least first', (t) => {
  t.same(rulesOf(rendered(), 'forward'), [
    '@th,0,32 & 0x0000ff00 == 0x00000000 udp dport { 53, 111, 137-139, 161 } goto g1-udp',
    '@th,0,32 & 0x0000ffff == 0x00000019 @th,96,32 & 0x00120000 == 0x00020000 tcp dport 25 goto g1-tcp',
    '@th,0,32 & 0xffff0000 == 0x00350000 udp sport 53 goto g1-udp',
  ])
  t.end()
})

t.test('behind it the switch comes first, unless the policy is fail-closed', (t) => {
  t.equal(rulesOf(rendered(), 'g1-udp')[0], 'meta nfproto != @alive accept')
  t.notMatch(rulesOf({ ...rendered(), overload: 'fail-closed' }, 'g1-udp').join(), '@alive')
  t.match(rulesOf(rendered({ hook: 'prerouting' }), 'g1-udp').join(), 'fib daddr type local accept')
  t.end()
})

/** In front of the rules on direction. */
const PLAIN = [
  'ip hdrlength != 5 accept',
  'ip frag-off & 0x3fff != 0 accept',
  'ip length < 28 accept',
  'ip length . udp length != @lengths-4 accept',
]

t.test('what is not plain is left alone first, and what ends inside its header before its length is read', (t) => {
  t.same(rulesOf(rendered(), 'g1-udp-4').slice(0, PLAIN.length), PLAIN)
  t.same(rulesOf(rendered(), 'g1-udp-6').slice(0, 3), [
    'ip6 nexthdr != udp accept',
    'ip6 length < 8 accept',
    'ip6 length . udp length != @lengths-6 accept',
  ])
  t.end()
})

t.test('direction', (t) => {
  const ways = (of: Partial<KernelPlan>, blocks = BLOCKS) => rulesOf(rendered(of, blocks), 'g1-udp-4').slice(PLAIN.length)
  const inbound = BLOCKS.filter(({ direction }) => direction === 'inbound')
  const outbound = BLOCKS.filter(({ direction }) => direction === 'outbound')
  const customers = 'daddr @ipxxb-1-customers-4'
  t.same(ways({}), ['iifname "to-outside" goto g1-udp-4-in', 'oifname "to-outside" goto g1-udp-4-out'])
  t.same(ways({ outside: ['a', 'ppp*'] }, inbound), ['iifname { "a", "ppp*" } goto g1-udp-4-in'])
  t.same(ways({}, outbound), ['iifname "to-outside" accept', 'oifname "to-outside" goto g1-udp-4-out'])
  t.same(ways({ hook: 'prerouting' }), ['iifname "to-outside" goto g1-udp-4-in', `ip ${customers} accept`, 'goto g1-udp-4-out'])
  t.same(ways({ outside: [] }), [
    `ip saddr @ipxxb-1-customers-4 ip ${customers} accept`,
    'ip saddr @ipxxb-1-customers-4 goto g1-udp-4-out',
    'goto g1-udp-4-in',
  ])
  t.same(ways({ outside: [] }, inbound), ['ip saddr @ipxxb-1-customers-4 accept', 'goto g1-udp-4-in'])
  t.end()
})

t.test('who is exempt from one service of a packet is not dropped for another of the same block', (t) => {
  const [to, from] = ['udp/53', 'udp/source/999'].map((text) => block(7, text, HEADER_RULES).services[0])
  const both = { ...block(7, 'udp/53', []), services: [to, { ...from, exempt: 'far' }] } as (typeof BLOCKS)[number]
  t.same(rulesOf(rendered({}, [both]), 'g1-udp-4-in-both-0'), [
    'udp sport 999 ip daddr @ipxxb-1-near-4 ip daddr @ipxxb-1-far-4 accept',
    'ip daddr @ipxxb-1-near-4 jump g1-7-in-4-0',
    'udp sport 999 ip daddr @ipxxb-1-near-4 jump g1-7-in-4-1',
  ])
  t.same(rulesOf(rendered({}, [both]), 'g1-udp-4-in-to-0').slice(1), ['ip daddr @ipxxb-1-near-4 jump g1-7-in-4-0'])
  t.end()
})

t.test('sets that nothing refers to are not loaded', (t) => {
  const used = (of: Partial<KernelPlan>, blocks = BLOCKS) => [...usedSets(rendered(of, blocks).plan)].sort()
  const outbound = BLOCKS.filter(({ direction }) => direction === 'outbound')
  t.same(used({}), ['customers', 'far', 'near'])
  t.same(used({}, outbound), ['near'])
  t.same(used({ hook: 'prerouting' }, outbound), ['customers', 'near'])
  t.same(used({ outside: [] }, outbound), ['customers', 'near'])
  t.same(used({}, []), [])
  t.end()
})

t.test('the kernel takes it', { skip }, async (t) => {
  for (const hook of ['forward', 'prerouting'] as const) {
    for (const outside of [[], ['to-outside'], ['a', 'abcdefghijklmn*']]) {
      for (const overload of ['fail-open', 'fail-closed'] as const) {
        const of: Rendered = { ...rendered({ hook, outside }), overload }
        const name = `${hook} ${outside} ${overload}`
        t.match(await run('nft', ['--check', '-f', '-'], renderDropsTrial(of)), { status: 0, stderr: '' }, name)
        t.match(await run('nft', ['-f', '-'], textOf(of)), { status: 0, stderr: '' }, name)
        const listed = readListed((await run('nft', LIST_WORDS)).stdout, 'ipxxb-drops')
        t.equal(listed?.chains.get(hook)?.base, DROPS_BASES[hook])
        t.equal(listed?.chains.get(hook)?.rules, 3)
        t.match(await run('nft', ['delete', 'table', 'inet', 'ipxxb-drops']), { status: 0 })
      }
    }
  }
})
