// SPDX-License-Identifier: GPL-2.0-or-later
// Adds an exemption to an image that is in force, or removes one, without compiling the policy again: afterwards every address has the verdicts
// that compiling the changed policy would give it. By the control side alone, one change at a time; workers go on reading and see, of each
// address, what held before or what holds now.
//
// An address class knows every exemption around it, so a change turns each class within the prefix into another: what it was and one
// exemption more, or one less. Classes that were never needed before are written into the room behind those there are, with rows, cells and
// lists. Nothing is freed: whoever comes back finds his class and his group where he left them, and no worker reads anything that is used
// again for something else. Where the room is used up, and where the tables cannot say it, the caller compiles the policy.
//
// Kernel rules know nothing of this: who leaves decisions to the kernel must tell it by himself.

import { CLASS_WORDS, type Image, openImage } from '../../contract/image.js'
import type { Prefix } from '../policy/nesting.js'
import type { Policy } from '../policy/policy.js'
import type { Service } from '../profiles/profile.js'
import type { AddressClasses } from './address-classes.js'
import type { Exemptions } from './exemptions.js'
import { HeldExemptions } from './held-exemptions.js'
import { writeClass } from './image.js'
import type { PortClasses } from './ports.js'
import type { Sides } from './sides.js'
import { cellsOf, fillCells, type Lists, rowsOf, type Tables } from './table.js'
import { Trie, type Turn } from './trie.js'

/** What an image was made of, as the compiler left it. */
export interface Grounds {
  readonly policy: Policy
  readonly exemptions: Exemptions
  readonly ports: PortClasses
  readonly classes: AddressClasses
  readonly sides: Sides
  readonly tables: Tables
  readonly lists: Lists
  /** In use of ipv4Groups and ipv6Nodes. */
  readonly groups: number
  readonly nodes: number
}

/** Shorter ones turn so many entries that the policy is better compiled. */
export const SHORTEST_IPV4 = 16
export const SHORTEST_IPV6 = 32

/**
 * `changed`: it is in force. `unknown`: there is no such exemption to remove. Else nothing was changed, and the policy must be compiled:
 * `too-wide`: the prefix is shorter than SHORTEST_IPV4 or SHORTEST_IPV6; `new-service`: no exemption of the policy as compiled names this
 * service; `no-room`: the image has none left, or the prefix holds too many others.
 */
export type Outcome = 'changed' | 'unknown' | 'too-wide' | 'new-service' | 'no-room'

export class Exempting {
  readonly #grounds: Grounds
  readonly #image: Image
  readonly #ipv4: Trie
  readonly #ipv6: Trie
  readonly #held: HeldExemptions
  /** In the image so far, of each. */
  #classes: number
  #nears: number
  #tables: number
  #listWords: number
  #isFull = false
  /** What each class turns into, of the change whose number stands beside it: a wide prefix asks for the same classes a thousand times over. */
  readonly #turned: Int32Array
  readonly #turnedBy: Uint32Array
  #changes = 0

  /**
   * For the image of one compilation; at most one for each. Its exemptions are counted here, a hundred thousand of them in some tens of
   * milliseconds.
   */
  constructor({ image, grounds }: { readonly image: SharedArrayBuffer; readonly grounds: Grounds }) {
    this.#grounds = grounds
    this.#image = openImage(image)
    this.#ipv4 = new Trie(this.#image, 'ipv4', grounds.groups)
    this.#ipv6 = new Trie(this.#image, 'ipv6', grounds.nodes)
    this.#held = new HeldExemptions(grounds.exemptions.effects)
    this.#classes = grounds.classes.list.length
    this.#nears = grounds.sides.nears.length
    this.#tables = grounds.tables.list.length
    this.#listWords = grounds.lists.words.length
    const room = this.#image.classes.length / CLASS_WORDS
    this.#turned = new Int32Array(room)
    this.#turnedBy = new Uint32Array(room)
  }

  /** From now on `blocks` (indices into Policy.blocks) leave the prefix alone, for `service` or, with null, for all of theirs. */
  add(prefix: Prefix, blocks: readonly number[], service: Service | null): Outcome {
    return this.#change(prefix, blocks, service, 1)
  }

  /** Takes back what add() or the policy as compiled said in the same words. Of two that say the same, one stays. */
  remove(prefix: Prefix, blocks: readonly number[], service: Service | null): Outcome {
    return this.#change(prefix, blocks, service, -1)
  }

  #change(prefix: Prefix, blocks: readonly number[], service: Service | null, by: 1 | -1): Outcome {
    const { policy, exemptions, classes } = this.#grounds
    const number = exemptions.serviceNumber(service)
    if (number === undefined) return by === 1 ? 'new-service' : 'unknown'
    const effect = exemptions.effectOf(blocks, number)
    const times = this.#held.times(prefix, effect)
    if (by === -1 && times === 0) return 'unknown'
    // The image is told of the first and of the last that say the same.
    if (times === (by === 1 ? 0 : 1)) {
      const ipv4 = prefix.words.length === 1
      if (prefix.length < (ipv4 ? SHORTEST_IPV4 : SHORTEST_IPV6)) return 'too-wide'
      const owner = policy.networks.length + effect
      const turn = this.#once((from) => this.#place(by === 1 ? classes.enter(from, owner) : classes.leave(from, effect)))
      if (!(ipv4 ? this.#ipv4 : this.#ipv6).turn(prefix, turn)) return 'no-room'
    }
    this.#held.change(prefix, effect, by)
    return 'changed'
  }

  #once(turn: Turn): Turn {
    const change = ++this.#changes
    const [turned, turnedBy] = [this.#turned, this.#turnedBy]
    return (from) => {
      if (turnedBy[from] !== change) {
        turned[from] = turn(from)
        turnedBy[from] = change
      }
      return turned[from] as number
    }
  }

  /** The class, once it and all before it are in the image; -1 where there is no room for it. */
  #place(addressClass: number): number {
    const { policy, classes, sides } = this.#grounds
    while (this.#classes <= addressClass && !this.#isFull) {
      const next = this.#classes
      sides.fold(classes.list[next] as AddressClasses['list'][number])
      if ((next + 1) * CLASS_WORDS > this.#image.classes.length || !this.#placeNear(sides.nearOf[next] as number)) this.#isFull = true
      else writeClass(this.#image, this.#classes++, policy, classes.list, sides)
    }
    return addressClass < this.#classes ? addressClass : -1
  }

  /** False where there is no room for it; then what was written of it leads nowhere. */
  #placeNear(near: number): boolean {
    if (near < this.#nears) return true
    const { rows, cells, lists, nears: nearRoom } = this.#image
    if (near >= nearRoom) return false
    const { policy, ports, sides, tables, lists: known } = this.#grounds
    const tableCells = cellsOf(ports)
    const rowsOfNear = [...rowsOf(policy, sides, near, nearRoom, tables)]
    if (tables.list.length * tableCells > cells.length) return false
    for (let table = this.#tables; table < tables.list.length; table++) {
      fillCells(cells, table * tableCells, policy, tables.list[table] as Tables['list'][number], ports, known)
    }
    if (known.words.length > lists.length) return false
    lists.set(known.words.slice(this.#listWords), this.#listWords)
    for (const [row, table] of rowsOfNear) rows[row] = table * tableCells
    this.#nears = sides.nears.length
    this.#tables = tables.list.length
    this.#listWords = known.words.length
    return true
  }
}
