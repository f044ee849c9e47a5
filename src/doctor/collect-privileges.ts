// SPDX-License-Identifier: GPL-2.0-or-later
// What this process may do, from /proc/self: effective capabilities, and whether they are those of a user namespace.

import type { PrivilegeFacts } from './facts.js'
import type { Machine } from './machine.js'

/** linux/capability.h */
const CAP_NET_ADMIN = 12n
const CAP_NET_RAW = 13n
/** The initial user namespace maps every user id to itself. */
const ALL_IDS = /^\s*0\s+0\s+4294967295\s*$/

export function collectPrivileges({ readFile, user }: Machine): PrivilegeFacts {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFile('/proc/self/status') ?? '')?.[1]
  const has = (bit: bigint) => (effective === undefined ? null : ((BigInt(`0x${effective}`) >> bit) & 1n) === 1n)
  const map = readFile('/proc/self/uid_map')
  return { user, admin: has(CAP_NET_ADMIN), raw: has(CAP_NET_RAW), initialNamespace: map === null ? null : ALL_IDS.test(map) }
}
