// SPDX-License-Identifier: GPL-2.0-or-later
// The steering through nft in a real kernel, beside a table of others. Where the kernel has no queue statement another stands in its place, and
// only what needs the statement itself is skipped. test/network/steering.test.ts sends packets.

import t from 'tap'
import type { SteeringSet } from '../../../src/control/compile/steering.js'
import { openSteering } from '../../../src/control/install/install.js'
import { nftMessage } from '../../../src/control/install/nftables-ruleset.js'
import { type Run, run } from '../../../src/control/install/run.js'
import { enterNamespaces } from '../../network/network.js'
import { block, KINDS, network, policy } from '../../property/policies.js'
import { direct } from './direct.js'
import { failed } from './fake.js'
import { DYNAMIC, DYNAMIC_NTP, STATIC, shell } from './listing.js'
import { DYNAMIC_RULES, MARK, names, NOT_OPENING, OBSERVED, openNft, rules } from './nft-listing.js'
import { planOf, QUEUES } from './plans.js'
import { hasQueueStatement, runWithStandIn, WITHOUT_STATEMENT } from './stand-in.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside
t.setTimeout(300_000)

const FOREIGN = `
table inet operator {
  set ipxxb-1-dynamic-4 { type ipv4_addr; flags interval; elements = { 192.0.2.0/24 }; }
  chain candidates { udp dport 7 counter drop; }
  chain forward { type filter hook forward priority filter - 10; policy accept; ip daddr @ipxxb-1-dynamic-4 goto candidates; }
}
table ip ipxxb { chain forward { type filter hook forward priority filter; policy accept; }; }`

/** Everything of others: the whole rule set without our table. */
const foreign = (): string => shell('nft -s list ruleset').replace(/^table inet ipxxb \{[\s\S]*?^\}\n/m, '')

t.test('beside the table of others', { skip }, async (t) => {
  shell(`nft -f - <<'END'\n${FOREIGN}\nEND`)
  const before = foreign()
  const steering = await openNft()
  t.equal(steering.backend, 'nft')
  t.same(await steering.queuesInForce(), [])
  t.equal(shell('nft -s list ruleset'), before, 'opened: nothing is installed')

  await steering.widen(DYNAMIC)
  t.same(rules(), DYNAMIC_RULES(1))
  t.match(shell('nft list chain inet ipxxb forward'), /^\t\ttype filter hook forward priority filter - 10; policy accept;$/m)
  t.equal(foreign(), before, 'first plan')

  await steering.widen(STATIC)
  t.same(rules(), [
    NOT_OPENING,
    MARK,
    ...DYNAMIC_RULES(1).slice(1, 3),
    'candidates: udp dport 123 ip daddr @ipxxb-2-static-4',
    'candidates: tcp dport 25 ip saddr @ipxxb-2-static-4',
    'candidates: udp dport 1900 ip daddr @ipxxb-2-static-4 goto observed',
    'forward: udp dport { 53, 123, 1900 } goto candidates',
    'forward: tcp dport 25 goto candidates',
    ...OBSERVED,
  ])
  t.same(names('set'), ['ipxxb-1-dynamic-4', 'ipxxb-1-dynamic-6', 'ipxxb-2-static-4'])
  t.match(shell('nft list set inet ipxxb ipxxb-2-static-4'), 'elements = { 203.0.113.0/26 }')
  t.equal(foreign(), before, 'widened')

  await steering.narrow()
  t.same(names('set'), ['ipxxb-2-static-4'])
  t.equal(rules().length, 10)
  await steering.narrow()
  t.equal(rules().length, 10, 'a second time is nothing')
  t.equal(foreign(), before, 'narrowed')

  await steering.empty()
  t.same(rules(), [])
  t.same(names('chain').sort(), ['candidates', 'forward', 'observed'])
  await steering.remove()
  await steering.remove()
  t.equal(shell('nft -s list ruleset'), before, 'removed: nothing of ours is left')
  shell('nft flush ruleset')
})

t.test('a set with the same addresses is not loaded again', { skip }, async (t) => {
  const steering = await openNft()
  await steering.widen(DYNAMIC)
  await steering.widen(DYNAMIC_NTP)
  t.same(names('set'), ['ipxxb-1-dynamic-4', 'ipxxb-1-dynamic-6'])
  await steering.narrow()
  t.match(rules().at(-1), '{ 53, 123 }')
  t.same(names('set'), ['ipxxb-1-dynamic-4', 'ipxxb-1-dynamic-6'])
  await steering.remove()
})

