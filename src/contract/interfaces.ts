// SPDX-License-Identifier: GPL-2.0-or-later
// What a name under `interfaces.outside` means. The appliance acts by it, explain and doctor speak of it: they must agree.

/** Whether an interface of this name is meant by `pattern`: `ppp*` by how it begins, a plain name by being the same. */
export function matchesInterface(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name
}
