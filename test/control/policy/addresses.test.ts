// SPDX-License-Identifier: GPL-2.0-or-later
// Prefixes of networks and exemptions against one another.

import t from 'tap'
import { loadText } from './cases.js'

const say = (networks: string, blocks = '', exemptions = '') =>
  loadText(
    `version: 1\ninterfaces: { outside: [a] }\nnetworks: { ${networks} }\nblocks: [${blocks}]\nexemptions: [${exemptions}]\n`,
  ).diagnostics.map(({ code, message }) => `${code}: ${message}`)

const homes = 'homes: { customers: true, prefixes: [198.51.100.0/24] }'
const block = '{ profile: IP53B, protect: [homes] }'

t.test('twins', (t) => {
  t.strictSame(say('a: { prefixes: [192.0.2.0/24, 192.0.2.0/24] }'), ['duplicate-prefix: `192.0.2.0/24` is in the network `a` already'])
  t.strictSame(say('a: { prefixes: [192.0.2.0/24] }, b: { prefixes: [192.0.2.0/24] }'), [
    'ambiguous-prefix: `192.0.2.0/24` is in `a` and in `b`',
  ])
  t.strictSame(say('a: { prefixes: [192.0.2.0/24] }, b: { prefixes: [192.0.2.0/25] }'), [], 'without a block, nobody loses anything')
  t.end()
})

t.test('carved out', (t) => {
  const one = 'carved-out: `198.51.100.0/28` lies inside `homes`, and the longer prefix wins: not protected by `IP53B`'
  t.strictSame(say(`${homes}, office: { prefixes: [198.51.100.0/28] }`, block), [one])
  t.strictSame(say(`${homes}, office: { prefixes: [198.51.100.0/28, 198.51.100.128/25] }`, block), [
    'carved-out: `198.51.100.0/28` and 1 more of `office` lie inside `homes`, and the longer prefix wins: not protected by `IP53B`',
  ])
  t.strictSame(
    say(`${homes}, office: { customers: true, prefixes: [198.51.100.0/28] }`, '{ profile: IP53B, protect: [homes, office] }'),
    [],
  )
  t.strictSame(say('homes: { customers: true, prefixes: [198.51.100.0/24, 198.51.100.0/28] }', block), [], 'of itself')
  const many = ['IP19B', 'IP53B', 'IP123B', 'IP161B', 'IP1434B'].map((profile) => `{ profile: ${profile}, protect: [homes] }`)
  t.match(
    say(`${homes}, office: { prefixes: [198.51.100.0/28] }`, many.join())[0],
    /not protected by `IP19B`, `IP53B`, `IP123B` and 2 more$/,
  )
  t.match(
    say(`${homes}, office: { prefixes: [198.51.100.0/28] }`, many.slice(1).join())[0],
    /not protected by `IP53B`, `IP123B`, `IP161B`, `IP1434B`$/,
  )
  t.end()
})

t.test('exemptions outside of what their blocks protect', (t) => {
  const flats = 'flats: { customers: true, prefixes: [198.51.100.128/25, 203.0.113.0/24] }'
  const both = '{ profile: IP53B, protect: [homes] }, { name: f, profile: IP53B, protect: [flats] }'
  for (const [prefix, blocks, idle] of [
    ['198.51.100.5/32', 'IP53B', false],
    ['198.51.100.0/24', 'IP53B', false],
    ['198.51.0.0/16', 'IP53B', false],
    ['192.0.2.5/32', 'IP53B', true],
    ['198.51.100.200/32', 'IP53B', true],
    ['198.51.100.200/32', 'f', false],
    ['203.0.113.5/32', 'IP53B', true],
    ['203.0.113.5/32', 'IP53B, f', false],
  ] as const) {
    const found = say(`${homes}, ${flats}`, both, `{ prefix: ${prefix}, blocks: [${blocks}] }`).filter(
      (line) => !line.startsWith('carved-out'),
    )
    t.strictSame(found, idle ? [`idle-exemption: none of these blocks protects \`${prefix}\``] : [], `${prefix} ${blocks}`)
  }
  t.end()
})
