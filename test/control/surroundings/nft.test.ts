// SPDX-License-Identifier: GPL-2.0-or-later
// What is read from nft's JSON, case by case of test/cases/surroundings/nft.yaml.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { readNft } from '../../../src/control/surroundings/nft.js'
import { queueRuleTexts, translationTexts } from './text.js'

interface Case {
  readonly name: string
  readonly objects: readonly object[]
  readonly saved?: readonly string[]
  readonly translations?: readonly string[]
  readonly chains?: readonly string[]
  readonly flowtables?: readonly string[]
  readonly queueRules?: readonly string[]
  readonly ours?: boolean
  readonly defragmenting?: { readonly 4: string | null; readonly 6: string | null }
}

const CASES = parse(readFileSync(new URL('../../../../test/cases/surroundings/nft.yaml', import.meta.url), 'utf8')) as Case[]

for (const one of CASES) {
  t.test(one.name, async (t) => {
    const text = JSON.stringify({ nftables: [{ metainfo: { json_schema_version: 1 } }, ...one.objects] })
    const facts = readNft(text, (family, table) => one.saved?.includes(`${family} ${table}`) ?? false)
    t.strictSame(translationTexts(facts), one.translations ?? [])
    const chains = facts.chains.map(({ family, table, name, hook, priority, policy, rules }) =>
      [family, table, name, hook, priority, policy, rules].join(' '),
    )
    t.strictSame(chains, one.chains ?? [])
    const flowtables = facts.flowtables.map(({ family, table, name, devices }) => `${family} ${table} ${name} ${devices.join(',')}`)
    t.strictSame(flowtables, one.flowtables ?? [])
    t.strictSame(queueRuleTexts(facts), one.queueRules ?? [])
    t.equal(facts.ours, one.ours ?? false)
    t.same(facts.defragmenting, one.defragmenting ?? { 4: null, 6: null })
    t.same(facts.jumps, [], 'nft has none of our jumps')
  })
}

t.test('what is not JSON is an error of its own', async (t) => {
  t.throws(() => readNft('table inet t {', () => false), SyntaxError)
})
