// SPDX-License-Identifier: GPL-2.0-or-later
// The outside interfaces of the policy, followed on the machine: ppp0 comes and goes, each time with another index, and a name may stand in
// the policy before there is such an interface. Each image has a set of indices of its own (contract/image.ts), which is written where it differs.

import { openImage } from '../contract/image.js'
import { matchesInterface } from '../contract/interfaces.js'
import { publishInterfaces } from '../control/compile/interfaces.js'
import type { Prepared } from '../control/reload.js'
import { type Interface, listInterfaces } from '../datapath/packet/native.js'
import type { Log } from '../observe/log.js'

/** Those of `interfaces` that the policy calls outside, and the names in the policy that no interface has. */
export function lookUp(outside: readonly string[], interfaces: readonly Interface[]): { found: Interface[]; missing: string[] } {
  return {
    found: interfaces.filter(({ name }) => outside.some((pattern) => matchesInterface(pattern, name))),
    missing: outside.filter((pattern) => !interfaces.some(({ name }) => matchesInterface(pattern, name))),
  }
}

export class OutsideInterfaces {
  readonly #log: Log
  readonly #list: () => Interface[]
  /** As each image has them. */
  readonly #shown = new WeakMap<SharedArrayBuffer, string>()
  /** As last logged. */
  #seen: string | null = null
  #missing = ''
  #isNone = false

  constructor(log: Log, list: () => Interface[] = listInterfaces) {
    this.#log = log
    this.#list = list
  }

  /** Direction is told by interfaces, and none of them is there: every packet counts as ours among ourselves, and no block acts. */
  get isNone(): boolean {
    return this.#isNone
  }

  /** Writes the interfaces into an image, in force or about to be. Throws POLICY_TOO_LARGE where more match than the set holds. */
  show({ policy: { outside }, compiled: { image } }: Prepared): void {
    if (outside.length === 0) {
      this.#isNone = false
      return
    }
    const { found, missing } = lookUp(outside, this.#list())
    const seen = found.map(({ name, index }) => `${name}#${index}`).join(' ')
    if (seen !== this.#shown.get(image)) {
      publishInterfaces(
        openImage(image),
        found.map(({ index }) => index),
      )
      this.#shown.set(image, seen)
    }
    this.#say(seen, found, missing)
  }

  #say(seen: string, found: readonly Interface[], missing: readonly string[]): void {
    if (seen !== this.#seen) this.#log.emit('interfaces', { outside: found.map(({ name }) => name) })
    // A name that is mistyped, or an uplink that is down.
    if (missing.join() !== this.#missing && missing.length > 0) this.#log.emit('interface-missing', { wanted: missing })
    if (seen !== this.#seen && found.length === 0) this.#log.emit('no-outside', { wanted: missing })
    this.#seen = seen
    this.#missing = missing.join()
    this.#isNone = found.length === 0
  }
}
