// SPDX-License-Identifier: GPL-2.0-or-later
// Plans, and how the real iptables shows what of ours is in force.

import { execFileSync } from 'node:child_process'
import type { IptablesBackend } from '../../../src/control/install/tools.js'
import { block, KINDS, network, policy } from '../../property/policies.js'
import { planOf } from './plans.js'

export const shell = (script: string): string =>
  execFileSync('sh', ['-ec', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

export const DYNAMIC = planOf(
  policy({ networks: [network('dynamic', '198.51.100.0/24 2001:db8:100::/40', { customers: true })], blocks: [block(KINDS.dns)] }),
)
export const DYNAMIC_NTP = planOf(
  policy({
    networks: [network('dynamic', '198.51.100.0/24 2001:db8:100::/40', { customers: true })],
    blocks: [block(KINDS.dns), block(KINDS.ntp)],
  }),
)
export const STATIC = planOf(
  policy({
    networks: [network('static', '203.0.113.0/25', { customers: true }), network('carved', '203.0.113.64/26')],
    blocks: [block(KINDS.ntp), block(KINDS.headerOnly), block(KINDS.ssdp, { mode: 'observe' })],
  }),
)

/** Our chain, the jumps to it (`FORWARD udp 53:123`) and what is queued; gates and the mark are as iptables.test.ts has them. */
export const chain = (backend: IptablesBackend, family: 4 | 6 = 4, table = 'mangle'): string[] =>
  shell(`${family === 4 ? backend : backend.replace('ip', 'ip6')}-save -t ${table}`)
    .split('\n')
    .filter((line) => /^:IPXXB |^-A IPXXB-CANDIDATES .*(-j NFQUEUE|-g IPXXB-OBSERVED)|-j IPXXB$/.test(line))
    .map((line) =>
      line
        .replace(/^-A (\S+) -p (\S+) -m \S+ --dports? (\S+) -j IPXXB$/, '$1 $2 $3')
        .replace(/^-A IPXXB-C.* --dports? (\S+) .*--match-set (\S+) .*(?:--queue-(?:num|balance) |-g IPXXB-)(\S+).*$/, '$1 $2 $3'),
    )

export const sets = (): string[] =>
  shell('ipset list -n')
    .split('\n')
    .filter((name) => /^ipxxb-\d/.test(name))
    .sort()

export const installed = (...jumps: readonly string[]): string[] => [':IPXXB - [0:0]', ...jumps]
/** For DYNAMIC, for STATIC, and for both at once. */
export const INSTALLED = installed('FORWARD udp 53')
export const STATIC_INSTALLED = installed('FORWARD udp 123:1900', 'FORWARD tcp 25')
export const BOTH_INSTALLED = installed('FORWARD udp 53:1900', 'FORWARD tcp 25')
export const DYNAMIC_RULES = (generation: number, family = 4) => [`53 ipxxb-${generation}-dynamic-${family} 5300:5301`]
