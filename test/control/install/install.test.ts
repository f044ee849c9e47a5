// SPDX-License-Identifier: GPL-2.0-or-later
// The steering in a real kernel, with both backends, beside rules, sets and chains of others: what is ours comes, changes and goes, and not
// a line of theirs is another afterwards. Then the steps that fail.

import t from 'tap'
import { openSteering } from '../../../src/control/install/install.js'
import { type Run, run } from '../../../src/control/install/run.js'
import { IPTABLES, type IptablesBackend } from '../../../src/control/install/tools.js'
import { enterNamespaces } from '../../network/network.js'
import { direct } from './direct.js'
import { failed } from './fake.js'
import { BOTH_INSTALLED, DYNAMIC, DYNAMIC_RULES, INSTALLED, STATIC, STATIC_INSTALLED, chain, installed, sets, shell } from './listing.js'
import { QUEUES } from './plans.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside
t.setTimeout(180_000)

const STATIC_RULES = (generation: number) => [
  `123 ipxxb-${generation}-static-4 5300:5301`,
  `25 ipxxb-${generation}-static-4 5300:5301`,
  `1900 ipxxb-${generation}-static-4 OBSERVED`,
]

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
    .filter(
      (line) =>
        !/^#|^:IPXXB(-CANDIDATES|-OBSERVED|-UNSEEN)? |^-A IPXXB(-CANDIDATES|-OBSERVED|-UNSEEN)? |-j IPXXB$|^(create|add) ipxxb-\d/.test(
          line,
        ),
    )
    .map((line) => line.replace(/\[\d+:\d+\]| counter packets \d+ bytes \d+/, ''))
    .join('\n')
}

const lastOfForward = (backend: IptablesBackend): string | undefined => shell(`${backend} -t mangle -S FORWARD`).trim().split('\n').at(-1)

for (const backend of IPTABLES) {
  t.test(`${backend}: beside the rules of others`, { skip }, async (t) => {
    shell(`TABLES=${backend.replace('iptables-', '')}; ${FOREIGN}`)
    const before = foreign()
    const unchanged = (when: string) => t.equal(foreign(), before, `${when}: nothing of others has changed`)

    const steering = await openSteering({ direct, run, queues: QUEUES, backend: 'iptables' })
    t.equal(steering.backend, backend, 'the backend that the operator uses')
    unchanged('opened')
    t.same(await steering.queuesInForce(), [])

    await steering.widen(DYNAMIC)
    t.same(chain(backend), [...INSTALLED, ...DYNAMIC_RULES(1)])
    t.same(chain(backend, 6), [...INSTALLED, ...DYNAMIC_RULES(1, 6)])
    t.same(await steering.queuesInForce(), [5300, 5301, 5300, 5301])
    unchanged('first plan')

    shell(`${backend} -t mangle -A FORWARD -p udp --dport 77 -j ACCEPT`)
    t.notMatch(lastOfForward(backend), / -j IPXXB$/)
    await steering.widen(STATIC)
    t.match(lastOfForward(backend), / -j IPXXB$/, 'the jumps are last again')
    shell(`${backend} -t mangle -D FORWARD -p udp --dport 77 -j ACCEPT`)
    const [ntp, mail, ssdp] = STATIC_RULES(2)
    t.same(chain(backend), [...BOTH_INSTALLED, ...DYNAMIC_RULES(1), ntp, mail, ssdp])
    t.same(sets(), ['ipxxb-1-dynamic-4', 'ipxxb-1-dynamic-6', 'ipxxb-2-static-4'])
    t.match(shell('ipset list ipxxb-2-static-4'), /^203\.0\.113\.64\/26 nomatch$/m)
    unchanged('widened')

    await steering.narrow()
    t.same(chain(backend), [...STATIC_INSTALLED, ...STATIC_RULES(2)])
    t.same(chain(backend, 6), installed())
    t.same(sets(), ['ipxxb-2-static-4'])
    await steering.narrow()
    t.same(chain(backend), [...STATIC_INSTALLED, ...STATIC_RULES(2)], 'a second time is nothing')
    unchanged('narrowed')

    await steering.empty()
    t.same(chain(backend), STATIC_INSTALLED)
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
    const crashed = await openSteering({ direct, run, queues: QUEUES, backend })
    await crashed.widen(DYNAMIC)
    await crashed.widen(STATIC)
    shell(`${backend} -t mangle -A FORWARD -j IPXXB; ${backend} -t mangle -A PREROUTING -j IPXXB; ipset create ipxxb-77-older-4 hash:net`)

    const next = await openSteering({ direct, run, queues: QUEUES, backend })
    t.same([...new Set(await next.queuesInForce())], [5300, 5301, 5310])
    await next.widen(STATIC)
    await next.narrow()
    t.same(chain(backend), [...STATIC_INSTALLED, ...STATIC_RULES(3)])
    t.same(sets(), ['ipxxb-3-static-4'])
    t.same(chain(backend, 6), installed(), 'no rules are left where the new plan has none')

    const other = IPTABLES.find((name) => name !== backend) as IptablesBackend
    const switched = await openSteering({ direct, run, queues: QUEUES, backend: other })
    await switched.widen(DYNAMIC)
    t.same([chain(backend), chain(backend, 6)], [[], []], 'in the other backend too')
    t.same(chain(other), [...INSTALLED, ...DYNAMIC_RULES(4)])
    await (await openSteering({ direct, run, queues: QUEUES, backend })).remove()
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
      const steering = await openSteering({ direct, run: failing, queues: QUEUES, backend })
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

    const steering = await openSteering({ direct, run: failing, queues: QUEUES, backend })
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
    const steering = await openSteering({ direct, run, queues: QUEUES, backend })
    await steering.widen(DYNAMIC)
    shell(`${backend} -t mangle -A INPUT -i lo -j IPXXB; ${backend} -t mangle -A OUTPUT -m set --match-set ipxxb-1-dynamic-4 dst`)
    await t.rejects(steering.remove(), { code: 'STEERING_FAILED', message: /^ipset: .*in use/ })
    t.same(chain(backend), [':IPXXB - [0:0]', '-A INPUT -i lo -j IPXXB'], 'the chain stays, empty, and so does their rule')
    shell(`${backend} -t mangle -F INPUT; ${backend} -t mangle -F OUTPUT`)
    await steering.remove()
    t.same([chain(backend), sets()], [[], []])
  })
}
