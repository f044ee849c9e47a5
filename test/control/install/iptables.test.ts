// SPDX-License-Identifier: GPL-2.0-or-later
// The steering as text, against test/cases/steering (UPDATE=1 writes them anew), and that text against the kernel's own tools.

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import type { SteeringPlan } from '../../../src/control/compile/steering.js'
import { NOTHING, render, renderEmpty, renderInstall, renderRemove, renderRules } from '../../../src/control/install/iptables.js'
import { renderSets } from '../../../src/control/install/ipset.js'
import { layerOf, setsOf } from '../../../src/control/install/layers.js'
import { block, KINDS, network, policy } from '../../property/policies.js'
import { enterNamespaces } from '../../network/network.js'
import { PLANS, planOf, QUEUES } from './plans.js'

const inside = enterNamespaces(import.meta.url)
const skip = inside === true ? false : inside
const BOTH = { u32: true, hashlimit: true }
const CASES = new URL('../../../../test/cases/steering/', import.meta.url)

t.test('golden texts', (t) => {
  for (const [name, plan] of Object.entries(PLANS)) {
    const text = render(plan, QUEUES)
    if (process.env.UPDATE === '1') writeFileSync(new URL(`${name}.txt`, CASES), text)
    t.equal(text, readFileSync(new URL(`${name}.txt`, CASES), 'utf8'), name)
  }
  const written = readdirSync(CASES).filter((name) => name.endsWith('.txt'))
  t.same(
    written.sort(),
    Object.keys(PLANS)
      .map((name) => `${name}.txt`)
      .sort(),
    'no text is left over',
  )
  t.end()
})

t.test('ten thousand prefixes are one rule', (t) => {
  const prefixes = Uint32Array.from({ length: 20_000 }, (_, at) => (at % 2 === 0 ? 0xc6120000 + at * 4 : 29))
  const plan = planOf(
    policy({
      networks: [{ ...network('dynamic', ''), customers: true, prefixes: { ipv4: prefixes, ipv6: new Uint32Array() } }],
      blocks: [block(KINDS.dns)],
    }),
  )
  const layer = layerOf(plan)
  t.equal(renderRules([layer], QUEUES, 4, BOTH).length, 3, 'a gate, the mark, the rule')
  t.equal(renderRules([layer], QUEUES, 6, BOTH).length, 0, 'a family without addresses has no rule')
  t.equal(renderSets(setsOf([layer])).match(/^add /gm)?.length, 10_000)
  t.end()
})

t.test('two plans at once: the enforced rules of both before the observed ones of either', (t) => {
  const plan = planOf(
    policy({
      networks: [network('dynamic', '198.51.100.0/24', { customers: true })],
      blocks: [block(KINDS.dns), block(KINDS.ntp, { mode: 'observe' })],
    }),
  )
  const rules = renderRules([layerOf(plan, ['ipxxb-7-a-4']), layerOf(plan, ['ipxxb-8-a-4'])], QUEUES, 4, BOTH)
  t.same(
    rules.map((rule) => rule.replace(/^-A (\S+) .*--dports? (\S+) .*(ipxxb-\S+).* --queue-(num|balance) (\S+).*$/, '$2 $3 $5')),
    [
      '-A IPXXB -p udp -m multiport --dports 53,123 -g IPXXB-CANDIDATES',
      '-A IPXXB-CANDIDATES -m mark --mark 0x69707862 -j RETURN',
      '53 ipxxb-8-dynamic-4 5300:5301',
      '53 ipxxb-9-dynamic-4 5300:5301',
      '-A IPXXB-CANDIDATES -p udp -m udp --dport 123 -m set --match-set ipxxb-8-dynamic-4 dst -g IPXXB-OBSERVED',
      '-A IPXXB-CANDIDATES -p udp -m udp --dport 123 -m set --match-set ipxxb-9-dynamic-4 dst -g IPXXB-OBSERVED',
      '-A IPXXB-OBSERVED -m hashlimit --hashlimit-above 20000/sec --hashlimit-burst 20000 --hashlimit-name ipxxb-20000 --hashlimit-htable-size 1 -g IPXXB-UNSEEN',
      '-A IPXXB-OBSERVED -j NFQUEUE --queue-num 5310 --queue-bypass',
      '-A IPXXB-UNSEEN -j RETURN',
    ],
  )
  const newer = layerOf({ ...plan, observeRate: 500 })
  t.match(renderRules([layerOf(plan), newer], QUEUES, 4, BOTH).join(), '--hashlimit-above 500/sec', 'the rate of the last')
  const without = renderRules([newer], QUEUES, 4, { ...BOTH, hashlimit: false })
  t.same(
    without.filter((rule) => /OBSERVED |UNSEEN/.test(rule)),
    ['-A IPXXB-OBSERVED -j NFQUEUE --queue-num 5310 --queue-bypass'],
    'a kernel without the match',
  )
  t.end()
})

