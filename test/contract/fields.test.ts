// SPDX-License-Identifier: GPL-2.0-or-later
import t from 'tap'
import * as fields from '../../src/contract/fields.js'

t.test('no two words overlap, and all lie within FIELD_WORDS', (t) => {
  const { FIELD_WORDS, TCP_FIN, TCP_SYN, TCP_RST, TCP_ACK, ...words } = fields
  const spans = Object.entries(words).map(([name, at]) => [at, name === 'SOURCE' || name === 'DESTINATION' ? 4 : 1] as const)
  let end = 0
  for (const [at, length] of spans.sort((a, b) => a[0] - b[0])) {
    t.equal(at, end)
    end = at + length
  }
  t.ok(end <= FIELD_WORDS)
  t.equal(TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK, TCP_FIN + TCP_SYN + TCP_RST + TCP_ACK)
  t.end()
})
