// SPDX-License-Identifier: GPL-2.0-or-later
// The steering through both iptables in a real kernel: what is damaged is noticed and put back, how often somebody looks, the other hook, and
// what another backend left. install.test.ts has the rest.

import t from 'tap'
import { LOOK_MILLISECONDS, openSteering, SETS_LOOK_MILLISECONDS, type Steering } from '../../../src/control/install/install.js'
import { type Run, run } from '../../../src/control/install/run.js'
import { IPTABLES, type IptablesBackend } from '../../../src/control/install/tools.js'
import { enterNamespaces } from '../../network/network.js'
import { direct } from './direct.js'
import { chain, DYNAMIC, DYNAMIC_NTP, DYNAMIC_RULES, installed, STATIC, sets, shell } from './listing.js'
import { QUEUES } from './plans.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside
t.setTimeout(180_000)

/** What somebody may do to our rules, and whether they are still in force then. */
const DAMAGE: readonly { name: string; script: (backend: IptablesBackend) => string; isLoss: boolean }[] = [
  { name: 'a rule behind our jump', script: (backend) => `${backend} -t mangle -A FORWARD -p udp --dport 7`, isLoss: false },
  { name: 'a rule elsewhere', script: (backend) => `${backend} -A INPUT -p udp --dport 7`, isLoss: false },
  { name: 'all rules of the table', script: (backend) => `${backend} -t mangle -F`, isLoss: true },
  { name: 'the jump', script: (backend) => `${backend} -t mangle -D FORWARD -p udp --dport 53 -j IPXXB`, isLoss: true },
  { name: 'one rule', script: (backend) => `${backend} -t mangle -D IPXXB-CANDIDATES 1`, isLoss: true },
  { name: 'one more rule', script: (backend) => `${backend} -t mangle -I IPXXB -j RETURN`, isLoss: true },
  { name: 'one rule for another', script: (backend) => `${backend} -t mangle -R IPXXB 1 -j RETURN`, isLoss: true },
  { name: 'the chains', script: (backend) => `${backend} -t mangle -F; ${backend} -t mangle -X`, isLoss: true },
  { name: 'the IPv6 rules', script: (backend) => `${backend.replace('ip', 'ip6')} -t mangle -F`, isLoss: true },
  { name: "the sets' elements", script: () => 'ipset flush', isLoss: true },
  { name: 'one more element', script: () => 'ipset add ipxxb-1-dynamic-4 203.0.113.0/24', isLoss: true },
]

for (const backend of IPTABLES) {
  t.test(`${backend}: what is damaged is noticed and put back`, { skip }, async (t) => {
    const steering = await openSteering({ direct, run, queues: QUEUES, backend })
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
      t.match(shell('ipset list ipxxb-1-dynamic-4'), /^Members:\n198\.51\.100\.0\/24\n$/m)
    }
    await steering.widen(STATIC)
    t.ok(await steering.isInForce(), 'between widen and narrow')
    shell(`${backend} -t mangle -F`)
    await steering.reinstall()
    t.equal(chain(backend).length, 7, 'both plans are put back')
    await steering.narrow()
    t.ok(await steering.isInForce())
    await steering.empty()
    t.ok(await steering.isInForce(), 'empty is as it should be')
    await steering.remove()
  })
}

t.test('a look is taken when the rules have changed, and after a pause where nothing tells', { skip }, async (t) => {
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
    ['iptables-nft', { first: 3, again: 0, changed: 2, second: 0, later: 1 }],
    ['iptables-legacy', { first: 3, again: 0, changed: 0, second: 3, later: 3 }],
  ] as const) {
    const steering = await openSteering({ direct, run: counting, queues: QUEUES, backend, ...told })
    await steering.widen(DYNAMIC)
    t.equal(await looks(steering), expected.first, `${backend}: the rules of both families, and the sets`)
    t.equal(await looks(steering), expected.again, `${backend}: nothing has changed`)
    now.generation++
    t.equal(await looks(steering), expected.changed, `${backend}: another generation of nf_tables`)
    t.equal(await looks(steering), 0)
    now.milliseconds += LOOK_MILLISECONDS
    t.equal(await looks(steering), expected.second, `${backend}: a second later`)
    now.milliseconds += SETS_LOOK_MILLISECONDS - LOOK_MILLISECONDS
    t.equal(await looks(steering), expected.later, `${backend}: five seconds later`)
    shell(`${backend} -t mangle -F; ipset flush`)
    now.generation++
    now.milliseconds += LOOK_MILLISECONDS
    t.notOk(await steering.isInForce())
    t.notOk(await steering.isInForce(), `${backend}: and again while it is not put back`)
    await steering.remove()
  }
})

t.test('a set with the same addresses is not loaded again', { skip }, async (t) => {
  const steering = await openSteering({ direct, run, queues: QUEUES, backend: 'iptables-nft' })
  await steering.widen(DYNAMIC)
  await steering.widen(DYNAMIC_NTP)
  t.same(sets(), ['ipxxb-1-dynamic-4', 'ipxxb-1-dynamic-6'])
  await steering.narrow()
  t.same(chain('iptables-nft'), [...installed('FORWARD udp 53:123'), '53,123 ipxxb-1-dynamic-4 5300:5301'])
  t.same(sets(), ['ipxxb-1-dynamic-4', 'ipxxb-1-dynamic-6'])
  await steering.remove()
})

for (const backend of IPTABLES) {
  t.test(`${backend}: prerouting`, { skip }, async (t) => {
    const crashed = await openSteering({ direct, run, queues: QUEUES, backend })
    await crashed.widen(DYNAMIC)
    const steering = await openSteering({ direct, run, queues: QUEUES, backend })
    await steering.widen({ ...DYNAMIC, hook: 'prerouting' })
    t.same(chain(backend, 4, 'raw'), [...installed('PREROUTING udp 53'), ...DYNAMIC_RULES(2)])
    t.same([chain(backend), chain(backend, 6)], [[], []], 'what a crashed run left at the other hook is gone')
    t.same([...new Set(await steering.queuesInForce())], [5300, 5301])
    t.ok(await steering.isInForce())
    shell(`${backend} -t raw -F`)
    t.notOk(await steering.isInForce())
    await steering.reinstall()
    t.same(chain(backend, 4, 'raw'), [...installed('PREROUTING udp 53'), ...DYNAMIC_RULES(2)])
    await steering.empty()
    t.same(chain(backend, 4, 'raw'), installed('PREROUTING udp 53'))
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
  const steering = await openSteering({ direct, run, queues: QUEUES, backend: 'iptables-nft', isPacketQueued: () => false })
  await steering.widen(DYNAMIC)
  t.notMatch(shell('nft list tables'), 'inet ipxxb')
  await steering.remove()
})
