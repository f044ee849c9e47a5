// SPDX-License-Identifier: GPL-2.0-or-later
// The steering in a real kernel, with both backends, beside rules, sets and chains of others: what is ours comes, changes and goes, and not
// a line of theirs is another afterwards. Then the steps that fail.

import { execFileSync } from 'node:child_process'
import t from 'tap'
import { LOOK_MILLISECONDS, openSteering, type Steering } from '../../../src/control/install/install.js'
import { type Run, run } from '../../../src/control/install/run.js'
import { IPTABLES, type IptablesBackend } from '../../../src/control/install/tools.js'
import { enterNamespaces } from '../../network/network.js'
import { block, KINDS, network, policy } from '../../property/policies.js'
import { failed } from './fake.js'
import { planOf, QUEUES } from './plans.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside
t.setTimeout(180_000)

const shell = (script: string): string => execFileSync('sh', ['-ec', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const DYNAMIC = planOf(
  policy({ networks: [network('dynamic', '198.51.100.0/24 2001:db8:100::/40', { customers: true })], blocks: [block(KINDS.dns)] }),
)
const DYNAMIC_NTP = planOf(
  policy({
    networks: [network('dynamic', '198.51.100.0/24 2001:db8:100::/40', { customers: true })],
    blocks: [block(KINDS.dns), block(KINDS.ntp)],
  }),
)
const STATIC = planOf(
  policy({
    networks: [network('static', '203.0.113.0/25', { customers: true }), network('carved', '203.0.113.64/26')],
    blocks: [block(KINDS.ntp), block(KINDS.headerOnly), block(KINDS.ssdp, { mode: 'observe' })],
  }),
)

const FOREIGN = `
ipset create operators hash:net
ipset add operators 192.0.2.0/24
ipset create ipxxb-like hash:ip
nft add table inet operator
nft add chain inet operator forward '{ type filter hook forward priority -20; policy accept; }'
nft add rule inet operator forward udp dport 7 counter drop
for tables in $TABLES; do
  iptables-$tables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
  iptables-$tables -t mangle -N IPXXB-NOT
  iptables-$tables -t mangle -A PREROUTING -p udp --dport 9 -j MARK --set-mark 9
  iptables-$tables -A FORWARD -m set --match-set operators src -j DROP
  iptables-$tables -P FORWARD DROP
  ip6tables-$tables -t mangle -A FORWARD -p udp --dport 19 -j DROP
  ip6tables-$tables -A INPUT -p icmpv6 -j ACCEPT
done`

/** Everything of others, in comparable lines: without our lines, without counters and comments. */
function foreign(): string {
  // Table by table: an ordinary user's namespace may not list the old interface's.
  const saved = shell(`
    for tables in nft legacy; do for table in mangle filter raw; do
      iptables-$tables-save -t $table; ip6tables-$tables-save -t $table; done; done
    ipset save; nft list table inet operator`)
  return saved
    .split('\n')
    .filter((line) => !/^#|^:IPXXB(-CANDIDATES)? |^-A IPXXB(-CANDIDATES)? |-j IPXXB$|^(create|add) ipxxb-\d/.test(line))
    .map((line) => line.replace(/\[\d+:\d+\]| counter packets \d+ bytes \d+/, ''))
    .join('\n')
}

/** Our chain, the jumps to it and what is queued; gates and the mark are as iptables.test.ts has them. */
const chain = (backend: IptablesBackend, family: 4 | 6 = 4, table = 'mangle'): string[] =>
  shell(`${family === 4 ? backend : backend.replace('ip', 'ip6')}-save -t ${table}`)
    .split('\n')
    .filter((line) => /^:IPXXB |^-A IPXXB-CANDIDATES .*-j NFQUEUE|-j IPXXB$/.test(line))
    .map((line) => line.replace(/^-A IPXXB-C.* --dports? (\S+) .*--match-set (\S+) .*--queue-(?:num|balance) (\S+).*$/, '$1 $2 $3'))

const sets = (): string[] =>
  shell('ipset list -n')
    .split('\n')
    .filter((name) => /^ipxxb-\d/.test(name))
    .sort()

const INSTALLED = [':IPXXB - [0:0]', '-A FORWARD -j IPXXB']
const DYNAMIC_RULES = (generation: number, family = 4) => [`53 ipxxb-${generation}-dynamic-${family} 5300:5301`]
const STATIC_RULES = (generation: number) => [
  `123 ipxxb-${generation}-static-4 5300:5301`,
  `25 ipxxb-${generation}-static-4 5300:5301`,
  `1900 ipxxb-${generation}-static-4 5310`,
]

const lastOfForward = (backend: IptablesBackend): string | undefined => shell(`${backend} -t mangle -S FORWARD`).trim().split('\n').at(-1)

for (const backend of IPTABLES) {
  t.test(`${backend}: beside the rules of others`, { skip }, async (t) => {
    shell(`TABLES=${backend.replace('iptables-', '')}; ${FOREIGN}`)
    const before = foreign()
    const unchanged = (when: string) => t.equal(foreign(), before, `${when}: nothing of others has changed`)

    const steering = await openSteering({ run, queues: QUEUES, backend: 'iptables' })
    t.equal(steering.backend, backend, 'the backend that the operator uses')
    unchanged('opened')
    t.same(await steering.queuesInForce(), [])

    await steering.widen(DYNAMIC)
    t.same(chain(backend), [...INSTALLED, ...DYNAMIC_RULES(1)])
    t.same(chain(backend, 6), [...INSTALLED, ...DYNAMIC_RULES(1, 6)])
    t.same(await steering.queuesInForce(), [5300, 5301, 5300, 5301])
    unchanged('first plan')

    shell(`${backend} -t mangle -A FORWARD -p udp --dport 77 -j ACCEPT`)
    t.not(lastOfForward(backend), '-A FORWARD -j IPXXB')
    await steering.widen(STATIC)
    t.equal(lastOfForward(backend), '-A FORWARD -j IPXXB', 'the jump is last again')
    shell(`${backend} -t mangle -D FORWARD -p udp --dport 77 -j ACCEPT`)
    const [ntp, mail, ssdp] = STATIC_RULES(2)
    t.same(chain(backend), [...INSTALLED, ...DYNAMIC_RULES(1), ntp, mail, ssdp])
    t.same(sets(), ['ipxxb-1-dynamic-4', 'ipxxb-1-dynamic-6', 'ipxxb-2-static-4'])
    t.match(shell('ipset list ipxxb-2-static-4'), /^203\.0\.113\.64\/26 nomatch$/m)
    unchanged('widened')

    await steering.narrow()
    t.same(chain(backend), [...INSTALLED, ...STATIC_RULES(2)])
    t.same(chain(backend, 6), INSTALLED)
    t.same(sets(), ['ipxxb-2-static-4'])
    await steering.narrow()
    t.same(chain(backend), [...INSTALLED, ...STATIC_RULES(2)], 'a second time is nothing')
    unchanged('narrowed')

    await steering.empty()
    t.same(chain(backend), INSTALLED)
    unchanged('emptied')

    await steering.remove()
    await steering.remove()
    t.same([chain(backend), chain(backend, 6), sets()], [[], [], []])
    unchanged('removed')
    shell(`nft delete table inet operator
      for tables in nft legacy; do for ip in iptables ip6tables; do for table in mangle filter; do
        $ip-$tables -t $table -F; $ip-$tables -t $table -X; $ip-$tables -P FORWARD ACCEPT; done; done; done
      ipset destroy operators; ipset destroy ipxxb-like`)
  })

  t.test(`${backend}: what a crashed run left is found and replaced`, { skip }, async (t) => {
    const crashed = await openSteering({ run, queues: QUEUES, backend })
    await crashed.widen(DYNAMIC)
    await crashed.widen(STATIC)
    shell(`${backend} -t mangle -A FORWARD -j IPXXB; ${backend} -t mangle -A PREROUTING -j IPXXB; ipset create ipxxb-77-older-4 hash:net`)

    const next = await openSteering({ run, queues: QUEUES, backend })
    t.same([...new Set(await next.queuesInForce())], [5300, 5301, 5310])
    await next.widen(STATIC)
    await next.narrow()
    t.same(chain(backend), [...INSTALLED, ...STATIC_RULES(78)])
    t.same(sets(), ['ipxxb-78-static-4'])
    t.same(chain(backend, 6), INSTALLED, 'no rules are left where the new plan has none')

    const other = IPTABLES.find((name) => name !== backend) as IptablesBackend
    const switched = await openSteering({ run, queues: QUEUES, backend: other })
    await switched.widen(DYNAMIC)
    t.same([chain(backend), chain(backend, 6)], [[], []], 'in the other backend too')
    t.same(chain(other), [...INSTALLED, ...DYNAMIC_RULES(79)])
    await (await openSteering({ run, queues: QUEUES, backend })).remove()
    t.same([chain(other), sets()], [[], []], 'remove takes away what any run left')
  })

  t.test(`${backend}: a failed step leaves the old rules, or at first nothing`, { skip }, async (t) => {
    const broken: { at: (command: string, input: string) => boolean } = { at: () => false }
    const failing: Run = (command, words, input = '') =>
      broken.at(command, input) ? Promise.resolve(failed('it is broken\nTry `x -h`\n')) : run(command, words, input)
    const ipv6 = backend.replace('ip', 'ip6')
    const steps: readonly (readonly [string, (command: string, input: string) => boolean])[] = [
      ['ipset restore', (command, input) => command === 'ipset' && input.includes('create')],
      ['IPv4 rules', (command, input) => command === `${backend}-restore` && input.includes('dynamic-4')],
      ['IPv6 rules', (command, input) => command === `${ipv6}-restore` && input.includes('dynamic-6')],
    ]
    const error = { code: 'STEERING_FAILED', message: /^\S+: it is broken$/ }

    for (const [name, at] of steps) {
      const steering = await openSteering({ run: failing, queues: QUEUES, backend })
      broken.at = at
      await t.rejects(steering.widen(DYNAMIC), error, `first plan: ${name}`)
      t.same([chain(backend), chain(backend, 6), sets()], [[], [], []], `first plan: ${name}: nothing is left`)
      broken.at = () => false

      await steering.widen(STATIC)
      const rules = chain(backend)
      broken.at = at
      await t.rejects(steering.widen(DYNAMIC), error, `second plan: ${name}`)
      t.same([chain(backend), sets().length], [rules, 1], `second plan: ${name}: the first is in force`)
      broken.at = () => false
      await steering.widen(DYNAMIC)
      await steering.narrow()
      t.equal(chain(backend).length, 3, `second plan: ${name}: and can be tried again`)
      await steering.remove()
    }

    const steering = await openSteering({ run: failing, queues: QUEUES, backend })
    await steering.widen(STATIC)
    await steering.widen(DYNAMIC)
    const rules = chain(backend)
    broken.at = (command, input) => command === `${backend}-restore` && !input.includes('static')
    await t.rejects(steering.narrow(), error)
    t.same(chain(backend), rules, 'narrow failed: both plans are in force')
    broken.at = () => false
    await steering.narrow()
    t.equal(chain(backend).length, 3)
    await steering.remove()
    t.same([chain(backend), sets()], [[], []])
  })

  t.test(`${backend}: what somebody else refers to`, { skip }, async (t) => {
    const steering = await openSteering({ run, queues: QUEUES, backend })
    await steering.widen(DYNAMIC)
    shell(`${backend} -t mangle -A INPUT -i lo -j IPXXB; ${backend} -t mangle -A OUTPUT -m set --match-set ipxxb-1-dynamic-4 dst`)
    await t.rejects(steering.remove(), { code: 'STEERING_FAILED', message: /^ipset: .*in use/ })
    t.same(chain(backend), [':IPXXB - [0:0]', '-A INPUT -i lo -j IPXXB'], 'the chain stays, empty, and so does their rule')
    shell(`${backend} -t mangle -F INPUT; ${backend} -t mangle -F OUTPUT`)
    await steering.remove()
    t.same([chain(backend), sets()], [[], []])
  })
}

/** What somebody may do to our rules, and whether they are still in force then. */
const DAMAGE: readonly { name: string; script: (backend: IptablesBackend) => string; isLoss: boolean }[] = [
  { name: 'a rule behind our jump', script: (backend) => `${backend} -t mangle -A FORWARD -p udp --dport 7`, isLoss: false },
  { name: 'a rule elsewhere', script: (backend) => `${backend} -A INPUT -p udp --dport 7`, isLoss: false },
  { name: 'all rules of the table', script: (backend) => `${backend} -t mangle -F`, isLoss: true },
  { name: 'the jump', script: (backend) => `${backend} -t mangle -D FORWARD -j IPXXB`, isLoss: true },
  { name: 'one rule', script: (backend) => `${backend} -t mangle -D IPXXB-CANDIDATES 1`, isLoss: true },
  { name: 'one more rule', script: (backend) => `${backend} -t mangle -I IPXXB -j RETURN`, isLoss: true },
  { name: 'one rule for another', script: (backend) => `${backend} -t mangle -R IPXXB 1 -j RETURN`, isLoss: true },
  { name: 'the chains', script: (backend) => `${backend} -t mangle -F; ${backend} -t mangle -X`, isLoss: true },
  { name: 'the IPv6 rules', script: (backend) => `${backend.replace('ip', 'ip6')} -t mangle -F`, isLoss: true },
  { name: "the sets' elements", script: () => 'ipset flush', isLoss: true },
]

for (const backend of IPTABLES) {
  t.test(`${backend}: what is damaged is noticed and put back`, { skip }, async (t) => {
    const steering = await openSteering({ run, queues: QUEUES, backend })
    t.ok(await steering.isInForce(), 'nothing is to be in force')
    await steering.widen(DYNAMIC)
    t.ok(await steering.isInForce())
    const rules = [chain(backend), chain(backend, 6)]
    for (const { name, script, isLoss } of DAMAGE) {
      shell(script(backend))
      t.equal(await steering.isInForce(), !isLoss, name)
      if (!isLoss) continue
      await steering.reinstall()
      t.ok(await steering.isInForce(), `${name}: put back`)
      t.same([chain(backend), chain(backend, 6)], rules, name)
      t.match(shell('ipset list ipxxb-1-dynamic-4'), /^198\.51\.100\.0\/24$/m)
    }
    await steering.widen(STATIC)
    t.ok(await steering.isInForce(), 'between widen and narrow')
    shell(`${backend} -t mangle -F`)
    await steering.reinstall()
    t.equal(chain(backend).length, 6, 'both plans are put back')
    await steering.narrow()
    t.ok(await steering.isInForce())
    await steering.empty()
    t.ok(await steering.isInForce(), 'empty is as it should be')
    await steering.remove()
  })
}

t.test('a look is taken when the rules have changed, and once a second where nothing tells', { skip }, async (t) => {
  const counts = { calls: 0 }
  const counting: Run = (command, words, input) => {
    counts.calls++
    return run(command, words, input)
  }
  const looks = async (steering: Steering) => {
    counts.calls = 0
    t.ok(await steering.isInForce())
    return counts.calls
  }
  const now = { milliseconds: 0, generation: 1 }
  const told = { clock: () => now.milliseconds, rulesetGeneration: () => now.generation }

  for (const [backend, expected] of [
    ['iptables-nft', { first: 3, again: 0, changed: 2, later: 1 }],
    ['iptables-legacy', { first: 3, again: 0, changed: 0, later: 3 }],
  ] as const) {
    const steering = await openSteering({ run: counting, queues: QUEUES, backend, ...told })
    await steering.widen(DYNAMIC)
    t.equal(await looks(steering), expected.first, `${backend}: the rules of both families, and the sets`)
    t.equal(await looks(steering), expected.again, `${backend}: nothing has changed`)
    now.generation++
    t.equal(await looks(steering), expected.changed, `${backend}: another generation of nf_tables`)
    t.equal(await looks(steering), 0)
    now.milliseconds += LOOK_MILLISECONDS
    t.equal(await looks(steering), expected.later, `${backend}: a second later`)
    shell(`${backend} -t mangle -F; ipset flush`)
    now.generation++
    now.milliseconds += LOOK_MILLISECONDS
    t.notOk(await steering.isInForce())
    t.notOk(await steering.isInForce(), `${backend}: and again while it is not put back`)
    await steering.remove()
  }
})

t.test('a set with the same addresses is not loaded again', { skip }, async (t) => {
  const steering = await openSteering({ run, queues: QUEUES, backend: 'iptables-nft' })
  await steering.widen(DYNAMIC)
  await steering.widen(DYNAMIC_NTP)
  t.same(sets(), ['ipxxb-1-dynamic-4', 'ipxxb-1-dynamic-6'])
  await steering.narrow()
  t.same(chain('iptables-nft'), [...INSTALLED, '53,123 ipxxb-1-dynamic-4 5300:5301'])
  t.same(sets(), ['ipxxb-1-dynamic-4', 'ipxxb-1-dynamic-6'])
  await steering.remove()
})

for (const backend of IPTABLES) {
  t.test(`${backend}: prerouting`, { skip }, async (t) => {
    const crashed = await openSteering({ run, queues: QUEUES, backend })
    await crashed.widen(DYNAMIC)
    const steering = await openSteering({ run, queues: QUEUES, backend })
    await steering.widen({ ...DYNAMIC, hook: 'prerouting' })
    t.same(chain(backend, 4, 'raw'), [':IPXXB - [0:0]', '-A PREROUTING -j IPXXB', ...DYNAMIC_RULES(2)])
    t.same([chain(backend), chain(backend, 6)], [[], []], 'what a crashed run left at the other hook is gone')
    t.same([...new Set(await steering.queuesInForce())], [5300, 5301])
    t.ok(await steering.isInForce())
    shell(`${backend} -t raw -F`)
    t.notOk(await steering.isInForce())
    await steering.reinstall()
    t.same(chain(backend, 4, 'raw'), [':IPXXB - [0:0]', '-A PREROUTING -j IPXXB', ...DYNAMIC_RULES(2)])
    await steering.empty()
    t.same(chain(backend, 4, 'raw'), [':IPXXB - [0:0]', '-A PREROUTING -j IPXXB'])
    await steering.remove()
    t.same([chain(backend, 4, 'raw'), chain(backend, 6, 'raw'), sets()], [[], [], []])
  })
}

t.test('what another backend left is removed: nft', { skip }, async (t) => {
  shell(`nft -f - <<'END'
table inet ipxxb {
  set ipxxb-5-dynamic-4 { type ipv4_addr; flags constant, interval; elements = { 198.51.100.0/24 }; }
  chain candidates { udp dport 53 ip daddr @ipxxb-5-dynamic-4 accept; }
  chain forward { type filter hook forward priority filter - 10; policy accept; udp dport 53 goto candidates; }
}
END`)
  const steering = await openSteering({ run, queues: QUEUES, backend: 'iptables-nft', isPacketQueued: () => false })
  await steering.widen(DYNAMIC)
  t.notMatch(shell('nft list tables'), 'inet ipxxb')
  await steering.remove()
})