t.test('what a crashed run left is found and replaced', { skip }, async (t) => {
  const crashed = await openNft()
  await crashed.widen(DYNAMIC)
  await crashed.widen(STATIC)
  shell("nft add set inet ipxxb ipxxb-77-older-4 '{ type ipv4_addr; }'; nft add chain inet ipxxb other")
  shell(
    "nft add chain inet ipxxb prerouting '{ type filter hook prerouting priority raw; }'; nft add rule inet ipxxb prerouting goto other",
  )

  const next = await openNft()
  await next.widen(DYNAMIC)
  t.same(rules(), DYNAMIC_RULES(78))
  t.same(names('set'), ['ipxxb-78-dynamic-4', 'ipxxb-78-dynamic-6'])
  t.notOk(names('chain').includes('prerouting'), 'the base chain of the other hook')
  await next.remove()

  shell("nft add table inet ipxxb; nft add chain inet ipxxb forward '{ type filter hook forward priority 5; }'")
  await next.widen(DYNAMIC)
  t.match(shell('nft list chain inet ipxxb forward'), 'priority filter - 10;', 'a base chain of another version is made anew')
  await next.remove()
})

t.test('what another backend left is removed, and its queues are found', { skip }, async (t) => {
  for (const backend of ['iptables-nft', 'iptables-legacy'] as const) {
    const crashed = await openSteering({ direct, run, queues: QUEUES, backend })
    await crashed.widen(DYNAMIC)
    const steering = await openNft()
    t.same([...new Set(await steering.queuesInForce())], [5300, 5301], backend)
    await steering.widen(STATIC)
    t.notMatch(shell(`${backend}-save -t mangle; ${backend.replace('ip', 'ip6')}-save -t mangle`), 'IPXXB')
    t.equal(shell('ipset list -n'), '')
    await steering.remove()
  }
})

t.test('while a queue holds a packet base chains stay, empty', { skip }, async (t) => {
  let isPacketQueued = true
  const steering = await openNft({ isPacketQueued: () => isPacketQueued })
  await steering.widen({ ...DYNAMIC, hook: 'prerouting' })
  const handle = shell('nft -a list chain inet ipxxb prerouting').match(/handle \d+/)?.[0]
  const next = await openNft({ isPacketQueued: () => isPacketQueued })
  await next.widen(DYNAMIC)
  t.same(names('chain').sort(), ['candidates', 'forward', 'prerouting'])
  t.equal(shell('nft -a list chain inet ipxxb prerouting').match(/handle \d+/)?.[0], handle, 'it is the same chain')
  t.same(rules(), DYNAMIC_RULES(2), 'without a rule')
  await next.remove()
  t.same([names('chain').sort(), names('set'), rules()], [['forward', 'prerouting'], [], []])
  isPacketQueued = false
  await next.remove()
  t.notMatch(shell('nft list tables'), 'inet ipxxb')
})

t.test('prerouting: what is for the router itself is not queued', { skip }, async (t) => {
  const steering = await openNft()
  await steering.widen({ ...DYNAMIC, hook: 'prerouting' })
  t.same(rules().slice(0, 2), [MARK, 'candidates: fib daddr type local return'])
  t.match(shell('nft list chain inet ipxxb prerouting'), 'type filter hook prerouting priority raw; policy accept;')
  t.ok(await steering.isInForce())
  await steering.remove()
})

t.test('a failed step leaves the old rules, or at first nothing', { skip }, async (t) => {
  const nft = runWithStandIn()
  const broken: { at: (input: string) => boolean } = { at: () => false }
  const failing: Run = (command, words, input = '') =>
    command === 'nft' && broken.at(input)
      ? Promise.resolve(failed(`/dev/stdin:1:1-2: Error: it is broken\n${input}\n`))
      : nft(command, words, input)
  const error = { code: 'STEERING_FAILED', message: 'nft: /dev/stdin:1:1-2: Error: it is broken' }
  const steering = await openNft({ run: failing })

  broken.at = (input) => input.includes('dynamic-4')
  await t.rejects(steering.widen(DYNAMIC), error)
  t.notMatch(shell('nft list tables'), 'inet ipxxb')
  await steering.widen(STATIC)
  const before = rules()
  await t.rejects(steering.widen(DYNAMIC), error)
  t.same([rules(), names('set')], [before, ['ipxxb-1-static-4']])
  t.ok(await steering.isInForce())

  broken.at = () => false
  await steering.widen(DYNAMIC)
  const both = rules()
  broken.at = (input) => input.includes('delete set')
  await t.rejects(steering.narrow(), error)
  t.same(rules(), both, 'narrow failed: both plans are in force')
  broken.at = () => false
  await steering.narrow()
  t.same(rules(), DYNAMIC_RULES(2))
  await steering.remove()
})

/** More than a socket takes at once in a user namespace, where nft may not enlarge it. */
const LARGE = 12_000
const large = (family: 4 | 6) => ({
  ipv4: Uint32Array.from({ length: family === 4 ? 2 * LARGE : 0 }, (_, at) => (at % 2 === 0 ? 0xc6120000 + at * 4 : 30)),
  ipv6: Uint32Array.from(
    { length: family === 6 ? 5 * LARGE : 0 },
    (_, at) => [0x20010db8, 2 * Math.floor(at / 5), 0, 0, 64][at % 5] as number,
  ),
})

