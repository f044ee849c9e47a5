// SPDX-License-Identifier: GPL-2.0-or-later
// The policies that are held against the kernel. Together they enforce every profile of the catalogue, by shape and by port, in as few
// policies as hold blocks that do not overlap; two more have what a policy can have besides: excepted networks, exemptions, blocks that
// observe, reject, limit or are not in force, own rules of ranges, blocks that cross, and direction by prefixes alone.

import type { Block, Policy, Precision } from '../../src/control/policy/policy.js'
import { PROFILES } from '../../src/control/profiles/catalogue.js'
import type { Profile, Service } from '../../src/control/profiles/profile.js'
import { NOW } from '../oracle/scene.js'
import { block, exemption, policy, service } from '../property/policies.js'
import { DYNAMIC, EXEMPT, EXEMPT_IN_PART, LEASED, NETWORKS, PARTNERS } from './networks.js'
import { OUTSIDE } from './wiring.js'

export interface Scene {
  readonly name: string
  readonly policy: Policy
}

const BOTH = [DYNAMIC, LEASED]
const DAY = 86_400
/** Rules of more do not fit one message to the kernel where the sender may not ask for a larger buffer, as in a user namespace. */
const MOST_BLOCKS = 24

const overlap = (one: Service, other: Service): boolean =>
  one.protocol === other.protocol && one.side === other.side && one.first <= other.last && other.first <= one.last

/** Profiles in the order of the catalogue, each in the first group where it overlaps with none of its direction. */
function groups(profiles: readonly Profile[]): Profile[][] {
  const found: Profile[][] = []
  for (const profile of profiles) {
    const meets = (other: Profile) =>
      other.direction === profile.direction && other.services.some((one) => profile.services.some((two) => overlap(one, two)))
    const group = found.find((one) => one.length < MOST_BLOCKS && !one.some(meets))
    if (group === undefined) found.push([profile])
    else group.push(profile)
  }
  return found
}

const named = (name: string): Profile => {
  const found = PROFILES.find((profile) => profile.name === name)
  if (found === undefined) throw new Error(`no profile ${name}`)
  return found
}

const enforced = (profile: Profile, precision: Precision): Block =>
  block(profile, {
    protect: BOTH,
    precision,
    ...(profile.class === 'D' && precision === 'shape' ? { limit: { rate: 0.001, burst: 1 } } : {}),
  })

const byPrecision = (['shape', 'port'] as const).flatMap((precision) =>
  groups(PROFILES.filter((profile) => precision === 'port' || profile.class !== null)).map((profiles, index): Scene => {
    const blocks = profiles.map((profile) => enforced(profile, precision))
    return { name: `by ${precision}, part ${index + 1}`, policy: policy({ outside: [OUTSIDE], networks: NETWORKS, blocks }) }
  }),
)

/** Names and all: a policy that an operator might have after some years. */
const GROWN: Block[] = [
  block(named('IP123B'), { name: 'watched', protect: [LEASED], mode: 'observe' }),
  block(named('IP53B'), { protect: [DYNAMIC], except: [PARTNERS] }),
  block(named('IP53B'), { name: 'IP53B-leased', protect: [LEASED] }),
  block(named('IP123B'), { protect: BOTH, except: [PARTNERS] }),
  block(named('IP161B'), { protect: BOTH }),
  block(named('IP1900B'), { protect: [DYNAMIC], mode: 'observe' }),
  block(named('IP389B'), { protect: BOTH, limit: { rate: 1, burst: 1 } }),
  block(named('IP5353B'), { protect: BOTH, since: NOW + DAY }),
  block(named('IP1434B'), { protect: BOTH, expires: NOW - DAY }),
  block(named('IP11211B'), { protect: BOTH, since: NOW - DAY, expires: NOW + DAY }),
  block(named('IP69B'), { protect: [LEASED], precision: 'port' }),
  block(null, { name: 'sources', protect: [DYNAMIC], services: [service('udp/source/19'), service('udp/source/111')], except: [PARTNERS] }),
  block(null, { name: 'range', protect: [DYNAMIC], services: [service('udp/130-140'), service('tcp/130-140'), service('tcp/445')] }),
  block(named('OP53RB'), { protect: BOTH }),
  block(named('OP123B'), { protect: [LEASED], action: 'reject' }),
  block(named('OP53B'), { protect: [DYNAMIC] }),
  block(named('OP25B'), { protect: [DYNAMIC], except: [PARTNERS] }),
  block(named('OP1900RB'), { protect: BOTH, precision: 'port' }),
]

const EXEMPTIONS = [
  exemption(EXEMPT, [1, 4, 10, 12, 13, 16]),
  exemption(EXEMPT_IN_PART, [12], { service: service('udp/137-138') }),
  exemption(EXEMPT_IN_PART, [1, 2, 9]),
  exemption('192.0.2.0/24 2001:db8:100::/40', [4], { expires: NOW - DAY }),
]

const grown = { networks: NETWORKS, blocks: GROWN, exemptions: EXEMPTIONS }

export const SCENES: readonly Scene[] = [
  ...byPrecision,
  { name: 'grown', policy: policy({ ...grown, outside: [OUTSIDE] }) },
  { name: 'grown, by prefixes alone', policy: policy(grown) },
]
