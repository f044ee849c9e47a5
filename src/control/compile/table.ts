// SPDX-License-Identifier: GPL-2.0-or-later
// The decision table: rows, cells and lists of the image. Rows whose blocks are the same share one table of cells, cells whose candidates
// are the same share one list; so the size follows from how much the policy says, not from how many addresses and ports it names.

import { ENTRY_EXEMPT, ENTRY_NTP_REPLY, ENTRY_PORT, PORTS_UNKNOWN, rowAt } from '../../contract/image.js'
import { INBOUND, OUTBOUND } from '../../contract/verdicts.js'
import type { Block, Policy } from '../policy/policy.js'
import { EVERY_SERVICE } from './exemptions.js'
import { MAX_CELLS, requireAtMost } from './limits.js'
import { isClassA, type PortClass, type PortClasses } from './ports.js'
import { spareNears } from './room.js'
import { Interned, type Protection, ROW_DIRECTIONS, type Sides } from './sides.js'

/** Tables of cells, by the blocks that protect the near side and are not excepted by the far one. */
export type Tables = Interned<readonly Protection[]>

export interface DecisionTable {
  /** As the sections of the image. */
  readonly rows: Uint32Array
  readonly cells: Uint32Array
  readonly lists: readonly number[]
  /** How many near sides `rows` has room for. */
  readonly nearRoom: number
  /** What is in `cells` and `lists`, for whoever adds to them. */
  readonly tables: Tables
  readonly known: Lists
}

const DIRECTIONS = [
  { number: INBOUND, name: 'inbound' },
  { number: OUTBOUND, name: 'outbound' },
] as const

export function buildTable(policy: Policy, { nears, fars }: Pick<Sides, 'nears' | 'fars'>, ports: PortClasses): DecisionTable {
  const tables: Tables = new Interned<readonly Protection[]>([], (members) =>
    members.map(({ block, exempted }) => `${block}:${exempted}`).join(' '),
  )
  const nearRoom = nears.length + spareNears(fars.length)
  const rows = new Uint32Array(ROW_DIRECTIONS * nearRoom * fars.length)
  for (let near = 0; near < nears.length; near++) {
    for (const [row, table] of rowsOf(policy, { nears, fars }, near, nearRoom, tables)) rows[row] = table
  }
  const tableCells = cellsOf(ports)
  requireAtMost(MAX_CELLS, tables.list.length * tableCells, 'combinations of customers, far networks and ports to tell apart')
  for (let row = 0; row < rows.length; row++) rows[row] *= tableCells
  const cells = new Uint32Array(tables.list.length * tableCells)
  const known = new Lists()
  for (const [table, members] of tables.list.entries()) fillCells(cells, table * tableCells, policy, members, ports, known)
  return { rows, cells, lists: known.words, nearRoom, tables, known }
}

/** Cells of one table. */
export const cellsOf = ({ destination, source }: PortClasses): number => destination.length * source.length

/** The rows of one near side that have a table, and which. New tables are added to `tables`. */
export function* rowsOf(
  policy: Policy,
  { nears, fars }: Pick<Sides, 'nears' | 'fars'>,
  near: number,
  nearRoom: number,
  tables: Tables,
): Generator<readonly [row: number, table: number]> {
  for (const { number: direction, name } of DIRECTIONS) {
    const here = (nears[near] as readonly Protection[]).filter(({ block }) => policy.blocks[block]?.direction === name)
    if (here.length === 0) continue
    const whole = tables.numberOf(here)
    for (const [far, excepted] of fars.entries()) {
      const touched = here.some(({ block }) => excepted.includes(block))
      const table = touched ? tables.numberOf(here.filter(({ block }) => !excepted.includes(block))) : whole
      yield [rowAt(direction, near, far, nearRoom, fars.length), table]
    }
  }
}

/** Lists of candidates, each stored once; number 0 is the empty one. */
export class Lists {
  readonly words: number[] = [0]
  readonly #known = new Map<string, number>([['', 0]])

  /** Index in the image's section. */
  indexOf(entries: readonly number[]): number {
    const key = entries.join()
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const index = this.words.push(entries.length) - 1
    for (const entry of entries) this.words.push(entry)
    this.#known.set(key, index)
    return index
  }
}

/** Fills the table at `row`. New lists are added to `lists`. */
export function fillCells(
  cells: Uint32Array,
  row: number,
  policy: Policy,
  members: readonly Protection[],
  { destination, source }: PortClasses,
  lists: Lists,
): void {
  const exemptedOf = new Map(members.map(({ block, exempted }) => [block, exempted]))
  for (const [to, toClass] of destination.entries()) {
    for (const [from, fromClass] of source.entries()) {
      if (!canMeet(to, toClass, from, fromClass)) continue
      const blocks = merge(toClass.blocks, fromClass.blocks).filter((block) => exemptedOf.has(block))
      const entries = blocks.map((block) => {
        const exempted = exemptedOf.get(block) as readonly number[]
        const isExempt = exempted.some(
          (service) => service === EVERY_SERVICE || toClass.services.includes(service) || fromClass.services.includes(service),
        )
        return entryOf(block, policy.blocks[block] as Block, toClass, fromClass, isExempt)
      })
      cells[row + to * source.length + from] = lists.indexOf(entries)
    }
  }
}

/** Whether a packet can have both port classes. Cells of other pairs are never read. */
function canMeet(to: number, toClass: PortClass, from: number, fromClass: PortClass): boolean {
  if (to === PORTS_UNKNOWN) return from === 0
  return toClass.protocol === null || fromClass.protocol === null || toClass.protocol === fromClass.protocol
}

function entryOf(number: number, block: Block, toClass: PortClass, fromClass: PortClass, isExempt: boolean): number {
  let entry = number
  if (isExempt) entry |= ENTRY_EXEMPT
  if (decidesByHeader(block, toClass.protocol ?? fromClass.protocol)) entry |= ENTRY_PORT
  if (toClass.ntpReply && isClassA(block)) entry |= ENTRY_NTP_REPLY
  return entry >>> 0
}

const decidesByHeader = ({ precision, profile }: Block, protocol: PortClass['protocol']): boolean =>
  precision === 'port' || profile === null || profile.class === null || protocol === 'tcp'

function merge(one: readonly number[], other: readonly number[]): readonly number[] {
  if (other.length === 0) return one
  return [...new Set([...one, ...other])].sort((a, b) => a - b)
}
