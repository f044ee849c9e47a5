// SPDX-License-Identifier: GPL-2.0-or-later
// Names for kernel sets: made of the networks' own where they fit, else cut and numbered. The same policy gives the same names.

const MAX_SET_NAME = 16

export class SetNames {
  readonly #names = new Map<string, string>()
  readonly #taken = new Set<string>()

  /** The name of what `key` stands for: `spoken`, as far as a name can be that. Different keys get different names. */
  of(key: string, spoken: string): string {
    const known = this.#names.get(key)
    if (known !== undefined) return known
    const plain = spoken
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
    let name = plain
    for (let number = 1; name === '' || name.length > MAX_SET_NAME || this.#taken.has(name); number++) {
      const suffix = `-${number}`
      name = `${plain.slice(0, MAX_SET_NAME - suffix.length) || 'set'}${suffix}`
    }
    this.#taken.add(name)
    this.#names.set(key, name)
    return name
  }
}
