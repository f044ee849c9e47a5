// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { GOOD, ipxxb, policyFile } from './command.js'

t.test('the plan shows rules and sets as nft would get them, which is what most kernels take', (t) => {
  const { status, stdout, stderr } = ipxxb('plan', policyFile(GOOD), '--queues', '1')
  t.equal(status, 0)
  t.equal(stderr, '')
  t.match(stdout, '# Of each queued packet the first 128 bytes are copied')
  t.match(stdout, 'table inet ipxxb')
  t.match(stdout, 'type filter hook forward priority filter - 10')
  t.match(stdout, '198.51.100.0')
  t.match(stdout, /udp dport 53 .*queue flags bypass to 5300/)
  t.match(
    stdout,
    /udp dport 123 .*goto observed[\s\S]* observed queue flags bypass to 5301/,
    'what is only observed has a queue of its own',
  )
  t.match(stdout, 'limit rate over 20000/second')
  t.equal(ipxxb('plan', policyFile(GOOD), '--backend', 'nft', '--queues', '1').stdout, stdout)
  const many = ipxxb('plan', policyFile(GOOD), '--queue', '100', '--queues', '4').stdout
  t.match(many, /udp dport 53 .*queue flags bypass to 100-103$/m)
  t.match(many, / observed queue flags bypass to 104$/m)
  t.end()
})

t.test('and as iptables and ipset would', (t) => {
  const { status, stdout, stderr } = ipxxb('plan', policyFile(GOOD), '--backend', 'iptables', '--queues', '1')
  t.equal(status, 0)
  t.equal(stderr, '')
  t.match(stdout, 'IPXXB')
  t.match(stdout, '198.51.100.0/24')
  t.match(stdout, /--dports? 53 .*NFQUEUE --queue-num 5300 --queue-bypass/)
  t.match(stdout, /--dports? 123 .*-g IPXXB-OBSERVED[\s\S]*-A IPXXB-OBSERVED -j NFQUEUE --queue-num 5301 --queue-bypass/)
  t.end()
})

t.test('--json is the plan as data, prefixes as text', async (t) => {
  const { stdout } = ipxxb('plan', policyFile(GOOD), '--json')
  t.match(JSON.parse(stdout), {
    hook: 'forward',
    copyRange: 128,
    overload: 'fail-open',
    observeRate: 20_000,
    sets: [{ prefixes: ['198.51.100.0/24', '2001:db8:100::/40'], exclusions: [] }],
    rules: [
      { kind: 'enforce', protocol: 'udp', side: 'destination', ports: [[53, 53]], address: 'destination' },
      { kind: 'observe', protocol: 'udp', side: 'destination', ports: [[123, 123]], address: 'destination' },
    ],
  })
})

t.test('where each block is decided is said in the language that is asked for', async (t) => {
  t.match(ipxxb('plan', policyFile(GOOD), '--lang', 'en').stdout, '# Where each block is decided, and why there:')
  t.match(ipxxb('--lang', 'ja', 'plan', policyFile(GOOD)).stdout, '# 各ブロックを判定する場所とその理由:')
})

t.test('a bad policy shows its errors on stderr, exit 2', async (t) => {
  const { status, stdout, stderr } = ipxxb('plan', policyFile(GOOD.replace('version: 1', 'version: 2')))
  t.equal(status, 2)
  t.equal(stdout, '')
  t.match(stderr, ':1:')
  t.match(stderr, 'POLICY_INVALID')
})

t.test('a backend that there is not', (t) => {
  const { status, stderr } = ipxxb('plan', policyFile(GOOD), '--backend', 'pf')
  t.equal(status, 2)
  t.match(stderr, /Allowed choices are nft, iptables/)
  t.end()
})
