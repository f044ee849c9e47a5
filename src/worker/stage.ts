// SPDX-License-Identifier: GPL-2.0-or-later
// The stage of a rehearsal: the policy of an image with other addresses. Everything is copied but the address tables, which may be large and
// whose addresses nobody knows without searching them; small ones take their place, in which a few addresses stand for the customers.

import {
  CLASS,
  CLASS_CUSTOMER,
  CLASS_WORDS,
  createImageMemory,
  GROUP_ENTRIES,
  IMAGE_HEADER,
  INTERFACE_SLOTS,
  type Image,
  openImage,
  POINTER,
  portSection,
  type Section,
  wordSection,
} from '../contract/image.js'

/** Classes of customers of a stage, at most: a few stand for all, since what their packets run through is the same. */
const MOST_CLASSES = 2
/** The side of a customer whom no block protects. */
const UNPROTECTED = 0
/** Of each class one customer whose entry is in the root table, and one a level deeper, as long prefixes lie. */
const LEVELS = 2
/** IPv4: customer N is 1.0.N.1, a stranger 1.0.200.1. IPv6: 20NN::1, and 20c8::1. */
const IPV4_FIRST = 1 << 16
const IPV6_FIRST = 0x2000
const STRANGER = 200
/** Up to the last of those addresses; the rest of the tables is not needed. */
const IPV4_ROOT_ENTRIES = IPV4_FIRST + GROUP_ENTRIES
const IPV6_ROOT_ENTRIES = IPV6_FIRST + GROUP_ENTRIES

/** Interfaces of a stage: outside where the image tells direction by them, and inside. */
export const OUTSIDE = 1
export const INSIDE = 2

export interface Stage {
  readonly image: Image
  /** Numbers of its customers, for addressOf(). */
  readonly customers: readonly number[]
}

/** The address of a customer, or of a stranger (null), as bytes. */
export function addressOf(family: 4 | 6, customer: number | null): number[] {
  const number = customer ?? STRANGER
  return family === 4 ? [1, 0, number, 1] : [IPV6_FIRST >>> 8, number, ...new Array<number>(13).fill(0), 1]
}

const COPIED = ['classes', 'rows', 'cells', 'lists', 'blocks', 'patterns', 'tests'] as const

export function setStage(real: Image): Stage {
  const classes = customerClasses(real)
  const customers = classes.length * LEVELS
  const groups = customers * GROUP_ENTRIES
  const entries = Object.fromEntries(COPIED.map((section) => [section, real[section].length])) as Record<(typeof COPIED)[number], number>
  const memory = createImageMemory({
    ...entries,
    ipv4Root: IPV4_ROOT_ENTRIES,
    ipv4Groups: groups,
    ipv6Root: IPV6_ROOT_ENTRIES,
    ipv6Nodes: groups,
    ports: real.ports.length,
    interfaces: real.interfaces.length,
  } satisfies Record<Section, number>)
  const header = new Uint32Array(memory, 0, IMAGE_HEADER.sections)
  const { bytes } = IMAGE_HEADER
  for (const [word, value] of real.header.subarray(0, IMAGE_HEADER.sections).entries()) if (word !== bytes) header[word] = value
  header[IMAGE_HEADER.activeInterfaces] = 0
  for (const section of COPIED) wordSection(memory, section).set(real[section])
  portSection(memory).set(real.ports)
  const image = openImage(memory)
  for (let customer = 0; customer < customers; customer++) placeCustomer(image, customer, classes[Math.floor(customer / LEVELS)] as number)
  image.interfaces[OUTSIDE & (INTERFACE_SLOTS - 1)] = OUTSIDE
  return { image, customers: Array.from({ length: customers }, (_, customer) => customer) }
}

/** One for each way in which customers are protected; where none is, one of them. */
function customerClasses({ classes }: Image): number[] {
  const byNear = new Map<number, number>()
  for (let at = 0; at < classes.length && byNear.size <= MOST_CLASSES; at += CLASS_WORDS) {
    const near = classes[at + CLASS.near] as number
    if (((classes[at + CLASS.flags] as number) & CLASS_CUSTOMER) !== 0 && !byNear.has(near)) byNear.set(near, at / CLASS_WORDS)
  }
  if (byNear.size > 1) byNear.delete(UNPROTECTED)
  return [...byNear.values()].slice(0, MOST_CLASSES)
}

function placeCustomer(image: Image, customer: number, addressClass: number): void {
  const entry = customer % LEVELS === 1 ? POINTER + customer : addressClass
  image.ipv4Root[IPV4_FIRST + customer] = entry
  image.ipv6Root[IPV6_FIRST + customer] = entry
  const group = [customer * GROUP_ENTRIES, (customer + 1) * GROUP_ENTRIES] as const
  image.ipv4Groups.fill(addressClass, ...group)
  image.ipv6Nodes.fill(addressClass, ...group)
}
