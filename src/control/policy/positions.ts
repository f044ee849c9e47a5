// SPDX-License-Identifier: GPL-2.0-or-later
// Where the keys and values of a document stand in its text. The document is plain objects and arrays; the places are kept beside them by
// object identity, so that the checks can work on plain data and still point at what they mean.

import type { Span, TextFile } from './text.js'

export type Container = Record<string, unknown> | unknown[]
export type Key = string | number

/** Start and end of a key (of its value in a list) and of its value. */
interface Place {
  readonly key: readonly [number, number]
  readonly value: readonly [number, number]
}

export class Positions {
  readonly file: TextFile
  readonly #places = new WeakMap<object, Map<Key, Place>>()
  readonly #incomplete = new WeakSet<object>()

  constructor(file: TextFile) {
    this.file = file
  }

  /** For what is said of the whole document. */
  get start(): Span {
    return this.#span(undefined)
  }

  set(container: Container, key: Key, place: Place): void {
    const places = this.#places.get(container)
    if (places === undefined) this.#places.set(container, new Map([[key, place]]))
    else places.set(key, place)
  }

  /** The key itself; in a list, the value. The start of the text where there is no such key. */
  key(container: Container, key: Key): Span {
    return this.#span(this.#places.get(container)?.get(key)?.key)
  }

  value(container: Container, key: Key): Span {
    return this.#span(this.#places.get(container)?.get(key)?.value)
  }

  /** Something was taken out of it, so that what it lacks is not the operator's doing. */
  isIncomplete(container: object): boolean {
    return this.#incomplete.has(container)
  }

  /** Takes entries out of a container together with their places; the later entries of a list move up. */
  remove(container: Container, keys: ReadonlySet<Key>): void {
    this.#incomplete.add(container)
    if (!Array.isArray(container)) {
      for (const key of keys) delete container[key]
      return
    }
    const places = this.#places.get(container)
    const kept = container.map((value, index) => ({ value, place: places?.get(index) })).filter((_, index) => !keys.has(index))
    container.length = 0
    places?.clear()
    for (const { value, place } of kept) {
      if (place !== undefined) places?.set(container.length, place)
      container.push(value)
    }
  }

  #span(range: readonly [number, number] | undefined): Span {
    const [start, end] = range ?? [0, 1]
    return { file: this.file, start, end }
  }
}
