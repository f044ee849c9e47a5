// SPDX-License-Identifier: GPL-2.0-or-later
// What classify leaves in the fields, and which list it finds. Directions by interface and by prefix have a row each in
// test/cases/packets/direction.yaml, which are run here too.

import t from 'tap'
import {
  DESTINATION_CLASS,
  DESTINATION_PORT_CLASS,
  DIRECTION,
  FIELD_WORDS,
  SOURCE_CLASS,
  SOURCE_PORT_CLASS,
  SPOOFED,
} from '../../../src/contract/fields.js'
import { CLASS_CUSTOMER, ENTRY_BLOCK, PORTS_UNKNOWN } from '../../../src/contract/image.js'
import { DIRECTIONS, INBOUND, OUTBOUND } from '../../../src/contract/verdicts.js'
import { classify, NOT_OURS_LIST } from '../../../src/datapath/classify/classify.js'
import { activeHalf } from '../../../src/datapath/classify/interfaces.js'
import { parse } from '../../../src/datapath/parse/parse.js'
import { buildImage } from '../image-builder.js'
import { imageNamed } from '../images.js'
import { fromHex, packetCases } from '../packet-cases.js'

t.test('direction and spoofed source of each row', (t) => {
  const rows = packetCases().filter((row) => row.file === 'direction.yaml')
  t.ok(rows.length > 15)
  for (const { name, image: imageName, packet, inInterface, outInterface, expect } of rows) {
    const image = imageNamed(imageName)
    const fields = new Uint32Array(FIELD_WORDS).fill(77)
    parse(packet, 0, packet.length, packet.length, fields)
    const list = classify(image, fields, inInterface, outInterface, activeHalf(image))
    t.equal(DIRECTIONS[fields[DIRECTION] as number], expect.direction, name)
    t.equal(fields[SPOOFED], expect.spoofed, name)
    t.equal(list === NOT_OURS_LIST, expect.reason === 'not-ours', name)
  }
  t.end()
})

/** Every cell has its own list, of one block whose number says which cell it is. */
const cell = (direction: number, destinationPortClass: number, sourcePortClass: number, block: number) => ({
  direction,
  near: 1,
  far: 1,
  destinationPortClass,
  sourcePortClass,
  list: [{ block }],
})
const IMAGE = buildImage({
  prefixes: [
    ['198.51.100.0/24', 1],
    ['2001:db8:100::/40', 1],
    ['203.0.113.0/24', 2],
  ],
  classes: [
    { near: 1, far: 0, flags: CLASS_CUSTOMER },
    { near: 0, far: 1, flags: 0 },
  ],
  ports: [
    ['udpDestination', 53, 53, 2],
    ['udpSource', 53, 53, 1],
    ['tcpDestination', 25, 25, 3],
  ],
  cells: [
    cell(INBOUND, 2, 0, 10),
    cell(INBOUND, 2, 1, 11),
    cell(INBOUND, 0, 1, 12),
    cell(OUTBOUND, 2, 0, 13),
    cell(OUTBOUND, 3, 0, 14),
    cell(OUTBOUND, PORTS_UNKNOWN, 0, 15),
    cell(INBOUND, PORTS_UNKNOWN, 0, 16),
  ],
})

/** The block of the list that was found, or null for the empty one. */
function found(hex: string): { block: number | null; fields: Uint32Array } {
  const packet = fromHex(hex)
  const fields = new Uint32Array(FIELD_WORDS).fill(77)
  parse(packet, 0, packet.length, packet.length, fields)
  const list = classify(IMAGE, fields, 0, 0, -1)
  return { block: IMAGE.lists[list] === 0 ? null : (IMAGE.lists[list + 1] as number) & ENTRY_BLOCK, fields }
}
const ip = (protocol: string, addresses: string, rest: string) => {
  const total = (20 + fromHex(rest).length).toString(16).padStart(4, '0')
  return `4500${total} 00000000 40${protocol}0000 ${addresses} ${rest}`
}
const IN = 'cb007109 c6336407'
const OUT = 'c6336407 cb007109'
const udp = (source: string, destination: string) => `${source} ${destination} 0008 0000`
const tcp = (destination: string, flags: string) => `9c40 ${destination} 00000000 00000000 50${flags} 0000 0000 0000`

t.test('the cell of both port classes, for each direction', (t) => {
  t.equal(found(ip('11', IN, udp('9c40', '0035'))).block, 10)
  t.equal(found(ip('11', IN, udp('0035', '0035'))).block, 11)
  t.equal(found(ip('11', IN, udp('0035', '9c40'))).block, 12)
  t.equal(found(ip('11', IN, udp('9c40', '9c40'))).block, null)
  t.equal(found(ip('11', OUT, udp('9c40', '0035'))).block, 13)
  t.equal(found(ip('11', 'c6336407 cb007209', udp('9c40', '0035'))).block, null, 'another far class')
  t.end()
})

t.test('TCP: the opening segment alone [3.opening-segment]', (t) => {
  t.equal(found(ip('06', OUT, tcp('0019', '02'))).block, 14)
  t.equal(found(ip('06', OUT, tcp('0035', '02'))).block, null)
  for (const flags of ['00', '01', '04', '10', '12', '18']) t.equal(found(ip('06', OUT, tcp('0019', flags))).block, null, flags)
  t.end()
})

t.test('protocols without ports are of no service', (t) => {
  const { block, fields } = found(ip('01', IN, '00000035 00000000'))
  t.equal(block, null)
  t.strictSame([fields[DESTINATION_PORT_CLASS], fields[SOURCE_PORT_CLASS]], [0, 0])
  t.end()
})

t.test('an endless chain is of every service [3.endless-service]', (t) => {
  const chain = `1108 ${'00'.repeat(70)}`
  const far = '20010db8 f00d0000 00000000 00000001'
  const near = '20010db8 01000000 00000000 00000007'
  const { fields } = found(`60000000 0048 3c 40 ${far} ${near} ${chain}`)
  t.strictSame([fields[DESTINATION_PORT_CLASS], fields[SOURCE_PORT_CLASS]], [PORTS_UNKNOWN, 0])
  t.strictSame([fields[SOURCE_CLASS], fields[DESTINATION_CLASS]], [0, 1])
  t.end()
})

t.test('address classes are left in the fields', (t) => {
  const { fields } = found(ip('11', IN, udp('9c40', '0035')))
  t.strictSame([fields[SOURCE_CLASS], fields[DESTINATION_CLASS]], [2, 1])
  t.strictSame([fields[DESTINATION_PORT_CLASS], fields[SOURCE_PORT_CLASS]], [2, 0])
  t.end()
})
