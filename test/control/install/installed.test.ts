// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { readSaved } from '../../../src/control/install/installed.js'
import { NOTHING } from '../../../src/control/install/iptables.js'

const saved = (table: string, ...lines: string[]) => readSaved([`*${table}`, ':FORWARD ACCEPT [0:0]', ...lines, 'COMMIT', ''].join('\n'))
const mangle = (...lines: string[]) => saved('mangle', ...lines).tables.mangle
const CHAIN = ':IPXXB - [0:0]'
const JUMP = '-A FORWARD -p udp -m udp --dport 53:123 -j IPXXB'
const OLD_JUMP = '-A FORWARD -j IPXXB'
const OTHER = '-A FORWARD -p tcp -j TCPMSS --clamp-mss-to-pmtu'
const GATE = '-A IPXXB -p udp -m udp --dport 53 -g IPXXB-CANDIDATES'
const BALANCED = '-A IPXXB-CANDIDATES -p udp -j NFQUEUE --queue-balance 5300:5301'
const SINGLE = '-A IPXXB-CANDIDATES -p tcp -j NFQUEUE --queue-num 5300 --queue-bypass'

t.test('what is ours', (t) => {
  t.same(readSaved(''), { tables: { mangle: NOTHING, raw: NOTHING }, foreignRules: 0 })
  t.same(mangle(OTHER), NOTHING)
  t.same(mangle(CHAIN), { ...NOTHING, hasChain: true })
  t.same(mangle(':IPXXB-CANDIDATES - [0:0]'), { ...NOTHING, hasChain: true })
  t.same(mangle(':IPXXB-OLD - [0:0]'), NOTHING, 'a name that begins like ours')
  t.same(mangle(CHAIN, OTHER, JUMP, GATE, BALANCED, SINGLE, '-A POSTROUTING -j MARK'), {
    hasChain: true,
    jumps: [JUMP],
    isLast: true,
    isReferred: false,
    queues: [5300, 5301],
    rules: [GATE, BALANCED, SINGLE],
  })
  t.same(mangle(CHAIN, JUMP, OTHER), { ...NOTHING, hasChain: true, jumps: [JUMP] })
  t.same(mangle(CHAIN, JUMP, OTHER, OLD_JUMP).isLast, false, 'between them')
  t.same(mangle(CHAIN, JUMP, '-A PREROUTING -j ACCEPT').isLast, true, 'another chain')
  const all = [
    JUMP,
    JUMP,
    OLD_JUMP,
    '-A PREROUTING -p tcp -j IPXXB',
    '-A FORWARD -p tcp -m tcp --sport 25 -j IPXXB',
    '-A FORWARD -p tcp -m multiport --dports 25:7547 -j IPXXB',
  ]
  t.same(mangle(CHAIN, OTHER, ...all), { ...NOTHING, hasChain: true, jumps: all, isLast: true })
  t.end()
})

t.test('each table is told apart', (t) => {
  const { tables } = readSaved(
    `*raw\n${CHAIN}\n-A PREROUTING -j IPXXB\n${BALANCED}\nCOMMIT\n*mangle\n:FORWARD ACCEPT [0:0]\n${OTHER}\nCOMMIT\n`,
  )
  t.same(tables.raw, {
    hasChain: true,
    jumps: ['-A PREROUTING -j IPXXB'],
    isLast: true,
    isReferred: false,
    queues: [5300, 5301],
    rules: [BALANCED],
  })
  t.same(tables.mangle, NOTHING)
  t.end()
})

t.test('what others have', (t) => {
  for (const reference of [
    '-A FORWARD -i eth0 -j IPXXB',
    '-A FORWARD -p udp -m udp --dport 53 -m limit --limit 1/sec -j IPXXB',
    '-A INPUT -p udp -j IPXXB',
    '-A MINE -g IPXXB',
    '-A MINE -j IPXXB-CANDIDATES',
  ]) {
    t.same(mangle(CHAIN, JUMP, reference).isReferred, true, reference)
  }
  t.same(mangle(CHAIN, '-A MINE -j IPXXB-NOT', '-A MINE -m comment --comment "IPXXB" -j DROP').isReferred, false)
  t.equal(saved('mangle', CHAIN, JUMP, OTHER, BALANCED, '-A MINE -g IPXXB').foreignRules, 2)
  t.equal(saved('filter', CHAIN, JUMP, '-A IPXXB -j ACCEPT').foreignRules, 2, 'a chain of our name in another table is not ours')
  t.same(saved('filter', CHAIN, JUMP).tables, { mangle: NOTHING, raw: NOTHING })
  t.end()
})
