// SPDX-License-Identifier: GPL-2.0-or-later
// The steering through nft in a real kernel, beside a table of others. Where the kernel has no queue statement another stands in its place, and
// only what needs the statement itself is skipped. test/network/nft-queue.test.ts sends packets.

import { execFileSync, spawnSync } from 'node:child_process'
import t from 'tap'
import { openSteering, type Steering, type SteeringOptions } from '../../../src/control/install/install.js'
import { nftMessage } from '../../../src/control/install/nftables-ruleset.js'
import { type Run, run } from '../../../src/control/install/run.js'
import { enterNamespaces } from '../../network/network.js'
import { block, KINDS, network, policy } from '../../property/policies.js'
import { failed } from './fake.js'
import { planOf, QUEUES } from './plans.js'
import { hasQueueStatement, runWithStandIn, WITHOUT_STATEMENT } from './stand-in.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside
t.setTimeout(300_000)

const shell = (script: string): string => execFileSync('sh', ['-ec', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const customers = (prefixes: string) => network('dynamic', prefixes, { customers: true })
const DYNAMIC = planOf(policy({ networks: [customers('198.51.100.0/24 2001:db8:100::/40')], blocks: [block(KINDS.dns)] }))
const DYNAMIC_NTP = planOf(
  policy({ networks: [customers('198.51.100.0/24 2001:db8:100::/40')], blocks: [block(KINDS.dns), block(KINDS.ntp)] }),
)
const STATIC = planOf(
  policy({
    networks: [network('static', '203.0.113.0/25', { customers: true }), network('carved', '203.0.113.64/26')],
    blocks: [block(KINDS.headerOnly), block(KINDS.ssdp, { mode: 'observe' })],
  }),
)

const standIn = inside === true ? runWithStandIn() : run
const open = (options: Partial<SteeringOptions> = {}): Promise<Steering> =>
  openSteering({ run: standIn, queues: QUEUES, backend: 'nft', isPacketQueued: () => false, ...options })

/** The rules of our table, without handles and statements: `candidates: udp dport 53 ip daddr @ipxxb-1-dynamic-4`. */
function rules(): string[] {
  let chain = ''
  return shell('nft --terse list ruleset inet | sed -n "/^table inet ipxxb {/,/^}/p"')
    .split('\n')
    .flatMap((line) => {
      chain = /^\tchain (\S+)/.exec(line)?.[1] ?? chain
      const rule = /^\t\t(?!type |flags |elements )(.*?)( accept| queue .*)?$/.exec(line)?.[1]
      return rule === undefined ? [] : [`${chain}: ${rule}`]
    })
}

const names = (kind: 'set' | 'chain'): string[] =>
  [...shell('nft --terse list ruleset inet | sed -n "/^table inet ipxxb {/,/^}/p"').matchAll(new RegExp(`^\\t${kind} (\\S+)`, 'gm'))].map(
    ([, name = '']) => name,
  )

const MARK = 'candidates: meta mark 0x69707862 return'
const DYNAMIC_RULES = (generation: number) => [
  MARK,
  `candidates: udp dport 53 ip daddr @ipxxb-${generation}-dynamic-4`,
  `candidates: udp dport 53 ip6 daddr @ipxxb-${generation}-dynamic-6`,
  'forward: udp dport 53 goto candidates',
]

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
  const steering = await open()
  t.equal(steering.backend, 'nft')
  t.same(await steering.queuesInForce(), [])
  t.equal(shell('nft -s list ruleset'), before, 'opened: nothing is installed')

  await steering.widen(DYNAMIC)
  t.same(rules(), DYNAMIC_RULES(1))
  t.match(shell('nft list chain inet ipxxb forward'), /^\t\ttype filter hook forward priority filter - 10; policy accept;$/m)
  t.equal(foreign(), before, 'first plan')

  await steering.widen(STATIC)
  t.same(rules(), [
    MARK,
    ...DYNAMIC_RULES(1).slice(1, 3),
    'candidates: tcp dport 25 ip saddr @ipxxb-2-static-4',
    'candidates: udp dport 1900 ip daddr @ipxxb-2-static-4',
    'forward: udp dport { 53, 1900 } goto candidates',
    'forward: tcp dport 25 tcp flags syn / syn,ack goto candidates',
  ])
  t.same(names('set'), ['ipxxb-1-dynamic-4', 'ipxxb-1-dynamic-6', 'ipxxb-2-static-4'])
  t.match(shell('nft list set inet ipxxb ipxxb-2-static-4'), 'elements = { 203.0.113.0/26 }')
  t.equal(foreign(), before, 'widened')

  await steering.narrow()
  t.same(names('set'), ['ipxxb-2-static-4'])
  t.equal(rules().length, 5)
  await steering.narrow()
  t.equal(rules().length, 5, 'a second time is nothing')
  t.equal(foreign(), before, 'narrowed')

  await steering.empty()
  t.same(rules(), [])
  t.same(names('chain'), ['candidates', 'forward'])
  await steering.remove()
  await steering.remove()
  t.equal(shell('nft -s list ruleset'), before, 'removed: nothing of ours is left')
  shell('nft flush ruleset')
})

