// SPDX-License-Identifier: GPL-2.0-or-later
// Policies beyond each limit, refused as a whole and with numbers.

import t from 'tap'
import { compile } from '../../../src/control/compile/compile.js'
import { requireAtMost } from '../../../src/control/compile/limits.js'
import type { Policy } from '../../../src/control/policy/policy.js'
import { block, exemption, KINDS, network, policy, service } from '../../property/policies.js'

const digest = new Uint32Array(8)
const customers = (prefixes: string, name = 'dynamic') => network(name, prefixes, { customers: true })

t.test('the limit itself is allowed', (t) => {
  t.doesNotThrow(() => requireAtMost(4, 4, 'things'))
  t.throws(() => requireAtMost(4, 5, 'things'), { code: 'POLICY_TOO_LARGE', message: 'the policy makes 5 things; at most 4 are possible' })
  t.end()
})

t.test('what is too large is refused with numbers', (t) => {
  const refused = (of: Policy, message: RegExp) =>
    t.throws(() => compile(of, { digest, generation: 1 }), { code: 'POLICY_TOO_LARGE', message })
  const many = (count: number) => Array.from({ length: count }, (_, index) => index)

  refused(policy({ blocks: many(4097).map(() => block(KINDS.dns)) }), /4097 blocks; at most 4096/)

  // 1,500 customer networks, each with a block of its own, and 1,500 far networks, each excepted by a block of its own.
  const near = many(1500).map((index) => customers(`10.0.${index >> 8}.${index & 255}/32`, `n${index}`))
  const far = many(1500).map((index) => network(`f${index}`, `10.1.${index >> 8}.${index & 255}/32`))
  const blocks = many(1500).map((index) => block(KINDS.dns, { protect: [index], except: [1500 + index] }))
  refused(policy({ networks: [...near, ...far], blocks }), /4506002 pairs of customers .* at most 4194304/)

  const ports = many(3000).map((index) => block(null, { services: [service(`udp/${index * 2}`), service(`udp/source/${index * 2}`)] }))
  refused(policy({ networks: [customers('10.0.0.0/8')], blocks: ports }), /combinations of customers, far networks and ports/)

  const everyPort = many(33_000).map((index) => service(`udp/${index}`))
  const odd = [...everyPort, ...many(33_000).map((index) => service(`tcp/${index}`))]
  const exemptions = odd.map((one) => exemption('10.0.0.0/32', [0], { service: one }))
  refused(policy({ networks: [customers('10.0.0.0/8')], blocks: [block(KINDS.dns)], exemptions }), /66002 classes of ports; at most 65535/)
  t.end()
})
