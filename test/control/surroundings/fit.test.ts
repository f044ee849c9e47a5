// SPDX-License-Identifier: GPL-2.0-or-later
// What is refused, and with which words; and what must not be.

import t from 'tap'
import { needsSurvey, type Needs, requireFit } from '../../../src/control/surroundings/fit.js'
import { parseRange } from '../../../src/control/surroundings/ranges.js'
import type { Translation } from '../../../src/control/surroundings/rules.js'
import type { Surroundings } from '../../../src/control/surroundings/survey.js'

const NOTHING: Surroundings = {
  vrfs: [],
  hooks: [],
  chains: [],
  translations: [],
  flowtables: [],
  jumps: [],
  queueRules: [],
  ours: [],
  unread: [],
  defragments: { 4: { answer: 'no', because: 'no rule' }, 6: { answer: 'no', because: 'no rule' } },
}
const NO_PREFIXES = { ipv4: new Uint32Array(), ipv6: new Uint32Array() }
const IPV4 = { ...NO_PREFIXES, ipv4: Uint32Array.of(0xc6336400, 24) }
const IPV6 = { ...NO_PREFIXES, ipv6: Uint32Array.of(0x20010db8, 0x01000000, 0, 0, 40) }

const needs = (hook: 'forward' | 'prerouting', prefixes: Needs['plan']['sets'][number]['prefixes'] = IPV4): Needs => ({
  plan: { hook, sets: [{ name: 'one', prefixes, exclusions: NO_PREFIXES }] },
  wholePackets: [],
})

const ranges = (texts: readonly string[]) =>
  texts.map((text) => {
    const range = parseRange(text)
    if (range === null) throw new Error(text)
    return range
  })
const translation = (family: Translation['family'], from: readonly string[] | null, to: readonly string[] | null): Translation => ({
  source: 'nft',
  side: 'source',
  family,
  from: from && ranges(from),
  to: to && ranges(to),
  place: 'the rule',
})

t.test('who asks at all', async (t) => {
  t.equal(needsSurvey(needs('forward')), false)
  t.equal(needsSurvey(needs('prerouting')), true)
  t.equal(needsSurvey({ ...needs('forward'), wholePackets: [{ block: 'a', ipv4: true, ipv6: false }] }), true)
})

t.test('the hook prerouting', async (t) => {
  const refused = (surroundings: Partial<Surroundings>, asked = needs('prerouting')) => {
    try {
      requireFit(asked, { ...NOTHING, ...surroundings })
      return null
    } catch (error) {
      t.match(error, { code: 'HOOK_REFUSED' })
      return (error as Error).message
    }
  }
  t.equal(refused({}), null, 'a router with nothing around it')
  t.match(refused({ vrfs: ['red', 'blue'] }), /VRF device red/)
  t.match(refused({ vrfs: null }), /could not be listed/)
  t.match(refused({ unread: [{ tool: 'nft', why: 'no such program' }] }), /could not be read \(nft: no such program\)/)
  t.equal(
    refused({ vrfs: ['red'], unread: [{ tool: 'nft', why: 'x' }] }, needs('forward')),
    null,
    'nothing of that concerns the hook forward',
  )

  const nat = (...words: Parameters<typeof translation>) => refused({ translations: [translation(...words)] })
  t.match(nat('ip', null, []), /nothing shows that protected ones are not: the rule/, 'a masquerade of all')
  t.match(nat('ip', ['198.51.100.128/25'], []), /the rule/, 'of protected ones')
  t.match(nat('ip', ['10.0.0.0/8', '198.51.0.0/16'], []), /the rule/, 'of protected ones among others')
  t.match(nat('ip', ['203.0.113.5'], ['198.51.100.53']), /the rule/, 'of others, to a protected one')
  t.match(nat('ip', ['203.0.113.5'], null), /the rule/, 'of others, to nobody knows whom')
  t.equal(nat('ip', ['10.0.0.0/8'], []), null, 'of others alone')
  t.equal(nat('ip', ['10.0.0.0/8'], ['203.0.113.5']), null)
  t.equal(nat('ip6', null, []), null, 'of the other IP version')
  t.match(nat('inet', null, []), /the rule/)
  t.equal(refused({ translations: [translation('ip', null, [])] }, needs('prerouting', IPV6)), null, 'nothing of IPv4 is protected')
  t.equal(refused({ translations: [translation('ip', null, [])] }, needs('prerouting', NO_PREFIXES)), null, 'nothing is protected')
})

t.test('whole packets', async (t) => {
  const refused = (defragments: Surroundings['defragments'], ipv4: boolean, ipv6: boolean) => {
    try {
      requireFit({ ...needs('forward'), wholePackets: [{ block: 'OP53RB', ipv4, ipv6 }] }, { ...NOTHING, defragments })
      return null
    } catch (error) {
      t.match(error, { code: 'NO_DEFRAGMENTATION' })
      return (error as Error).message
    }
  }
  const [yes, no, unknown] = (['yes', 'no', 'unknown'] as const).map((answer) => ({ answer, because: 'so' }))
  t.equal(refused({ 4: yes, 6: yes }, true, true), null)
  t.equal(refused({ 4: no, 6: no }, true, true), 'block `OP53RB`: nothing puts IPv4 fragments together (so)')
  t.equal(refused({ 4: yes, 6: no }, true, true), 'block `OP53RB`: nothing puts IPv6 fragments together (so)')
  t.equal(refused({ 4: yes, 6: no }, true, false), null, 'the block protects no IPv6')
  t.equal(refused({ 4: unknown, 6: yes }, true, false), 'block `OP53RB`: it cannot be told whether IPv4 fragments are put together (so)')
  t.equal(refused({ 4: no, 6: no }, false, false), null)
})