t.test('a set with the same addresses is not loaded again', { skip }, async (t) => {
  const steering = await open()
  await steering.widen(DYNAMIC)
  await steering.widen(DYNAMIC_NTP)
  t.same(names('set'), ['ipxxb-1-dynamic-4', 'ipxxb-1-dynamic-6'])
  await steering.narrow()
  t.match(rules().at(-1), '{ 53, 123 }')
  t.same(names('set'), ['ipxxb-1-dynamic-4', 'ipxxb-1-dynamic-6'])
  await steering.remove()
})

t.test('what a crashed run left is found and replaced', { skip }, async (t) => {
  const crashed = await open()
  await crashed.widen(DYNAMIC)
  await crashed.widen(STATIC)
  shell("nft add set inet ipxxb ipxxb-77-older-4 '{ type ipv4_addr; }'; nft add chain inet ipxxb other")
  shell(
    "nft add chain inet ipxxb prerouting '{ type filter hook prerouting priority raw; }'; nft add rule inet ipxxb prerouting goto other",
  )

  const next = await open()
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
    const crashed = await openSteering({ run, queues: QUEUES, backend })
    await crashed.widen(DYNAMIC)
    const steering = await open()
    t.same([...new Set(await steering.queuesInForce())], [5300, 5301], backend)
    await steering.widen(STATIC)
    t.notMatch(shell(`${backend}-save -t mangle; ${backend.replace('ip', 'ip6')}-save -t mangle`), 'IPXXB')
    t.equal(shell('ipset list -n'), '')
    await steering.remove()
  }
})

t.test('while a queue holds a packet base chains stay, empty', { skip }, async (t) => {
  let isPacketQueued = true
  const steering = await open({ isPacketQueued: () => isPacketQueued })
  await steering.widen({ ...DYNAMIC, hook: 'prerouting' })
  const handle = shell('nft -a list chain inet ipxxb prerouting').match(/handle \d+/)?.[0]
  const next = await open({ isPacketQueued: () => isPacketQueued })
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
  const steering = await open()
  await steering.widen({ ...DYNAMIC, hook: 'prerouting' })
  t.same(rules().slice(0, 2), [MARK, 'candidates: fib daddr type local return'])
  t.match(shell('nft list chain inet ipxxb prerouting'), 'type filter hook prerouting priority raw; policy accept;')
  t.ok(await steering.isInForce())
  await steering.remove()
})

/** What somebody may do, and whether our rules are still in force then. */
const DAMAGE: readonly { name: string; script: string; isLoss: boolean }[] = [
  { name: 'a table of others', script: 'nft add table inet later', isLoss: false },
  { name: 'a table of others goes', script: 'nft delete table inet later', isLoss: false },
  { name: 'the whole rule set', script: 'nft flush ruleset', isLoss: true },
  { name: 'our table', script: 'nft delete table inet ipxxb', isLoss: true },
  { name: 'the rules of our table', script: 'nft flush table inet ipxxb', isLoss: true },
  { name: 'the rules of one chain', script: 'nft flush chain inet ipxxb candidates', isLoss: true },
  { name: 'one more rule', script: 'nft insert rule inet ipxxb forward accept', isLoss: true },
  { name: 'saved and loaded again', script: 'nft list ruleset > /run/saved; nft flush ruleset; nft -f /run/saved', isLoss: true },
  { name: 'the policy of our chain', script: "nft chain inet ipxxb forward '{ policy drop; }'", isLoss: true },
]

t.test('what is damaged is noticed and put back', { skip }, async (t) => {
  const steering = await open()
  t.ok(await steering.isInForce(), 'nothing is to be in force')
  await steering.widen(DYNAMIC)
  t.ok(await steering.isInForce())
  for (const { name, script, isLoss } of DAMAGE) {
    shell(script)
    t.equal(await steering.isInForce(), !isLoss, name)
    if (!isLoss) continue
    await steering.reinstall()
    t.ok(await steering.isInForce(), `${name}: put back`)
    t.same(rules(), DYNAMIC_RULES(1), name)
    t.match(shell('nft list chain inet ipxxb forward'), 'policy accept;')
  }
  await steering.widen(STATIC)
  shell('nft flush ruleset')
  t.notOk(await steering.isInForce())
  await steering.reinstall()
  t.equal(rules().length, 7, 'between widen and narrow both plans are put back')
  t.ok(await steering.isInForce())

  shell('nft flush ruleset')
  await steering.narrow()
  t.same([names('set'), await steering.isInForce()], [['ipxxb-2-static-4'], true], 'a change mends it too')
  await steering.empty()
  t.ok(await steering.isInForce(), 'empty is as it should be')
  shell('nft flush ruleset')
  await steering.empty()
  await steering.remove()
})

