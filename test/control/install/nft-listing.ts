// SPDX-License-Identifier: GPL-2.0-or-later
// How the real nft shows what of ours is in force.

import { openSteering, type Steering, type SteeringOptions } from '../../../src/control/install/install.js'
import { direct } from './direct.js'
import { shell } from './listing.js'
import { QUEUES } from './plans.js'
import { hasQueueStatement, runWithStandIn } from './stand-in.js'

/** Steering through nft, in the namespace where the test runs; no queue is said to hold a packet. */
export const openNft = (options: Partial<SteeringOptions> = {}): Promise<Steering> =>
  openSteering({ direct, run: runWithStandIn(), queues: QUEUES, backend: 'nft', isPacketQueued: () => false, ...options })

/** The rules of our table, without handles, statements and what gates test first: `candidates: udp dport 53 ip daddr @ipxxb-1-dynamic-4`. */
export function rules(): string[] {
  let chain = ''
  return shell('nft --terse list ruleset inet | sed -n "/^table inet ipxxb {/,/^}/p"')
    .split('\n')
    .flatMap((line) => {
      chain = /^\tchain (\S+)/.exec(line)?.[1] ?? chain
      const rule = /^\t\t(?!type |flags |elements |packets )(.*?)( accept| queue .*)?$/.exec(line)?.[1]
      return rule === undefined ? [] : [`${chain}: ${rule.replace(/^@th,0,32 & \S+ == \S+ /, '')}`]
    })
}

export const names = (kind: 'set' | 'chain'): string[] =>
  [...shell('nft --terse list ruleset inet | sed -n "/^table inet ipxxb {/,/^}/p"').matchAll(new RegExp(`^\\t${kind} (\\S+)`, 'gm'))].map(
    ([, name = '']) => name,
  )

/** As nft lists them; of 20,000 packets a second. */
export const OBSERVED = [
  ...['ipv4', 'ipv6'].map(
    (version) => `observed: meta nfproto ${version} limit rate over 20000/second burst 20000 packets counter name "unseen" return`,
  ),
  hasQueueStatement() ? 'observed: queue flags bypass to 5310' : 'observed: accept',
]
/** As nft lists it. */
export const NOT_OPENING = 'candidates: meta l4proto tcp @th,96,32 & 0x120000 != 0x20000 return'
export const MARK = 'candidates: meta mark 0x69707862 return'
export const DYNAMIC_RULES = (generation: number) => [
  MARK,
  `candidates: udp dport 53 ip daddr @ipxxb-${generation}-dynamic-4`,
  `candidates: udp dport 53 ip6 daddr @ipxxb-${generation}-dynamic-6`,
  'forward: udp dport 53 goto candidates',
]
