// SPDX-License-Identifier: GPL-2.0-or-later
// Names that mean something already, and that therefore no network and no block may take.

/** Words of the policy itself, and of what may yet be said of networks in it. */
const WORDS: ReadonlySet<string> = new Set(['all', 'any', 'none', 'default', 'inside', 'outside', 'customers'])
/** The catalogue's names, those still to come included. */
const PROFILE_NAME = /^[IO]P\d+R?B$/i

/** `own` is the profile of a block, whose name the block bears by right. */
export function isReserved(name: string, own: string | null): boolean {
  return name !== own && (WORDS.has(name.toLowerCase()) || PROFILE_NAME.test(name))
}
