// SPDX-License-Identifier: GPL-2.0-or-later
// The survey against the kernel itself: what it says about fragments is compared with what happens to one, rule by rule, in every tool.
// And what becomes of tools that are missing or refuse.

import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Run } from '../../../src/control/install/run.js'
import { run } from '../../../src/control/install/run.js'
import { survey } from '../../../src/control/surroundings/survey.js'
import { enterNamespaces } from '../../network/network.js'
import { program } from '../../network/programs.js'
import { failed, fakeRun, MISSING, said } from '../install/fake.js'

const inside = enterNamespaces(import.meta.url)
// Seventy rules, and a dozen tools to ask for each.
t.setTimeout(600_000)

const RULES = readFileSync(new URL('../../../../test/cases/surroundings/tracking.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))

const CHAINS = [
  'add table inet t',
  'add chain inet t f { type filter hook forward priority 0; }',
  'add chain inet t p { type filter hook prerouting priority 0; }',
  'add chain inet t n { type nat hook postrouting priority 100; }',
  'add chain inet t d { type nat hook prerouting priority -100; }',
].join('\n')

const LEGACY = ['raw', 'mangle', 'nat', 'filter']
  .map((table) => `for i in iptables ip6tables; do $i-legacy -t ${table} -F; done`)
  .join('\n')

const sh = (script: string): void => void execFileSync('sh', ['-ec', script], { stdio: 'ignore' })

/** null, or why this kernel cannot have the rule. */
function bringIn(rule: string, kind: string): string | null {
  const [tool = '', words = ''] = rule.split(/ (.*)/s)
  const done =
    tool === 'nft'
      ? spawnSync('nft', ['-f', '-'], { input: `${words.replace('CHAINS', CHAINS).replaceAll('; add', '\nadd')}\n`, encoding: 'utf8' })
      : spawnSync('sh', ['-c', `${tool}-${kind} ${words}`], { encoding: 'utf8' })
  return done.status === 0 ? null : done.stderr.trim()
}

/** The first fragment of a packet from the machine to itself: where fragments are put together, none leaves. */
const FRAGMENTS = {
  4: `450000241092200040110000${'7f000001'.repeat(2)}${'00'.repeat(16)}`,
  6: `6000000000182c40${`${'00'.repeat(15)}01`.repeat(2)}1100000100000007${'00'.repeat(16)}`,
}

/** What lo has sent. */
const sent = (): number => Number(/^\s*lo:(.*)$/m.exec(readFileSync('/proc/net/dev', 'utf8'))?.[1]?.trim().split(/\s+/)[9])

function defragments(version: 4 | 6): 'yes' | 'no' {
  const before = sent()
  execFileSync(program('raw'), { input: `${FRAGMENTS[version]}\n` })
  return sent() === before ? 'yes' : 'no'
}

if (inside !== true) t.pass('the survey against the kernel', { skip: inside })
else {
  sh('ip link set lo up; for i in $(seq 50); do ip -6 addr show dev lo tentative | grep -q . || break; sleep 0.1; done')
  t.equal((await survey(run)).defragments[4].answer, defragments(4), 'no rules yet')
  let compared = 0
  for (const rule of RULES) {
    for (const kind of rule.startsWith('nft') ? [''] : ['nft', 'legacy']) {
      const name = kind === '' ? rule : rule.replace('tables', `tables-${kind}`)
      const refused = bringIn(rule, kind)
      if (refused !== null) {
        t.pass(name, { skip: `this kernel has no such rule: ${refused.split('\n')[0]}` })
        continue
      }
      compared++
      const { defragments: said, unread } = await survey(run)
      t.same(unread, [], `${name}: all could be read`)
      t.strictSame([said[4].answer, said[6].answer], [defragments(4), defragments(6)], `${name}: IPv4, IPv6`)
      sh(`nft flush ruleset\n${LEGACY}`)
    }
  }
  t.ok(compared > 30, `${compared} rules were compared`)

  await t.test('all at once: whose rule is told, and base chains are those the kernel has', async (t) => {
    sh(`
      iptables-nft -P FORWARD DROP
      iptables-nft -t nat -A POSTROUTING -s 192.0.2.0/24 -j MASQUERADE
      iptables-legacy -t nat -A PREROUTING -d 203.0.113.1 -p udp --dport 53 -j DNAT --to 198.51.100.53
      iptables-nft -t mangle -N IPXXB
      iptables-nft -t mangle -A IPXXB -p udp -j NFQUEUE --queue-balance 5300:5303 --queue-bypass
      iptables-nft -t mangle -A FORWARD -j IPXXB
      iptables-nft -t mangle -A FORWARD -j ACCEPT
      nft -f - <<EOF
table inet t {
  chain f {
    type filter hook forward priority 5; policy drop;
    ct state established accept
  }
}
EOF`)
    const found = await survey(run)
    t.same(found.ours, ['iptables-nft'])
    t.same(found.vrfs, [])
    const forward = found.chains.filter(({ hook, source }) => hook === 'forward' && source === 'nft')
    t.same(forward.map(({ family, table, name, priority, policy, rules }) => [family, table, name, priority, policy, rules]).sort(), [
      ['inet', 't', 'f', 5, 'drop', 1],
      ['ip', 'filter', 'FORWARD', 0, 'drop', 0],
      ['ip', 'mangle', 'FORWARD', -150, 'accept', 2],
    ])
    t.same(found.jumps, [{ source: 'iptables-nft', family: 'ip', chain: 'mangle FORWARD', behind: 1, next: '-A FORWARD -j ACCEPT' }])
    t.match(found.queueRules, [{ ours: true, first: 5300, last: 5303, bypass: true }])
    t.same(found.translations.map(({ source, side }) => [source, side]).sort(), [
      ['iptables-legacy', 'destination'],
      ['iptables-nft', 'source'],
    ])
    t.match(found.defragments[6], { answer: 'yes', because: 'nft: table inet t, chain f' })
  })
}

const answering = (answers: Readonly<Record<string, ReturnType<typeof failed>>>): Run =>
  fakeRun(({ command, words }) => answers[`${command} ${words}`] ?? answers[command]).run

t.test('tools that are missing or refuse', async (t) => {
  const EMPTY = said('{"nftables": [{"metainfo": {}}]}')
  const bare = await survey(answering({ nft: EMPTY, 'nft list hooks': MISSING, ip: said('[{}]') }))
  t.match(bare, { vrfs: [], unread: [], defragments: { 4: { answer: 'no' }, 6: { answer: 'no' } } }, 'nothing is there, and that is known')

  const noNft = await survey(answering({ nft: MISSING, ip: MISSING }))
  t.equal(noNft.vrfs, null, 'without ip nobody knows of VRF devices')
  t.same(noNft.unread, [{ tool: 'nft', why: 'no such program' }])
  t.equal(noNft.defragments[4].answer, 'unknown', 'a rule of nft could ask for it')

  const refused = 'iptables-nft-save v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)\n'
  const some = await survey(
    answering({
      nft: EMPTY,
      'nft list hooks': failed('Operation not permitted'),
      ip: said('nonsense'),
      'iptables-nft-save': failed(refused, 4),
      'ip6tables-legacy-save': MISSING,
    }),
  )
  t.equal(some.vrfs, null)
  t.same(some.unread, [{ tool: 'iptables-nft-save', why: 'Could not fetch rule set generation id: Permission denied (you must be root)' }])
  t.equal(some.defragments[6].answer, 'unknown')

  const asked = 'iptables-legacy-save -t nat'
  const byName = await survey(
    answering({
      nft: EMPTY,
      'iptables-legacy-save': failed('Failed to list table names'),
      [asked]: said('*nat\n-A POSTROUTING -j MASQUERADE\n'),
    }),
  )
  t.same(byName.unread, [], 'a table that cannot be listed is asked for by its name')
  t.equal(byName.translations.length, 1)

  const broken = await survey(answering({ nft: said('{"nftables": ') }))
  t.match(broken.unread, [{ tool: 'nft', why: /^its answer is not understood: / }])

  const listed = 'family ip {\n\thook prerouting {\n\t\t-0000000400 ipv4_conntrack_defrag [nf_defrag_ipv4]\n\t}\n}\n'
  const hooks = await survey(answering({ nft: MISSING, 'nft list hooks': said(listed) }))
  t.match(
    hooks.defragments,
    { 4: { answer: 'yes' }, 6: { answer: 'no' } },
    'where the kernel lists its hooks, they tell, whatever else is unknown',
  )
})
