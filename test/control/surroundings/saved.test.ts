// SPDX-License-Identifier: GPL-2.0-or-later
// What is read from iptables-save, case by case of test/cases/surroundings/saved.yaml.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { readSaved } from '../../../src/control/surroundings/saved.js'
import { queueRuleTexts, translationTexts } from './text.js'

interface Case {
  readonly name: string
  readonly saved: string
  readonly family?: 'ip6'
  readonly translations?: readonly string[]
  readonly tracking?: boolean
  readonly chains?: readonly string[]
  readonly ours?: boolean
  readonly jumps?: readonly string[]
  readonly queueRules?: readonly string[]
}

const CASES = parse(readFileSync(new URL('../../../../test/cases/surroundings/saved.yaml', import.meta.url), 'utf8')) as Case[]

for (const one of CASES) {
  t.test(one.name, async (t) => {
    const family = one.family ?? 'ip'
    const facts = readSaved(one.saved, 'iptables-legacy', family)
    t.strictSame(translationTexts(facts), one.translations ?? [])
    const version = family === 'ip' ? 4 : 6
    t.equal(facts.defragmenting[version] !== null, one.tracking ?? false)
    t.equal(facts.defragmenting[version === 4 ? 6 : 4], null, 'of one family alone')
    // What a case does not speak of must not be found either; chains are so plain that a case may leave them out.
    const chains = facts.chains.map(({ table, name, hook, priority, policy, rules }) =>
      [table, name, hook, priority, policy, rules].join(' '),
    )
    if (one.chains !== undefined || !one.saved.includes(':')) t.strictSame(chains, one.chains ?? [])
    t.equal(facts.ours, one.ours ?? false)
    const jumps = facts.jumps.map(({ chain, behind, next }) => `${chain} ${behind}: ${next}`)
    t.strictSame(jumps, one.jumps ?? [])
    t.strictSame(queueRuleTexts(facts), one.queueRules ?? [])
  })
}

t.test('the operator is told a line that can be found', async (t) => {
  const line = '-A POSTROUTING -o ppp0 -j MASQUERADE'
  const place = (source: 'iptables-nft' | 'iptables-legacy', family: 'ip' | 'ip6') =>
    readSaved(`*nat\n${line}\n`, source, family).translations[0]?.place
  t.equal(place('iptables-nft', 'ip'), `iptables-nft -t nat ${line}`)
  t.equal(place('iptables-legacy', 'ip6'), `ip6tables-legacy -t nat ${line}`)
})
