// SPDX-License-Identifier: GPL-2.0-or-later
// Policies written by hand in few words: every part with a default, so that a row shows only what it is about.

import { ALWAYS, NEVER } from '../../src/contract/image.js'
import {
  DNS_REPLY,
  DNS_REQUEST,
  MDNS_REQUEST,
  MSSQL_REQUEST,
  NTP_REPLY,
  NTP_REQUEST,
  PORTMAP_REQUEST,
  SSDP_REQUEST,
  STUN_REQUEST,
} from '../../src/contract/shapes.js'
import type { Block, Exemption, Network, Policy } from '../../src/control/policy/policy.js'
import type { Profile, Service } from '../../src/control/profiles/profile.js'
import { prefix, prefixColumns } from '../oracle/addresses.js'

/** `udp/53`, `tcp/135-139`, `udp/source/53`. */
export function service(text: string): Service {
  const parts = text.split('/')
  const [first, last] = (parts.at(-1) ?? '').split('-').map(Number)
  const side = parts[1] === 'source' ? 'source' : 'destination'
  return { protocol: parts[0] as 'udp' | 'tcp', first: first!, last: last ?? first!, side }
}

const NO_TEXT = { en: '', ja: '' }

export function profile(name: string, services: string, part: Partial<Profile>): Profile {
  return {
    name,
    title: NO_TEXT,
    direction: 'inbound',
    services: services.split(' ').map(service),
    class: null,
    request: null,
    reply: null,
    replySourcePort: null,
    stops: 'request',
    needsDefragmentation: false,
    amplification: null,
    collateral: NO_TEXT,
    notFor: NO_TEXT,
    references: [],
    ...part,
  }
}

/** One profile of each kind. The catalogue's own stand in src/control/profiles; these do not change when it does. */
export const KINDS = {
  headerOnly: profile('OP25B', 'tcp/25', { direction: 'outbound' }),
  classA: profile('IP161B', 'udp/161', { class: 'A' }),
  classAWide: profile('IP135B', 'udp/135-139 tcp/135-139 tcp/445', { class: 'A' }),
  portmap: profile('IP111B', 'udp/111', { class: 'A', request: PORTMAP_REQUEST }),
  dns: profile('IP53B', 'udp/53', { class: 'B', request: DNS_REQUEST, reply: DNS_REPLY, replySourcePort: 53 }),
  ntp: profile('IP123B', 'udp/123', { class: 'B', request: NTP_REQUEST, reply: NTP_REPLY, replySourcePort: 123 }),
  ssdp: profile('IP1900B', 'udp/1900', { class: 'C', request: SSDP_REQUEST }),
  mssql: profile('IP1434B', 'udp/1434', { class: 'C', request: MSSQL_REQUEST }),
  mdns: profile('IP5353B', 'udp/5353', { class: 'C', request: MDNS_REQUEST }),
  dnsAnswers: profile('OP53RB', 'udp/source/53', { direction: 'outbound', class: 'C', reply: DNS_REPLY, stops: 'reply' }),
  stun: profile('IP3478B', 'udp/3478', { class: 'D', request: STUN_REQUEST }),
} as const

export function network(name: string, prefixes: string, part: Partial<Network> = {}): Network {
  return { name, customers: false, shared: false, prefixes: prefixColumns(prefixes.split(' ').filter(Boolean).map(prefix)), ...part }
}

/** A block of a profile, or with `profile: null` and services a custom rule. */
export function block(of: Profile | null, part: Partial<Block> = {}): Block {
  return {
    name: of?.name ?? 'custom',
    profile: of,
    direction: of?.direction ?? 'inbound',
    services: of?.services ?? [],
    protect: [0],
    except: [],
    mode: 'enforce',
    precision: of === null || of.class === null ? 'port' : 'shape',
    placement: 'userspace',
    action: 'drop',
    since: ALWAYS,
    expires: NEVER,
    emergency: false,
    limit: null,
    reason: null,
    review: null,
    ...part,
  }
}

export function exemption(prefixes: string, blocks: readonly number[], part: Partial<Exemption> = {}): Exemption {
  const columns = prefixColumns(prefixes.split(' ').map(prefix))
  return { prefix: columns, blocks, service: null, expires: NEVER, owner: null, reason: null, ...part }
}

export function policy(part: Partial<Policy>): Policy {
  return {
    timezone: 'UTC',
    outside: [],
    networks: [],
    blocks: [],
    exemptions: [],
    overload: 'fail-open',
    hook: 'forward',
    observeRate: 20_000,
    ...part,
  }
}
