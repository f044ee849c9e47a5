// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import type { SteeringRule } from '../../../src/control/compile/steering.js'
import { deleteJump, OUR_JUMP, renderJumps } from '../../../src/control/install/iptables-jumps.js'
import { IPTABLES, type IptablesBackend } from '../../../src/control/install/tools.js'
import { enterNamespaces } from '../../network/network.js'
import { shell } from './listing.js'
import { rule } from './plans.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside

const DNS = rule('udp', 'destination', [53, 53])
const SSDP = rule('udp', 'destination', [137, 139], [1900, 1900])
const ANSWERS = rule('udp', 'source', [53, 53])
const MAIL = rule('tcp', 'destination', [25, 25])
const TELNET = rule('tcp', 'destination', [23, 23], [7547, 7547])

/** What is steered, and the tests of the jumps: over nf_tables, and where the old interface has others, there. */
const CASES: readonly { name: string; rules: readonly SteeringRule[]; tests: readonly string[]; legacy?: readonly string[] }[] = [
  { name: 'nothing', rules: [], tests: [] },
  { name: 'one port', rules: [DNS], tests: ['-p udp -m udp --dport 53'] },
  {
    name: 'an envelope of all rules',
    rules: [SSDP, DNS],
    tests: ['-p udp -m udp --dport 53:1900'],
    legacy: ['-p udp -m multiport --dports 53:1900'],
  },
  { name: 'source ports', rules: [ANSWERS], tests: ['-p udp -m udp --sport 53'] },
  { name: 'both sides: one jump, since a packet must not take two', rules: [DNS, ANSWERS], tests: ['-p udp'] },
  {
    name: 'two protocols',
    rules: [MAIL, DNS, TELNET],
    tests: ['-p udp -m udp --dport 53', '-p tcp -m tcp --dport 23:7547'],
    legacy: ['-p udp -m udp --dport 53', '-p tcp -m multiport --dports 23:7547'],
  },
  { name: 'the first port of all', rules: [rule('udp', 'destination', [0, 9])], tests: ['-p udp'] },
  { name: 'the last port of all', rules: [rule('udp', 'destination', [9, 65_535])], tests: ['-p udp'] },
]

const jumpsOf = (tests: readonly string[]) => tests.map((test) => `-A FORWARD ${test} -j IPXXB`)

t.test('one jump a protocol', (t) => {
  for (const { name, rules, tests, legacy = tests } of CASES) {
    t.same(renderJumps(rules, 'FORWARD', 'iptables-nft'), jumpsOf(tests), name)
    t.same(renderJumps(rules, 'FORWARD', 'iptables-legacy'), jumpsOf(legacy), `${name}: the old interface`)
  }
  t.end()
})

for (const backend of IPTABLES) {
  t.test(`${backend} lists them as they were written, and takes them away`, { skip }, (t) => {
    const listed = (table: string) =>
      shell(`${backend}-save -t ${table}`)
        .split('\n')
        .filter((line) => line.endsWith(' -j IPXXB'))
    const restore = (lines: readonly string[]) => shell(`${backend}-restore --noflush <<'EOF'\n*mangle\n${lines.join('\n')}\nCOMMIT\nEOF\n`)
    for (const { name, rules } of CASES) {
      const jumps = renderJumps(rules, 'FORWARD', backend as IptablesBackend)
      restore([':IPXXB - [0:0]', ...jumps])
      t.same(listed('mangle'), jumps, name)
      t.ok(
        jumps.every((jump) => OUR_JUMP.test(jump)),
        `${name}: ours`,
      )
      restore(jumps.map(deleteJump))
      t.same(listed('mangle'), [], `${name}: gone`)
    }
    t.end()
  })
}