t.test('what counts is made once, and left alone by whoever goes on', (t) => {
  const rules = ['-A IPXXB-OBSERVED -g IPXXB-UNSEEN', '-A IPXXB-UNSEEN -j RETURN']
  const made = (there: readonly string[], goesOn: boolean, wanted = rules) =>
    renderInstall(wanted, [], 'forward', { ...NOTHING, rules: there }, goesOn)
      .split('\n')
      .filter((line) => line.includes('UNSEEN'))
  const [leading, counting] = rules as [string, string]
  const anew = [':IPXXB-UNSEEN - [0:0]', leading, counting]
  t.same(made(rules, true), [leading])
  t.same(made(rules, false), anew, 'of a crashed run')
  t.same(made([], true), anew, 'it was flushed')
  t.same(made([leading, '-A IPXXB-UNSEEN -j ACCEPT'], true), anew, 'it is another')
  t.same(made([...rules, counting], true), anew, 'there are two')
  t.same(made(rules, true, []), [':IPXXB-UNSEEN - [0:0]'])
  t.end()
})

t.test('the jumps are there once and last', (t) => {
  const [udp, tcp] = ['-A FORWARD -p udp -m udp --dport 53:123 -j IPXXB', '-A FORWARD -p tcp -j IPXXB']
  const moves = (old: string[], isLast: boolean, jumps = [udp]) =>
    renderInstall([], jumps, 'forward', { ...NOTHING, hasChain: true, jumps: old, isLast })
      .split('\n')
      .filter((line) => /^-[AD]/.test(line))
  const gone = (jump: string) => jump.replace('-A', '-D')
  t.same(moves([], false), [udp])
  t.same(moves([udp], true), [])
  t.same(moves([udp], false), [gone(udp), udp])
  t.same(moves([udp, udp], true), [gone(udp), gone(udp), udp])
  t.same(moves([udp, tcp], true, [udp, tcp]), [])
  t.same(moves([udp, tcp], true), [gone(udp), gone(tcp), udp])
  t.same(moves(['-A FORWARD -j IPXXB'], true), ['-D FORWARD -j IPXXB', udp], "an earlier version's")
  t.same(moves(['-A PREROUTING -j IPXXB'], true), ['-D PREROUTING -j IPXXB', udp])
  t.same(moves([udp], true, []), [gone(udp)], 'nothing is to be steered any more')
  const chains = ':IPXXB - [0:0]\n:IPXXB-CANDIDATES - [0:0]\n:IPXXB-OBSERVED - [0:0]\n:IPXXB-UNSEEN - [0:0]\n'
  t.equal(renderEmpty('raw'), `*raw\n${chains}COMMIT\n`)
  t.equal(
    renderRemove('mangle', { ...NOTHING, jumps: ['-A FORWARD -j IPXXB'] }),
    `*mangle\n${chains}-D FORWARD -j IPXXB\n-X IPXXB\n-X IPXXB-CANDIDATES\n-X IPXXB-OBSERVED\n-X IPXXB-UNSEEN\nCOMMIT\n`,
  )
  t.equal(renderRemove('mangle', { ...NOTHING, isReferred: true }), `*mangle\n${chains}COMMIT\n`, 'somebody else leads to a chain')
  t.end()
})

t.test('the tools take every text', { skip }, (t) => {
  const tool = (command: string, words: string[], input: string) => spawnSync(command, words, { input, encoding: 'utf8' })
  for (const name of Object.keys(PLANS)) {
    const text = readFileSync(new URL(`${name}.txt`, CASES), 'utf8')
    for (const part of text.split(/^(?=# )/m).filter(Boolean)) {
      const [, command = '', input = ''] = /^# (.*)\n([\s\S]*)$/.exec(part) ?? []
      const [program = '', ...words] = command.split(' ')
      if (program === 'ipset') {
        t.equal(tool(program, words, input).stderr, '', `${name}: ${command}`)
        continue
      }
      for (const backend of ['nft', 'legacy']) {
        const { status, stderr } = tool(program.replace('-', `-${backend}-`), ['--test', ...words], input)
        t.equal(status, 0, `${name}: ${program} ${backend}: ${stderr}`)
      }
    }
    t.equal(tool('ipset', ['destroy'], '').status, 0)
  }
  t.end()
})

t.test('a set holds the customers and not what others carve out', { skip }, (t) => {
  const sets = setsOf([layerOf(PLANS['small-isp'] as SteeringPlan)])
  spawnSync('ipset', ['restore'], { input: renderSets(sets) })
  const holds = (set: string, address: string) => spawnSync('ipset', ['test', `ipxxb-1-${set}`, address]).status === 0
  t.ok(holds('dynamic-4', '198.51.100.127'))
  t.notOk(holds('dynamic-4', '198.51.100.128'), 'carved out')
  t.ok(holds('dynamic-static-4', '198.51.100.128'))
  t.notOk(holds('dynamic-static-4', '203.0.113.128'))
  t.ok(holds('dynamic-6', '2001:db8:1ff::1'))
  t.notOk(holds('dynamic-6', '2001:db8:200::'))
  t.equal(spawnSync('ipset', ['destroy']).status, 0)
  t.end()
})