t.test('damage before the first look is noticed', { skip }, async (t) => {
  const steering = await open()
  for (const script of ['nft flush ruleset', 'nft flush chain inet ipxxb forward', 'nft flush chain inet ipxxb candidates']) {
    await steering.widen(DYNAMIC)
    shell(script)
    t.notOk(await steering.isInForce(), script)
    await steering.reinstall()
    t.ok(await steering.isInForce())
    await steering.remove()
  }
})

t.test('nobody else can change a set that our rules refer to', { skip }, async (t) => {
  const steering = await open()
  await steering.widen(DYNAMIC)
  for (const words of ['flush set inet ipxxb ipxxb-1-dynamic-4', 'add element inet ipxxb ipxxb-1-dynamic-4 { 192.0.2.0/24 }']) {
    t.match(spawnSync('nft', words.split(' '), { encoding: 'utf8' }).stderr, 'Device or resource busy', words)
  }
  await steering.remove()
})

t.test('a look is taken only when the rules have changed', { skip }, async (t) => {
  let [calls, generation] = [0, 1]
  const counting: Run = (command, words, input) => {
    calls++
    return standIn(command, words, input)
  }
  const steering = await open({ run: counting, rulesetGeneration: () => generation })
  await steering.widen(DYNAMIC)
  const looks = async () => {
    calls = 0
    t.ok(await steering.isInForce())
    return calls
  }
  t.equal(await looks(), 1)
  t.equal(await looks(), 0)
  generation++
  t.equal(await looks(), 1)
  await steering.widen(STATIC)
  t.equal(await looks(), 1, 'after a change of ours')
  shell('nft flush ruleset')
  generation++
  t.notOk(await steering.isInForce())
  t.notOk(await steering.isInForce(), 'and again, while it is not put back')
  await steering.remove()
})

t.test('under `flush ruleset` in a loop nothing wedges', { skip }, async (t) => {
  const steering = await open()
  await steering.widen(DYNAMIC)
  const flushing = spawnFlushing(3)
  let [lost, reinstalled, refused] = [0, 0, 0]
  while (flushing.lives()) {
    if (await steering.isInForce()) continue
    lost++
    await steering.reinstall().then(
      () => reinstalled++,
      (error) => {
        t.equal(error.code, 'STEERING_FAILED', error.message)
        refused++
      },
    )
  }
  t.comment(`lost ${lost} times, put back ${reinstalled} times, refused ${refused} times`)
  t.ok(lost > 3, 'it was flushed')
  if (!(await steering.isInForce())) await steering.reinstall()
  t.ok(await steering.isInForce())
  t.same(rules(), DYNAMIC_RULES(1))
  await steering.remove()
})

function spawnFlushing(seconds: number): { lives(): boolean } {
  const until = Date.now() + seconds * 1000
  let stopped = false
  const next = (): void => {
    if (Date.now() > until) stopped = true
    else void run('nft', ['flush', 'ruleset']).then(() => setTimeout(next, 5))
  }
  next()
  return { lives: () => !stopped }
}

t.test('a failed step leaves the old rules, or at first nothing', { skip }, async (t) => {
  const broken: { at: (input: string) => boolean } = { at: () => false }
  const failing: Run = (command, words, input = '') =>
    command === 'nft' && broken.at(input)
      ? Promise.resolve(failed(`/dev/stdin:1:1-2: Error: it is broken\n${input}\n`))
      : standIn(command, words, input)
  const error = { code: 'STEERING_FAILED', message: 'nft: /dev/stdin:1:1-2: Error: it is broken' }
  const steering = await open({ run: failing })

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
  const steering = await open()
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
  await steering.remove()
})

const skipWithoutStatement = skip || (hasQueueStatement() ? false : WITHOUT_STATEMENT)

t.test('the queue statement itself', { skip: skipWithoutStatement }, async (t) => {
  const steering = await open()
  await steering.widen(DYNAMIC)
  t.same(await steering.queuesInForce(), [5300, 5301])
  t.match(shell('nft list chain inet ipxxb candidates'), /ip daddr @ipxxb-1-dynamic-4 queue flags bypass,fanout to 5300-5301$/m)
  await steering.widen({ ...STATIC, overload: 'fail-closed' })
  await steering.narrow()
  t.same(await steering.queuesInForce(), [5300, 5301, 5310])
  t.match(shell('nft list chain inet ipxxb candidates'), /ip saddr @ipxxb-2-static-4 queue flags fanout to 5300-5301$/m)
  t.match(shell('nft list chain inet ipxxb candidates'), /ip daddr @ipxxb-2-static-4 queue flags bypass to 5310$/m)
  await steering.remove()
  t.equal((await openSteering({ run, queues: QUEUES })).backend, 'nft', 'found by trying')
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
