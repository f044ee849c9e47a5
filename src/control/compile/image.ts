// SPDX-License-Identifier: GPL-2.0-or-later
// Assembly of the image from the tables of the other stages; those of addresses, by far the largest, are built here and nowhere else. Memory
// that is to stay zero is never written, so that it never becomes real: that of no network, and the room for changes (room.ts).

import {
  CLASS,
  CLASS_CUSTOMER,
  CLASS_NAMED,
  CLASS_WORDS,
  createImageMemory,
  GROUP_ENTRIES,
  IMAGE_HEADER,
  type Image,
  INTERFACE_SLOTS,
  IPV4_ROOT_ENTRIES,
  IPV6_ROOT_ENTRIES,
  openImage,
} from '../../contract/image.js'
import { PORTS } from '../../contract/numbers.js'
import { ACCEPT, DROP } from '../../contract/verdicts.js'
import type { Policy } from '../policy/policy.js'
import type { AddressClass } from './address-classes.js'
import type { BlockTable } from './blocks.js'
import { countGroups, fillIpv4 } from './ipv4.js'
import { countNodes, fillIpv6 } from './ipv6.js'
import { requireGroups } from './limits.js'
import type { PortClasses } from './ports.js'
import type { Entered } from './prefixes.js'
import { SPARE_CLASSES, SPARE_GROUPS, SPARE_LIST_WORDS, SPARE_NODES, spareTables } from './room.js'
import type { Sides } from './sides.js'
import { cellsOf, type DecisionTable } from './table.js'

const PORT_TABLES = 4

export interface Parts {
  readonly policy: Policy
  readonly digest: Uint32Array
  readonly generation: number
  readonly ipv4: Entered
  readonly ipv6: Entered
  readonly classes: readonly AddressClass[]
  readonly sides: Sides
  readonly ports: PortClasses
  readonly table: DecisionTable
  readonly blocks: BlockTable
  readonly copyRange: number
}

export interface Assembled {
  readonly memory: SharedArrayBuffer
  /** How many there are; behind them is room. */
  readonly groups: number
  readonly nodes: number
}

/** Throws POLICY_TOO_LARGE. */
export function assembleImage({
  policy,
  digest,
  generation,
  ipv4,
  ipv6,
  classes,
  sides,
  ports,
  table,
  blocks,
  copyRange,
}: Parts): Assembled {
  const groups = countGroups(ipv4)
  const nodes = countNodes(ipv6)
  requireGroups(Math.max(groups, nodes))
  const tableCells = cellsOf(ports)
  const memory = createImageMemory({
    ipv4Root: IPV4_ROOT_ENTRIES,
    ipv4Groups: (groups + SPARE_GROUPS) * GROUP_ENTRIES,
    ipv6Root: IPV6_ROOT_ENTRIES,
    ipv6Nodes: (nodes + SPARE_NODES) * GROUP_ENTRIES,
    classes: (classes.length + SPARE_CLASSES) * CLASS_WORDS,
    ports: PORT_TABLES * PORTS,
    rows: table.rows.length,
    cells: table.cells.length + spareTables(tableCells) * tableCells,
    lists: table.lists.length + SPARE_LIST_WORDS,
    blocks: blocks.blocks.length,
    patterns: blocks.patterns.length,
    tests: blocks.tests.length,
    interfaces: 2 * INTERFACE_SLOTS,
  })
  const header = openImage(memory).header
  header[IMAGE_HEADER.generation] = generation
  header[IMAGE_HEADER.defaultVerdict] = policy.overload === 'fail-open' ? ACCEPT : DROP
  header[IMAGE_HEADER.byInterface] = policy.outside.length > 0 ? 1 : 0
  header.set(digest, IMAGE_HEADER.digest)
  header[IMAGE_HEADER.blocks] = policy.blocks.length
  header[IMAGE_HEADER.nears] = table.nearRoom
  header[IMAGE_HEADER.fars] = sides.fars.length
  header[IMAGE_HEADER.destinationPortClasses] = ports.destination.length
  header[IMAGE_HEADER.sourcePortClasses] = ports.source.length
  header[IMAGE_HEADER.copyRange] = copyRange

  const image = openImage(memory)
  fillIpv4(image, ipv4)
  fillIpv6(image, ipv6)
  for (const number of classes.keys()) writeClass(image, number, policy, classes, sides)
  for (const { table: at, first, last, portClass } of ports.ranges) image.ports.fill(portClass, at + first, at + last + 1)
  image.rows.set(table.rows)
  image.cells.set(table.cells)
  image.lists.set(table.lists)
  image.blocks.set(blocks.blocks)
  image.patterns.set(blocks.patterns)
  image.tests.set(blocks.tests)
  return { memory, groups, nodes }
}

/** Writes one address class, folded already. */
export function writeClass(
  { classes: words }: Image,
  number: number,
  policy: Policy,
  classes: readonly AddressClass[],
  { nearOf, farOf }: Pick<Sides, 'nearOf' | 'farOf'>,
): void {
  const at = number * CLASS_WORDS
  const { network } = classes[number] as AddressClass
  words[at + CLASS.near] = nearOf[number] as number
  words[at + CLASS.far] = farOf[number] as number
  words[at + CLASS.flags] = flagsOf(policy, network)
  words[at + CLASS.network] = network + 1
}

function flagsOf(policy: Policy, network: number): number {
  const named = policy.networks[network]
  if (named === undefined) return 0
  return named.customers ? CLASS_NAMED | CLASS_CUSTOMER : CLASS_NAMED
}
