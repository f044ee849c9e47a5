// SPDX-License-Identifier: GPL-2.0-or-later
// How large a policy may become. Each limit bounds memory or compile time of the appliance, none is met by a policy that an operator
// writes by hand; a policy beyond one is refused as a whole, with numbers, before anything is installed.

import { OperationalError } from '../../errors.js'

/** (direction, near, far) triples: 16 MiB of rows, and a few seconds to fill them. */
export const MAX_ROWS = 1 << 22
/** (table, destination port class, source port class) triples: 64 MiB of cells. */
export const MAX_CELLS = 1 << 24
/** Port classes are 16-bit in the image. */
export const MAX_PORT_CLASSES = 65_535
/** 256-entry groups of one address family: 1 GiB. Scattered hosts and networks beyond /24 (IPv6: beyond /16) cost one or more each. */
export const MAX_GROUPS = 1 << 20

/** Throws POLICY_TOO_LARGE where `groups` are too many, before memory is asked for. */
export function requireGroups(groups: number): void {
  requireAtMost(MAX_GROUPS, groups, 'address groups of one family (hosts and small prefixes far from each other)')
}

/** Throws POLICY_TOO_LARGE where `have` is above `limit`; `what` names the things counted. */
export function requireAtMost(limit: number, have: number, what: string): void {
  if (have > limit) throw new OperationalError('POLICY_TOO_LARGE', `the policy makes ${have} ${what}; at most ${limit} are possible`)
}