t.test('a set that is larger than one transaction', { skip }, async (t) => {
  const plan = planOf(
    policy({
      networks: [4 as const, 6 as const].map((family) => ({ ...network(`large${family}`, ''), customers: true, prefixes: large(family) })),
      blocks: [block(KINDS.dns, { protect: [0, 1] })],
    }),
  )
  const nft = runWithStandIn()
  const broken = { isAt: (_: string) => false }
  const failing: Run = (command, words, input = '') =>
    broken.isAt(input) ? Promise.resolve(failed('Error: it is broken\n')) : nft(command, words, input)
  const steering = await openNft({ run: failing })
  await steering.widen(STATIC)
  await steering.widen(plan)
  await steering.narrow()
  const count = (family: 4 | 6) =>
    JSON.parse(shell(`nft -j list set inet ipxxb ipxxb-2-large4-large6-${family}`)).nftables[1].set.elem.length
  t.same([count(4), count(6)], [LARGE, LARGE])
  t.ok(await steering.isInForce())
  shell('nft flush ruleset')
  await steering.reinstall()
  t.same([count(4), count(6)], [LARGE, LARGE], 'put back')

  shell('nft flush ruleset')
  let parts = 0
  broken.isAt = (input) => input.startsWith('add element') && ++parts === 3
  await t.rejects(steering.reinstall(), { code: 'STEERING_FAILED' })
  t.ok(count(4) < LARGE, 'a set that is there in part')
  await steering.reinstall()
  t.same([count(4), count(6)], [LARGE, LARGE], 'is not taken for the whole')

  const [set] = plan.sets as [SteeringSet]
  const { ipv4, ipv6 } = set.prefixes
  await steering.widen({
    ...plan,
    sets: [{ ...set, prefixes: { ipv4: ipv4.slice(2), ipv6: Uint32Array.from([...ipv6, 0x20010db8, 0xffff0000, 0, 0, 48]) } }],
  })
  await steering.narrow()
  t.same(rules().slice(1, -1), [
    'candidates: udp dport 53 ip daddr @ipxxb-2-large4-large6-4 ip daddr != @ipxxb-4-large4-large6-4',
    'candidates: udp dport 53 ip6 daddr @ipxxb-2-large4-large6-6',
    'candidates: udp dport 53 ip6 daddr @ipxxb-5-large4-large6-6',
  ])
  t.match(shell('nft list set inet ipxxb ipxxb-4-large4-large6-4'), 'elements = { 198.18.0.0/30 }')
  t.match(shell('nft list set inet ipxxb ipxxb-5-large4-large6-6'), 'elements = { 2001:db8:ffff::/48 }')
  t.ok(await steering.isInForce())
  await steering.remove()
})

const skipWithoutStatement = skip || (hasQueueStatement() ? false : WITHOUT_STATEMENT)

t.test('the queue statement itself', { skip: skipWithoutStatement }, async (t) => {
  const steering = await openNft()
  await steering.widen(DYNAMIC)
  t.same(await steering.queuesInForce(), [5300, 5301])
  t.match(shell('nft list chain inet ipxxb candidates'), /ip daddr @ipxxb-1-dynamic-4 queue flags bypass to 5300-5301$/m)
  await steering.widen({ ...STATIC, overload: 'fail-closed' })
  await steering.narrow()
  t.same(await steering.queuesInForce(), [5300, 5301, 5310])
  t.match(shell('nft list chain inet ipxxb candidates'), /ip saddr @ipxxb-2-static-4 queue to 5300-5301$/m)
  t.match(shell('nft list chain inet ipxxb observed'), /^\t\tqueue flags bypass to 5310$/m)
  await steering.remove()
  t.equal((await openSteering({ direct, run, queues: QUEUES })).backend, 'nft', 'found by trying')
})

t.test('a message is one line, however long the line it is about', (t) => {
  const line = `add set inet ipxxb x { elements = { ${'192.0.2.1, '.repeat(1000)} } }`
  t.equal(
    nftMessage(failed(`/dev/stdin:2:1-9: Error: first\n${line}\n^^^^\n/dev/stdin:3:1-9: Error: second\n`)),
    'nft: /dev/stdin:2:1-9: Error: first /dev/stdin:3:1-9: Error: second',
  )
  t.equal(
    nftMessage(failed('netlink: Error: Could not process rule: Message too long\n')),
    'nft: netlink: Error: Could not process rule: Message too long',
  )
  t.equal(nftMessage(failed('', 77)), 'nft: exit status 77')
  t.equal(nftMessage({ status: null, stdout: '', stderr: '' }), 'nft: no such program')
  t.end()
})
