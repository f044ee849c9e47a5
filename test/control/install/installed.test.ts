// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { readInstalled } from '../../../src/control/install/installed.js'

const NOTHING = { hasChain: false, jumps: [], isLast: false, isReferred: false, foreignRules: 0, queues: [] }
const mangle = (...lines: string[]) => readInstalled(['*mangle', ':FORWARD ACCEPT [0:0]', ...lines, 'COMMIT', ''].join('\n'))
const CHAIN = ':IPXXB - [0:0]'
const JUMP = '-A FORWARD -j IPXXB'
const OTHER = '-A FORWARD -p tcp -j TCPMSS --clamp-mss-to-pmtu'

t.test('what is ours, and what is not', (t) => {
  t.same(readInstalled(''), NOTHING)
  t.same(mangle(OTHER), { ...NOTHING, foreignRules: 1 })
  t.same(mangle(CHAIN), { ...NOTHING, hasChain: true })
  t.same(mangle(':IPXXB-OLD - [0:0]'), NOTHING, 'a name that begins like ours')
  t.same(
    mangle(
      CHAIN,
      OTHER,
      JUMP,
      '-A IPXXB -p udp -j NFQUEUE --queue-balance 5300:5301',
      '-A IPXXB -p tcp -j NFQUEUE --queue-num 5300 --queue-bypass',
      '-A POSTROUTING -j MARK',
    ),
    {
      hasChain: true,
      jumps: ['FORWARD'],
      isLast: true,
      isReferred: false,
      foreignRules: 2,
      queues: [5300, 5301],
    },
  )
  t.same(mangle(CHAIN, JUMP, OTHER), { hasChain: true, jumps: ['FORWARD'], isLast: false, isReferred: false, foreignRules: 1, queues: [] })
  t.same(mangle(CHAIN, JUMP, JUMP, '-A PREROUTING -j IPXXB').jumps, ['FORWARD', 'FORWARD', 'PREROUTING'])
  t.same(mangle(CHAIN, JUMP, '-A FORWARD -i eth0 -j IPXXB', '-A MINE -g IPXXB'), {
    hasChain: true,
    jumps: ['FORWARD'],
    isLast: false,
    isReferred: true,
    foreignRules: 2,
    queues: [],
  })
  t.same(
    readInstalled(`*filter\n${CHAIN}\n${JUMP}\n-A IPXXB -j ACCEPT\nCOMMIT\n`),
    { ...NOTHING, foreignRules: 2 },
    'a chain of our name in another table is not ours',
  )
  t.end()
})
